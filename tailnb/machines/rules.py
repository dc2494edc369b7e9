"""What a transition function is made of, and its checks, rule by rule."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

from tailnb.machines.errors import MachineError, choices

State = Hashable
Key = tuple[State, str]
MOVES = {"L": -1, "S": 0, "R": 1}


class Transition(NamedTuple):
    """What a rule does: the next state, the symbol written, and the move, "L", "R" or "S" (stay)."""

    state: State
    write: str
    move: str


def transition_function(rules: Mapping[Any, Any] | Iterable[tuple[Any, Any]]) -> dict[Key, Transition]:
    """The rules as ``{(state, symbol): Transition}``; pairs and plain tuples are taken too.

    Raises MachineError for a rule of the wrong shape, a second rule for the same state and symbol, a symbol
    that is no text, or an unknown move.
    """
    found: dict[Key, Transition] = {}
    for key, value in pairs(rules):
        start = source(key)
        if start in found:
            raise MachineError(f"there are two rules for {start!r}; a machine has one at most", start)
        found[start] = target(start, value)
    if not found:
        raise MachineError(
            "a machine needs at least one rule {(state, symbol): (state, write, move)}", "transitions"
        )
    return found


def pairs(rules: object) -> Iterable[tuple[Any, Any]]:
    """The rules one by one, from a dictionary or as they are."""
    if isinstance(rules, Mapping):
        return rules.items()
    found = listed(rules, "transitions")
    for one in found:
        if not isinstance(one, tuple) or len(one) != 2:
            wanted = "a dictionary {(state, symbol): (state, write, move)}, or its pairs"
            raise MachineError(f"transitions is {wanted}, not {one!r}", "transitions")
    return found


def source(key: object) -> Key:
    """A rule's left side, checked."""
    if not isinstance(key, tuple) or len(key) != 2:
        raise MachineError(f"the rule {key!r} must start from a pair (state, symbol)", "transitions")
    state, symbol = key
    hashable(state, f"the rule for {key!r} starts from")
    return state, text_symbol(symbol, f"the rule for {key!r} reads", key)


def target(key: Key, value: object) -> Transition:
    """A rule's right side, checked."""
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise MachineError(f"the rule for {key!r} must give (state, write, move), not {value!r}", key)
    state, write, move = value
    hashable(state, f"the rule for {key!r} goes to", key)
    if not isinstance(move, str) or move not in MOVES:
        raise MachineError(f"the rule for {key!r} moves {move!r}; {choices(str(move), MOVES)}", key)
    return Transition(state, text_symbol(write, f"the rule for {key!r} writes", key), move)


def text_symbol(symbol: object, who: str, place: Hashable = None) -> str:
    """The symbol itself; raises MachineError when it is no text or an empty one."""
    if not isinstance(symbol, str) or not symbol:
        wanted = "a symbol is a text of at least one character, such as '1'"
        raise MachineError(f"{who} {symbol!r}; {wanted}", place if is_hashable(place) else None)
    return symbol


def hashable(state: object, who: str, place: Hashable = None) -> None:
    """Raises MachineError for what cannot be hashed, such as a list."""
    if not is_hashable(state):
        raise MachineError(f"{who} {state!r}; it must be hashable, such as a text or a number", place)


def is_hashable(one: object) -> bool:
    """Whether it can be a state; a tuple that holds a list cannot."""
    try:
        hash(one)
    except TypeError:
        return False
    return True


def in_order(items: object, what: str) -> tuple[Any, ...]:
    """The items without repetition, in the order they came; a set is sorted to be the same every run."""
    found = listed(items, what)
    for one in found:
        hashable(one, f"{what} holds", what)
    if isinstance(items, (set, frozenset)):
        found = sorted(found, key=str)
    return tuple(dict.fromkeys(found))


def listed(items: object, what: str) -> list[Any]:
    """The items as a list; raises MachineError where there is nothing to list."""
    if not isinstance(items, Iterable):
        raise MachineError(f"{what} is a collection, not {items!r}", what)
    return list(items)


def skip(state: State, symbols: Iterable[str], move: str) -> dict[Key, Transition]:
    """Rules that only move: ``skip("q", "01", "R")`` goes right over 0 and 1, and leaves them as they are."""
    return {(state, symbol): Transition(state, symbol, move) for symbol in symbols}
