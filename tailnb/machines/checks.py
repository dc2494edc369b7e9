"""The checks of a machine as a whole: every state and symbol that is named exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tailnb.machines.errors import MachineError, choices
from tailnb.machines.rules import in_order, text_symbol

if TYPE_CHECKING:
    from tailnb.machines.turing_machine import TuringMachine


def check_symbols(machine: TuringMachine) -> None:
    """Every symbol of the rules, the blank and the input alphabet is in the tape alphabet."""
    known, blank = machine.symbols, machine.blank
    for symbol in known:
        text_symbol(symbol, "the tape alphabet holds", "symbols")
    if blank not in known:
        raise MachineError(f"the blank {blank!r} is not among the symbols; {choices('', known)}", "blank")
    if blank in machine.input_symbols:
        raise MachineError(f"the blank {blank!r} must not be in the input alphabet", "input_symbols")
    for symbol in machine.input_symbols:
        if symbol not in known:
            raise MachineError(f"unknown input symbol {symbol!r}; {choices(symbol, known)}", "input_symbols")
    for key, rule in machine.transitions.items():
        for verb, symbol in (("reads", key[1]), ("writes", rule.write)):
            if symbol not in known:
                where = f"the rule for {key!r} {verb}"
                raise MachineError(f"{where} unknown symbol {symbol!r}; {choices(symbol, known)}", key)


def check_states(machine: TuringMachine, *, states_given: bool) -> None:
    """Every state that is named exists, and no rule leaves a final one."""
    known, final = set(machine.states), machine.final_states
    sources = {state for state, _ in machine.transitions}
    start = machine.initial_state
    if start not in known or not (states_given or start in sources | final):
        named = choices(start, in_order(sources, "states"))
        raise MachineError(f"no such initial state {start!r}; {named}", "initial_state")
    for state in in_order(final, "final_states"):
        if state not in known:
            raise MachineError(
                f"unknown final state {state!r}; {choices(state, machine.states)}", "final_states"
            )
    for key, rule in machine.transitions.items():
        state, where = key[0], f"the rule for {key!r}"
        if state not in known:
            named = choices(state, machine.states)
            raise MachineError(f"{where} starts from unknown state {state!r}; {named}", key)
        if state in final:
            raise MachineError(f"{where} leaves the final state {state!r}, in which the machine halts", key)
        if rule.state not in known:
            hint = f"it has no rule and is not in final_states; {choices(rule.state, machine.states)}"
            raise MachineError(f"{where} goes to unknown state {rule.state!r}: {hint}", key)


def check_limit(max_steps: object) -> None:
    """A step limit is a whole number from 0."""
    if type(max_steps) is not int or max_steps < 0:
        raise MachineError(f"max_steps is a whole number from 0, not {max_steps!r}", "max_steps")


def state_set(states: object, what: str) -> tuple[Any, ...]:
    """The states in order, unless one text was given, whose letters would each be taken for a state."""
    if isinstance(states, str):
        raise MachineError(f"{what} is a collection of states; write {{{states!r}}}", what)
    return in_order(states, what)
