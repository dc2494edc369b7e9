"""The tape player: a machine's run, step by step, forwards and backwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from tailnb.machines import Configuration, TuringMachine
from tailnb.machines.running import ending
from tailnb.views import static
from tailnb.views.assets import read


class TapePlayer(anywidget.AnyWidget):
    """A widget that plays a machine's run on a word.

    Arguments:
        machine: any TuringMachine.
        word: the input, as ``machine.run`` takes it.
        max_steps: how many steps at most are played; up to about 100,000 stay smooth.

    ``index`` is the step shown, from 0 to ``len(player)``; set it, observe it, or link it to another
    view. ``playing`` starts and pauses, ``speed`` is in steps a second. Raises MachineError for a word
    with a foreign symbol. Without a kernel the reader sees a table of the first and last steps.
    """

    _esm = read("common.js", "player.js")
    _css = read("theme.css", "player.css")

    index = traitlets.Int(0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = traitlets.Float(4.0).tag(sync=True)
    _run = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        machine: TuringMachine,
        word: str | Sequence[str] = "",
        *,
        max_steps: int = 10_000,
        **traits: Any,
    ) -> None:
        self.machine = machine
        self.configurations = list(machine.steps(word, max_steps=max_steps))
        super().__init__(_run=run_data(machine, self.configurations), **traits)

    @property
    def configuration(self) -> Configuration:
        """The configuration that is shown."""
        return self.configurations[self.index]

    @traitlets.validate("index")
    def _within_the_run(self, proposal: Any) -> int:
        return max(0, min(int(proposal["value"]), len(self)))

    @traitlets.validate("speed")
    def _forwards(self, proposal: Any) -> float:
        if not proposal["value"] > 0:
            raise traitlets.TraitError(f"speed is in steps a second, above 0, not {proposal['value']}")
        return float(proposal["value"])

    def __len__(self) -> int:
        return len(self.configurations) - 1

    def __bool__(self) -> bool:
        return True  # a run of no steps is a player all the same

    def __repr__(self) -> str:
        name = self.machine.name or "machine"
        return f"<TapePlayer {name}: step {self.index} of {len(self)}, {self._run['reason']}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": self.static_html()}, metadata

    def static_html(self) -> str:
        """The run's first and last steps as an HTML table that needs neither kernel nor script."""
        summary = f"{self.machine.name or 'Turing machine'}: {len(self):,} steps, {self._run['reason']}"
        return static.details(summary, static.run_table(self.machine, self.configurations))


def run_data(machine: TuringMachine, configurations: Sequence[Configuration]) -> dict[str, Any]:
    """What the front end needs: the rules, the word and the number of the rule that each step takes."""
    symbols = [machine.blank, *(symbol for symbol in machine.symbols if symbol != machine.blank)]
    symbol_code = {symbol: code for code, symbol in enumerate(symbols)}
    state_code = {state: code for code, state in enumerate(machine.states)}
    rule_code = {key: code for code, key in enumerate(machine.transitions)}
    first, last = configurations[0], configurations[-1]
    word = [first.tape[address] for address in range(len(first.tape))]
    outcome, reason = ending(machine, last.state, last.symbol, last.step)
    return {
        "name": machine.name,
        "text": "".join(word),
        "word": [symbol_code[symbol] for symbol in word],
        "states": [str(state) for state in machine.states],
        "symbols": symbols,
        "initial": state_code[machine.initial_state],
        "rules": [
            [state_code[state], symbol_code[read], symbol_code[go.write], go.move, state_code[go.state]]
            for (state, read), go in machine.transitions.items()
        ],
        "path": [rule_code[one.state, one.symbol] for one in configurations[:-1]],
        "outcome": outcome,
        "reason": reason,
    }
