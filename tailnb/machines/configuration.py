"""Configurations: a machine's step, state, head and tape, frozen at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from tailnb.machines.rules import MOVES, State, Transition

if TYPE_CHECKING:
    from tailnb.machines.turing_machine import TuringMachine

# One half of the tape, seen from the head: (nearest symbol, the rest), or None where all is blank.
Half = tuple[str, "Half"] | None


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Configuration:
    """A machine at one moment; ``step`` counts from 0, ``head`` is the address of the cell read.

    The tape is kept as two linked halves that meet at the head. A step replaces only their ends, so
    the configurations of a run share their tapes: each costs O(1) to make and to keep, none changes
    afterwards, and nothing is copied until ``tape`` is asked for.
    """

    step: int
    state: State
    head: int
    symbol: str
    """The symbol under the head."""
    taken: Transition | None
    """The transition that led here; None at step 0."""
    next: Transition | None
    """The transition that will be taken from here; None when no rule applies."""
    _left: Half = field(repr=False)
    _right: Half = field(repr=False)
    _blank: str = field(repr=False)

    @property
    def tape(self) -> Mapping[int, str]:
        """The cells that are not blank, as {address: symbol} in order; costs one walk over the tape."""
        cells = {}
        half, address = self._left, self.head
        while half:
            address -= 1
            cells[address], half = half
        cells = dict(reversed(cells.items()))
        cells[self.head] = self.symbol
        half, address = self._right, self.head
        while half:
            address += 1
            cells[address], half = half
        return MappingProxyType({at: symbol for at, symbol in cells.items() if symbol != self._blank})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Configuration):
            return NotImplemented
        mine, others = (self.step, self.state, self.head), (other.step, other.state, other.head)
        return mine == others and self.tape == other.tape

    def __hash__(self) -> int:
        return hash((self.step, self.state, self.head, self.symbol))

    def __repr__(self) -> str:
        tape = self.tape
        near = range(self.head - 10, self.head + 11)
        cells = {at: tape.get(at, self._blank) for at in near if at in tape or at == self.head}
        shown = (cells.get(at, self._blank) for at in range(min(cells), max(cells) + 1))
        marked = (f"[{one}]" if at == self.head else one for at, one in enumerate(shown, min(cells)))
        return f"<Configuration step={self.step} state={self.state} head={self.head} {''.join(marked)}>"


def configurations(
    machine: TuringMachine, word: Sequence[str], max_steps: int | None
) -> Iterator[Configuration]:
    """The machine's configurations on the word, from the initial one to the last."""
    symbol, right = half(reversed(word), machine.blank) or (machine.blank, None)
    state = machine.initial_state
    rule = machine.transitions.get((state, symbol))
    first = Configuration(0, state, 0, symbol, None, rule, None, right, machine.blank)
    return onwards(machine, first, max_steps)


def onwards(machine: TuringMachine, start: Configuration, max_steps: int | None) -> Iterator[Configuration]:
    """The configurations from a given one on; ``max_steps`` counts from the beginning of the run."""
    rules, blank = machine.transitions, machine.blank
    step, state, head, symbol = start.step, start.state, start.head, start.symbol
    left, right, rule = start._left, start._right, start.next
    yield start
    while rule is not None and step != max_steps:
        taken = rule
        state, symbol, move = rule
        # Blanks beyond the last symbol are not kept: the tape is blank there anyway.
        if move == "R":
            left = (symbol, left) if left or symbol != blank else None
            symbol, right = right or (blank, None)
        elif move == "L":
            right = (symbol, right) if right or symbol != blank else None
            symbol, left = left or (blank, None)
        head += MOVES[move]
        step, rule = step + 1, rules.get((state, symbol))
        yield Configuration(step, state, head, symbol, taken, rule, left, right, blank)


def half(symbols: Iterable[str], blank: str) -> Half:
    """One half of the tape, from its far end to the symbol beside the head."""
    found: Half = None
    for one in symbols:
        found = (one, found) if found or one != blank else None
    return found
