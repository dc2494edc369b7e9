"""The tape player: a machine's run, step by step, forwards and backwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets

from tailnb.machines import Configuration, TuringMachine
from tailnb.machines.running import ending
from tailnb.views import static
from tailnb.views.assets import read
from tailnb.views.stepper import Stepper


class TapePlayer(Stepper):
    """A widget that plays a machine's run on a word.

    Arguments:
        machine: any TuringMachine.
        word: the input, as ``machine.run`` takes it.
        max_steps: how many steps at most are played; up to about 100,000 stay smooth.

    ``index`` is the step shown; `Stepper` says more. Raises MachineError for a word with a foreign symbol.
    """

    _esm = read("common.js", "steps.js", "player.js")
    _css = read("theme.css", "steps.css", "player.css")

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
        data = run_data(machine, self.configurations)
        super().__init__(_run=data, _last=len(data["path"]), **traits)

    @property
    def configuration(self) -> Configuration:
        """The configuration that is shown."""
        return self.configurations[self.index]

    def __repr__(self) -> str:
        name = self.machine.name or "machine"
        return f"<TapePlayer {name}: step {self.index} of {len(self)}, {self._run['reason']}>"

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
