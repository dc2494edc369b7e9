"""The busy beaver community's one-line format: a row per state, three characters per rule.

``1RB1LB_1LA1RZ`` has the states A and B; in A, reading 0, it writes 1, moves right and goes to B.
The blank is 0, a run starts in A, ``---`` is a missing rule, and a rule to Z or H, where that letter
has no row, halts. Source: https://bbchallenge.org, section Turing machines.
"""

import re
from string import ascii_uppercase, digits

from tailnb.machines.errors import MachineError
from tailnb.machines.formats._hints import instead
from tailnb.machines.rules import State, Transition
from tailnb.machines.turing_machine import TuringMachine

NAME = "bbchallenge"
TITLE = "bbchallenge string"
LOOK = "a line such as 1RB1LB_1LA1RZ"
EXAMPLE = "1RB1LB_1LA1RZ"
LONGEST = 1_000  # characters
MISSING = "---"
HALTING = "ZH"


def likeness(text: str) -> float:
    """1 when the text has the format's general look, else 0; ``parse`` finds the faults."""
    text = text.strip()
    rules = re.search(r"[0-9][LR][A-Z]|---", text)
    return float(bool(rules and re.fullmatch(r"[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*", text)))


def parse(text: str) -> TuringMachine:
    """The machine of a text such as ``1RB1LB_1LA1RZ``; raises MachineError naming the rule at fault."""
    rows = text.strip().split("_")
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
    if not rules:
        raise MachineError("there is no rule")
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
        raise MachineError(f"{where} writes {write!r}; {instead(write, symbols)}")
    if move not in "LR":
        raise MachineError(f"{where} moves {move!r}; {instead(move, 'LR')}")
    if state not in states:
        raise MachineError(f"{where} goes to {state!r}, which has no row; {instead(state, states)}")
    return Transition(state, write, move)


def write(machine: TuringMachine) -> str:
    """The machine as one line; its states become letters from A, its blank 0.

    Raises MachineError for what the format cannot say: a move S, symbols other than digits, several
    final states, a run that starts in one, or more than 25 states.
    """
    check(machine)
    others = [s for s in machine.states if s != machine.initial_state and s not in machine.final_states]
    states = [machine.initial_state, *others]
    if len(states) >= len(ascii_uppercase):
        raise MachineError(f"it has at most 25 states that are not final, not {len(states)}")
    halting = "H" if machine.final_states == {"H"} and len(states) <= ascii_uppercase.index("H") else "Z"
    letters = dict.fromkeys(machine.final_states, halting) | dict(zip(states, ascii_uppercase, strict=False))
    used = [symbol for symbol in machine.symbols if symbol != machine.blank]
    symbols = [machine.blank, *digits[1 : int(max(used, default="0")) + 1]]
    return "_".join("".join(cell(machine, q, s, letters) for s in symbols) for q in states)


def check(machine: TuringMachine) -> None:
    """Raises MachineError for final states and symbols that the format does not have."""
    if machine.initial_state in machine.final_states:
        raise MachineError("the initial state cannot be final there")
    if len(machine.final_states) > 1:
        raise MachineError(f"it has one way to halt, not {len(machine.final_states)} final states")
    for symbol in machine.symbols:
        if symbol != machine.blank and (len(symbol) > 1 or symbol not in digits[1:]):
            raise MachineError(f"symbols are the digits 1 to 9 beside the blank, which {symbol!r} is not")


def cell(machine: TuringMachine, state: State, symbol: str, letters: dict[State, str]) -> str:
    """One rule as three characters."""
    go = machine.transitions.get((state, symbol))
    if go is None:
        return MISSING
    if go.move == "S":
        raise MachineError(f"the rule for {(state, symbol)!r} stays; it has only the moves L and R")
    return ("0" if go.write == machine.blank else go.write) + go.move + letters[go.state]
