"""The Turing machine: a 7-tuple, checked when it is made.

>>> flip = TuringMachine({("q", "0"): ("q", "1", "R"), ("q", "1"): ("q", "0", "R"),
...                       ("q", "_"): ("halt", "_", "S")}, initial_state="q")
>>> flip.run("1001").word()
'0110'
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tailnb.machines.configuration import Configuration, configurations
from tailnb.machines.errors import MachineError, choices
from tailnb.machines.rules import State, Transition, in_order, text_symbol, transition_function
from tailnb.machines.running import Run, run
from tailnb.machines.words import symbols_of

if TYPE_CHECKING:
    from tailnb.machines.diagram import Diagram


@dataclass(frozen=True, init=False, repr=False)
class TuringMachine:
    """A one-tape deterministic Turing machine on a tape without ends in both directions.

    Arguments:
        transitions: ``{(state, symbol): (state, write, move)}``, move "L", "R" or "S" (stay).
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
        transitions: Mapping[Any, Any],
        initial_state: State,
        blank: str = "_",
        final_states: Iterable[State] = frozenset({"halt"}),
        input_symbols: Iterable[str] | None = None,
        states: Iterable[State] | None = None,
        symbols: Iterable[str] | None = None,
        name: str = "",
    ) -> None:
        rules = transition_function(transitions)
        final = frozenset(no_text(final_states, "final_states"))
        text_symbol(blank, "the blank is")
        known = in_order([blank, *(one for (_, read), go in rules.items() for one in (read, go.write))])
        named = in_order([initial_state, *(state for state, _ in rules), *sorted(final, key=str)])
        all_symbols = in_order(symbols) if symbols is not None else in_order([*known, *(input_symbols or ())])
        all_states = in_order(no_text(states, "states")) if states is not None else named
        given = in_order(input_symbols) if input_symbols is not None else all_symbols
        values = {
            "transitions": MappingProxyType(rules),
            "initial_state": initial_state,
            "blank": blank,
            "final_states": final,
            "input_symbols": given if input_symbols is not None else tuple(s for s in given if s != blank),
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
        check_limit(max_steps)
        return configurations(self, symbols_of(word, self.input_symbols, self.blank), max_steps)

    def run(self, word: str | Sequence[str] = "", *, max_steps: int = 1_000_000) -> Run:
        """Runs to the end, or for ``max_steps`` steps, and returns the outcome and the last tape.

        Raises MachineError for a symbol outside the input alphabet, or a negative limit.
        """
        check_limit(max_steps)
        return run(self, symbols_of(word, self.input_symbols, self.blank), max_steps)

    def table(self) -> str:
        """The rules as an aligned text, a line each, for ``print``."""
        rows = [("state", "read", "write", "move", "next")]
        rows += [(str(q), s, go.write, go.move, str(go.state)) for (q, s), go in self.transitions.items()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)

    def diagram(self) -> Diagram:
        """The state diagram as SVG, which a notebook shows."""
        from tailnb.machines.diagram import diagram

        return diagram(self)

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
        counts = f"{len(self.states)} states, {len(self.symbols)} symbols, {len(self.transitions)} rules"
        return f"<TuringMachine{name}: {counts}>"


def check_symbols(machine: TuringMachine) -> None:
    """Every symbol of the rules, the blank and the input alphabet is in the tape alphabet."""
    known = machine.symbols
    for symbol in known:
        text_symbol(symbol, "the tape alphabet holds")
    if machine.blank not in known:
        raise MachineError(f"the blank {machine.blank!r} is not among the symbols; {choices('', known)}")
    if machine.blank in machine.input_symbols:
        raise MachineError(f"the blank {machine.blank!r} must not be in the input alphabet")
    for symbol in machine.input_symbols:
        if symbol not in known:
            raise MachineError(f"unknown input symbol {symbol!r}; {choices(symbol, known)}")
    for (state, read), rule in machine.transitions.items():
        for verb, symbol in (("reads", read), ("writes", rule.write)):
            if symbol not in known:
                where = f"the rule for {(state, read)!r} {verb}"
                raise MachineError(f"{where} unknown symbol {symbol!r}; {choices(symbol, known)}")


def check_states(machine: TuringMachine, *, states_given: bool) -> None:
    """Every state that is named exists, and no rule leaves a final one."""
    known, final = set(machine.states), machine.final_states
    sources = {state for state, _ in machine.transitions}
    start = machine.initial_state
    if start not in known or not (states_given or start in sources | final):
        raise MachineError(f"no such initial state {start!r}; {choices(start, in_order([*sources]))}")
    for state in sorted(final, key=str):
        if state not in known:
            raise MachineError(f"unknown final state {state!r}; {choices(state, machine.states)}")
    for (state, read), rule in machine.transitions.items():
        where = f"the rule for {(state, read)!r}"
        if state not in known:
            raise MachineError(
                f"{where} starts from unknown state {state!r}; {choices(state, machine.states)}"
            )
        if state in final:
            raise MachineError(f"{where} leaves the final state {state!r}, in which the machine halts")
        if rule.state not in known:
            hint = "it has no rule and is not in final_states"
            raise MachineError(
                f"{where} goes to unknown state {rule.state!r}: {hint}; {choices(rule.state, machine.states)}"
            )


def check_limit(max_steps: int | None) -> None:
    """A step limit is None or a whole number from 0."""
    if max_steps is not None and (not isinstance(max_steps, int) or max_steps < 0):
        raise MachineError(f"max_steps is a whole number from 0, not {max_steps!r}")


def no_text(states: Iterable[Hashable], what: str) -> Iterable[Hashable]:
    """The states, unless one text was given, whose letters would each be taken for a state."""
    if isinstance(states, str):
        raise MachineError(f"{what} is a collection of states; write {{{states!r}}}")
    return states
