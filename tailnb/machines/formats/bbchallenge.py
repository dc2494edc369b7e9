"""The busy beaver community's one-line format: a row per state, three characters per rule.

``1RB1LB_1LA1RZ`` has the states A and B; in A, reading 0, it writes 1, moves right and goes to B.
The blank is 0, a run starts in A, ``---`` is a missing rule, and a rule to Z or H, where that letter
has no row, halts. Source: https://bbchallenge.org, section Turing machines.
"""

import re
from string import ascii_uppercase, digits

from tailnb.machines.errors import MachineError
from tailnb.machines.rules import State, Transition
from tailnb.machines.turing_machine import TuringMachine

NAME = "bbchallenge"
EXAMPLE = "1RB1LB_1LA1RZ"
MISSING = "---"
HALTING = "ZH"


def looks_like(text: str) -> bool:
    """Whether the text has the format's general look; ``parse`` finds the faults."""
    return re.fullmatch(r"[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*", text) is not None and len(text) >= 3


def parse(text: str) -> TuringMachine:
    """The machine of a text such as ``1RB1LB_1LA1RZ``; raises MachineError naming the rule at fault."""
    rows = text.split("_")
    if len(rows) > len(ascii_uppercase):
        raise MachineError(f"{len(rows)} rows, but states are named by one letter, A to Z")
    states = ascii_uppercase[: len(rows)]
    halting = [letter for letter in HALTING if letter not in states]
    width = len(rows[0]) // 3
    symbols = digits[:width]
    rules = {}
    for state, row in zip(states, rows, strict=True):
        check_row(row, state, len(rows[0]))
        for symbol, start in zip(symbols, range(0, len(row), 3), strict=True):
            cell = row[start : start + 3]
            if cell != MISSING:
                where = f"row {state}, reading {symbol}: {cell!r}"
                rules[state, symbol] = rule(cell, symbols, [*states, *halting], where)
    used = [letter for letter in halting if any(go.state == letter for go in rules.values())]
    return TuringMachine(
        rules,
        initial_state="A",
        blank="0",
        final_states=used,
        states=[*states, *used],
        symbols=symbols,
    )


def check_row(row: str, state: str, width: int) -> None:
    """A row is as long as the first one, in rules of three characters, ten at most."""
    if not row or len(row) % 3:
        raise MachineError(f"row {state}: {row!r} is not made of rules of three characters, such as 1RB")
    if len(row) != width:
        raise MachineError(f"row {state}: {len(row) // 3} rules, but row A has {width // 3}")
    if len(row) > 3 * len(digits):
        raise MachineError(f"row {state}: {len(row) // 3} rules, but symbols are the digits 0 to 9")


def rule(cell: str, symbols: str, states: list[str], where: str) -> Transition:
    """One rule of three characters, or a MachineError that says which of them is wrong."""
    write, move, state = cell[0], cell[1], cell[2]
    if write not in symbols:
        raise MachineError(f"{where} writes {write!r}; choose from {', '.join(symbols)}")
    if move not in "LR":
        raise MachineError(f"{where} moves {move!r}; choose L or R")
    if state not in states:
        raise MachineError(f"{where} goes to {state!r}, which has no row; choose from {', '.join(states)}")
    return Transition(state, write, move)


def to_bbchallenge(machine: TuringMachine) -> str:
    """The machine as one line; states become letters from A, symbols digits from 0, the blank.

    Raises MachineError for what the format cannot say: a move S, a run that starts in a final state,
    more than 25 states or 10 symbols.
    """
    if machine.initial_state in machine.final_states:
        raise MachineError("the bbchallenge format cannot say that the initial state is final")
    others = [s for s in machine.states if s != machine.initial_state and s not in machine.final_states]
    states = [machine.initial_state, *others]
    symbols = [machine.blank, *(symbol for symbol in machine.symbols if symbol != machine.blank)]
    if len(states) >= len(ascii_uppercase) or len(symbols) > len(digits):
        counts = f"{len(states)} states and {len(symbols)} symbols"
        raise MachineError(f"the bbchallenge format has at most 25 states and 10 symbols, not {counts}")
    halting = "H" if machine.final_states == {"H"} and len(states) <= ascii_uppercase.index("H") else "Z"
    letters = dict.fromkeys(machine.final_states, halting) | dict(zip(states, ascii_uppercase, strict=False))
    codes = dict(zip(symbols, digits, strict=False))
    return "_".join("".join(cell(machine, q, s, letters, codes) for s in symbols) for q in states)


def cell(
    machine: TuringMachine, state: State, symbol: str, letters: dict[State, str], codes: dict[str, str]
) -> str:
    """One rule as three characters."""
    go = machine.transitions.get((state, symbol))
    if go is None:
        return MISSING
    if go.move == "S":
        raise MachineError(f"the rule for {(state, symbol)!r} stays; the bbchallenge format has only L and R")
    return codes[go.write] + go.move + letters[go.state]
