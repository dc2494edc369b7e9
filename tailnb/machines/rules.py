"""What a transition function is made of, and its checks, rule by rule."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

from tailnb.machines.errors import MachineError, choices

State = Hashable
MOVES = {"L": -1, "S": 0, "R": 1}


class Transition(NamedTuple):
    """What a rule does: the next state, the symbol written, and the move, "L", "R" or "S" (stay)."""

    state: State
    write: str
    move: str


def transition_function(rules: Mapping[Any, Any]) -> dict[tuple[State, str], Transition]:
    """The rules as ``{(state, symbol): Transition}``; plain tuples are taken too.

    Raises MachineError for a rule of the wrong shape, a symbol that is no text, or an unknown move.
    """
    if not rules:
        raise MachineError("a machine needs at least one rule {(state, symbol): (state, write, move)}")
    return {source(key): target(key, value) for key, value in rules.items()}


def source(key: object) -> tuple[State, str]:
    """A rule's left side, checked."""
    if not isinstance(key, tuple) or len(key) != 2:
        raise MachineError(f"the rule {key!r} must start from a pair (state, symbol)")
    state, symbol = key
    return state, text_symbol(symbol, f"the rule for {key!r} reads")


def target(key: object, value: object) -> Transition:
    """A rule's right side, checked."""
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise MachineError(f"the rule for {key!r} must give (state, write, move), not {value!r}")
    state, write, move = value
    if move not in MOVES:
        raise MachineError(f"the rule for {key!r} moves {move!r}; {choices(move, MOVES)}")
    return Transition(state, text_symbol(write, f"the rule for {key!r} writes"), move)


def text_symbol(symbol: object, who: str) -> str:
    """The symbol itself; raises MachineError when it is no text or an empty one."""
    if not isinstance(symbol, str) or not symbol:
        raise MachineError(f"{who} {symbol!r}; a symbol is a text of at least one character, such as '1'")
    return symbol


def in_order(items: Iterable[Hashable]) -> tuple[Any, ...]:
    """The items without repetition, in the order they came; a set is sorted to be the same every run."""
    if isinstance(items, (set, frozenset)):
        items = sorted(items, key=str)
    return tuple(dict.fromkeys(items))
