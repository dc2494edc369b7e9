"""The tape player: a machine's run, step by step, forwards and backwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import traitlets

from tailnb.machines import Breakpoint, Configuration, History, MachineError, TuringMachine
from tailnb.machines.counted import counted
from tailnb.machines.picture import Picture
from tailnb.views import static
from tailnb.views.assets import read
from tailnb.views.stepper import Stepper
from tailnb.views.visible import seen, visible

DRAWN = 16  # states; a diagram of more takes seconds, and cannot be read
LONGEST = 1_000_000  # steps; a browser takes them all, and remembers which rule each one took


class TapePlayer(Stepper):
    """A widget that plays a machine's run on a word.

    Arguments:
        machine: any TuringMachine.
        word: the input, as ``machine.run`` takes it.
        max_steps: how many steps at most are played; a million is the most.
        breakpoints: where playing stops; each a Breakpoint.

    ``index`` is the step shown; `Stepper` says more. ``breakpoints`` can be set at any time, and `load`
    shows another run. Raises MachineError for a word with a foreign symbol, too many steps, or a breakpoint
    that names an unknown state or symbol.
    """

    _esm = read(
        *("common.js", "steps.js", "tape.js", "strip.js", "rules.js"),
        *("diagram.js", "breakpoints.js", "player.js"),
    )
    _css = read("theme.css", "steps.css", "player.css")

    _run = traitlets.Dict().tag(sync=True)
    _diagram = traitlets.Unicode().tag(sync=True)
    _breakpoints = traitlets.List(traitlets.List()).tag(sync=True)

    def __init__(
        self,
        machine: TuringMachine,
        word: str | Sequence[str] = "",
        *,
        max_steps: int = 100_000,
        breakpoints: Iterable[Breakpoint] = (),
        **traits: Any,
    ) -> None:
        self.max_steps = max_steps
        self.history = recorded(machine, word, max_steps)
        data = run_data(self.history)
        codes = [coded(machine, one) for one in breakpoints]
        super().__init__(_run=data, _last=data["steps"], _breakpoints=codes, **traits)
        self.draw()

    def load(self, machine: TuringMachine, word: str | Sequence[str] = "", *, draw: bool = True) -> None:
        """Show another run, from its first step; breakpoints that the machine knows stay.

        draw: the diagram, too, which can take longer than all else; `draw` does it later.
        Raises MachineError for a word with a foreign symbol; the player has not changed then.
        """
        kept = self.breakpoints
        self.history = recorded(machine, word, self.max_steps)
        data = run_data(self.history)
        with self.hold_sync():
            self.playing, self.index, self._diagram = False, 0, ""
            self._run, self._last = data, data["steps"]
            self._breakpoints = [coded(machine, one) for one in kept if known(machine, one)]
        if draw:
            self.draw()

    def draw(self) -> None:
        """Show the machine's state diagram, if it has no more than 16 states."""
        picture = drawn(self.machine, self.machine.name)
        self._diagram = picture.svg if picture else ""

    @property
    def machine(self) -> TuringMachine:
        """The machine that is played."""
        return self.history.machine

    @property
    def configuration(self) -> Configuration:
        """The configuration that is shown."""
        return self.history[self.index]

    @property
    def breakpoints(self) -> list[Breakpoint]:
        """Where playing stops."""
        return [decoded(self.machine, one) for one in self._breakpoints]

    @breakpoints.setter
    def breakpoints(self, points: Iterable[Breakpoint]) -> None:
        self._breakpoints = [coded(self.machine, one) for one in points]

    def __repr__(self) -> str:
        name = self.machine.name or "machine"
        return f"<TapePlayer {name}: step {self.index} of {len(self)}, {self._run['reason']}>"

    def static_html(self) -> str:
        """The diagram, and the run's first and last steps as a table; needs neither kernel nor script."""
        summary = (
            f"{self.machine.name or 'Turing machine'}: {counted(len(self), 'step')}, {self._run['reason']}"
        )
        picture = drawn(self.machine, self.machine.name)
        image = f"{picture._repr_html_()}\n" if picture else ""
        return static.details(summary, image + static.run_table(self.history))


@lru_cache(maxsize=64)
def drawn(machine: TuringMachine, name: str) -> Picture | None:
    """The state diagram, once for all players of a machine; machines that differ in their names are equal."""
    return machine.diagram() if len(machine.states) <= DRAWN else None


def recorded(machine: TuringMachine, word: str | Sequence[str], max_steps: int) -> History:
    """The run; raises MachineError for a limit beyond what a browser can take."""
    if isinstance(max_steps, int) and max_steps > LONGEST:
        limit = f"a player plays {LONGEST:,} steps at most, not {max_steps:,}"
        raise MachineError(f"{limit}; `machine.run` takes more", "max_steps")
    return machine.history(word, max_steps=max_steps)


def run_data(history: History) -> dict[str, Any]:
    """What the front end needs: the rules and the word, on which it takes that many steps itself."""
    machine, word = history.machine, history[0].tape
    symbols = {symbol: code for code, symbol in enumerate(alphabet(machine))}
    states = {state: code for code, state in enumerate(machine.states)}
    return {
        "name": visible(machine.name),
        "word": [symbols[word[address]] for address in range(len(word))],
        "states": [visible(str(state)) for state in machine.states],
        "symbols": [seen(symbol) for symbol in symbols],
        "initial": states[machine.initial_state],
        "rules": [
            [states[state], symbols[read], symbols[go.write], go.move, states[go.state]]
            for (state, read), go in machine.transitions.items()
        ],
        "steps": history.steps,
        "outcome": history.outcome,
        "reason": visible(history.reason),
    }


def alphabet(machine: TuringMachine) -> list[str]:
    """The machine's symbols by their numbers in the front end: the blank is 0."""
    return [machine.blank, *(symbol for symbol in machine.symbols if symbol != machine.blank)]


def coded(machine: TuringMachine, point: Breakpoint) -> list[int | None]:
    """A breakpoint for the front end: a state's and a symbol's number, and a cell; None where any will do.

    Raises MachineError for a state or symbol that the machine does not have.
    """
    point.check(machine)
    state = None if point.state is None else machine.states.index(point.state)
    symbol = None if point.symbol is None else alphabet(machine).index(point.symbol)
    return [state, symbol, point.cell]


def decoded(machine: TuringMachine, codes: Sequence[int | None]) -> Breakpoint:
    """The breakpoint that the front end's numbers stand for."""
    state, symbol, cell = codes
    return Breakpoint(
        None if state is None else machine.states[state],
        None if symbol is None else alphabet(machine)[symbol],
        cell,
    )


def known(machine: TuringMachine, point: Breakpoint) -> bool:
    """Whether the machine has the state and the symbol that the breakpoint names."""
    try:
        point.check(machine)
    except MachineError:
        return False
    return True
