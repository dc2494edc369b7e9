"""The Turing machine: a 7-tuple, checked when it is made.

>>> flip = TuringMachine({("q", "0"): ("q", "1", "R"), ("q", "1"): ("q", "0", "R"),
...                       ("q", "_"): ("halt", "_", "S")}, initial_state="q")
>>> flip.run("1001").word()
'0110'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tailnb.machines.checks import check_limit, check_states, check_symbols, state_set
from tailnb.machines.configuration import Configuration, configurations
from tailnb.machines.counted import counted
from tailnb.machines.history import History
from tailnb.machines.rules import Key, State, Transition, hashable, in_order, text_symbol, transition_function
from tailnb.machines.running import Run, run
from tailnb.machines.words import symbols_of

if TYPE_CHECKING:
    from tailnb.machines.picture import Picture


@dataclass(frozen=True, init=False, repr=False)
class TuringMachine:
    """A one-tape deterministic Turing machine on a tape without ends in both directions.

    Arguments:
        transitions: ``{(state, symbol): (state, write, move)}``, move "L", "R" or "S" (stay), or such
            pairs in a list, in which a second rule for the same state and symbol is found.
        initial_state: where a run starts; the head starts on the word's leftmost symbol, address 0.
        blank: the symbol of every cell that was never written.
        final_states: the states in which the machine halts; they have no rules.
        input_symbols: the symbols a word may hold; by default all symbols but the blank.
        states, symbols: by default those that the rules name. Give them to allow a state without
            rules that is not final, or a symbol that no rule names.
        name: shown to people; two machines that differ by name only are equal.

    Raises MachineError naming the rule, state or symbol at fault, and the choices.
    Source: Hopcroft, Motwani and Ullman, Introduction to Automata Theory, section 8.2.
    """

    transitions: Mapping[tuple[State, str], Transition]
    initial_state: State
    blank: str
    final_states: frozenset[State]
    input_symbols: tuple[str, ...]
    states: tuple[State, ...]
    symbols: tuple[str, ...]
    name: str = field(compare=False)

    def __init__(
        self,
        transitions: Mapping[Any, Any] | Iterable[tuple[Any, Any]],
        initial_state: State,
        blank: str = "_",
        final_states: Iterable[State] = frozenset({"halt"}),
        input_symbols: Iterable[str] | None = None,
        states: Iterable[State] | None = None,
        symbols: Iterable[str] | None = None,
        name: str = "",
    ) -> None:
        rules = transition_function(transitions)
        text_symbol(blank, "the blank is", "blank")
        hashable(initial_state, "initial_state is", "initial_state")
        final = state_set(final_states, "final_states")
        given = None if input_symbols is None else in_order(input_symbols, "input_symbols")
        if symbols is None:
            written = (one for (_, read), go in rules.items() for one in (read, go.write))
            symbols = [blank, *written, *(given or ())]
        if states is None:
            all_states = in_order([initial_state, *(state for state, _ in rules), *final], "states")
        else:
            all_states = state_set(states, "states")
        all_symbols = in_order(symbols, "symbols")
        values = {
            "transitions": MappingProxyType(rules),
            "initial_state": initial_state,
            "blank": blank,
            "final_states": frozenset(final),
            "input_symbols": tuple(s for s in all_symbols if s != blank) if given is None else given,
            "states": all_states,
            "symbols": all_symbols,
            "name": name,
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)
        check_symbols(self)
        check_states(self, states_given=states is not None)

    def steps(
        self, word: str | Sequence[str] = "", *, max_steps: int | None = None
    ) -> Iterator[Configuration]:
        """The configurations from the initial one to the last, each made in O(1).

        Without ``max_steps`` a machine that never halts yields for ever.
        Raises MachineError for a symbol outside the input alphabet, or a negative limit.
        """
        if max_steps is not None:
            check_limit(max_steps)
        return configurations(self, symbols_of(word, self.input_symbols, self.blank), max_steps)

    def run(self, word: str | Sequence[str] = "", *, max_steps: int = 1_000_000) -> Run:
        """Runs to the end, or for ``max_steps`` steps, and returns the outcome and the last tape.

        Raises MachineError for a symbol outside the input alphabet, or a negative limit.
        """
        check_limit(max_steps)
        return run(self, symbols_of(word, self.input_symbols, self.blank), max_steps)

    def history(self, word: str | Sequence[str] = "", *, max_steps: int = 1_000_000) -> History:
        """The run as `run` does it, kept so that one can look at any of its steps, back and forth.

        Raises MachineError for a symbol outside the input alphabet, or a negative limit.
        """
        check_limit(max_steps)
        return History(self, symbols_of(word, self.input_symbols, self.blank), max_steps)

    def table(self) -> str:
        """The rules as an aligned text, a line each, for ``print``."""
        rows = [("state", "read", "write", "move", "next")]
        rows += [(str(q), s, go.write, go.move, str(go.state)) for (q, s), go in self.transitions.items()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)

    def diagram(self, state: State = None, rule: Key | None = None) -> Picture:
        """The state diagram as SVG, which a notebook shows; `tailnb.machines.diagram.diagram` says more.

        Raises MachineError for a state, or a rule ``(state, symbol)``, to be marked that the machine lacks.
        """
        from tailnb.machines.diagram import diagram

        return diagram(self, state, rule)

    def space_time(self, word: str | Sequence[str] = "", *, max_steps: int = 100_000) -> Picture:
        """The run in one picture: a row of cells for each step, or for some of a long run's steps.

        Raises MachineError for a symbol outside the input alphabet, or a negative limit.
        """
        from tailnb.machines.space_time import space_time

        check_limit(max_steps)
        return space_time(self, symbols_of(word, self.input_symbols, self.blank), max_steps)

    def __hash__(self) -> int:
        return hash((frozenset(self.transitions.items()), self.initial_state, self.blank))

    def __reduce__(self) -> tuple[Any, ...]:
        # A mapping proxy cannot be pickled, and machines travel to worker processes.
        return TuringMachine, (
            dict(self.transitions),
            self.initial_state,
            self.blank,
            self.final_states,
            self.input_symbols,
            self.states,
            self.symbols,
            self.name,
        )

    def __repr__(self) -> str:
        name = f" {self.name}" if self.name else ""
        sizes = {"state": self.states, "symbol": self.symbols, "rule": self.transitions}
        counts = ", ".join(counted(len(some), thing) for thing, some in sizes.items())
        return f"<TuringMachine{name}: {counts}>"
