"""What the readers of all formats share: the table they fill, and its bounds."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from tailnb.machines.errors import MachineError, located
from tailnb.machines.formats._hints import shown
from tailnb.machines.rules import Transition
from tailnb.machines.turing_machine import TuringMachine

MOST_RULES = 100_000  # states times symbols, which wildcards may fill
MOST_SYMBOLS = 1_000
LONGEST_NAME = 100  # characters


@dataclass
class Table:
    """The rules as they are read, each with its line."""

    rules: dict[tuple[str, str], Transition] = field(default_factory=dict)
    lines: dict[Hashable, int] = field(default_factory=dict)

    def add(self, state: str, symbol: str, go: Transition, line: int) -> None:
        """Raises MachineError for a second rule of the same state and symbol."""
        if (state, symbol) in self.rules:
            first = f"the first is on line {self.lines[state, symbol]}"
            rule = f"for state {state!r} reading {symbol!r}"
            raise MachineError(f"a second rule {rule}; {first}", (state, symbol), line)
        self.rules[state, symbol] = go
        self.lines[state, symbol] = line


def built(
    table: Table,
    start: str,
    blank: str,
    final: set[str],
    states: list[str],
    symbols: list[str],
    name: str = "",
) -> TuringMachine:
    """The machine; raises MachineError, with the line where it is known, for what no machine may be."""
    if not table.rules:
        raise MachineError("there is no rule")
    with located(table.lines):
        return TuringMachine(table.rules, start, blank, final, states=states, symbols=symbols, name=name)


def bounded(states: int, symbols: int) -> None:
    """Raises MachineError for a machine too large to be read in a second."""
    if symbols > MOST_SYMBOLS:
        raise MachineError(f"{symbols:,} symbols; a text may have at most {MOST_SYMBOLS:,}")
    if states * symbols > MOST_RULES:
        raise MachineError(f"{states:,} states times {symbols:,} symbols are over {MOST_RULES:,} rules")


def named(name: str, line: int) -> str:
    """A state's name of bearable length."""
    if not name or len(name) > LONGEST_NAME:
        raise MachineError(f"{shown(name)} is no name of a state: 1 to {LONGEST_NAME} characters", line=line)
    return name


def symbol_of(text: str, line: int, role: str) -> str:
    """A symbol of one character."""
    if len(text) != 1:
        raise MachineError(f"{role} {shown(text)}; a symbol is one character", line=line)
    return text
