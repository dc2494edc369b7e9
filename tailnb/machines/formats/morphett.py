"""Morphett's text: a rule a line, five columns, as in ``0 1 1 r 0``.

The columns are state, symbol, new symbol, direction (``l``, ``r`` or ``*`` for none) and new state. A run
starts in the state ``0``; states whose names start with "halt" are final; ``_`` is the blank; a ``;`` starts
a comment. ``*`` as state or symbol stands for every one without a rule of its own, as new state or new
symbol for no change. A breakpoint, ``!`` behind the columns, is allowed and not kept. The symbols are
those of the text, with those of the comment ``$INITIAL_TAPE: 0110``, if there is one.
Source: https://morphett.info/turing, section Syntax.
"""

import re
from typing import NamedTuple

from tailnb.machines.errors import MachineError, choices
from tailnb.machines.formats._hints import instead, key, shown
from tailnb.machines.formats._reading import Table, bounded, built, named, symbol_of
from tailnb.machines.formats._writing import single_symbols, state_names, unnamed_symbols
from tailnb.machines.rules import State, Transition
from tailnb.machines.turing_machine import TuringMachine

NAME = "morphett"
TITLE = "Morphett's text"
LOOK = "lines such as 0 1 1 r 0"
EXAMPLE = """\
; Adds 1 to a binary number.
0 _ _ l carry
0 * * r 0
carry 1 0 l carry
carry * 1 * halt
"""
LONGEST = 300_000  # characters
START, BLANK, ANY = "0", "_", "*"
MOVES = {"l": "L", "r": "R", "*": "S"}
COLUMNS = ("state", "symbol", "new symbol", "direction", "new state")
LOOKED_AT = 100  # lines, to tell the format


class Line(NamedTuple):
    """A rule as it is written, with its line number from 1."""

    number: int
    state: str
    read: str
    write: str
    move: str
    to: str


def likeness(text: str) -> float:
    """The share of the lines that are rules; a little for one that nearly is."""
    rows = [columns for _, columns in rows_of(text)][:LOOKED_AT]
    nearly = [row for row in rows if 4 <= len(row) <= 6 and 1 in (len(row[1]), len(row[2]))]
    right = [row for row in nearly if len(row) > 4 and row[3].lower() in MOVES]
    return len(right) / len(rows) if right else 0.1 * bool(nearly)


def parse(text: str) -> TuringMachine:
    """The machine of such a text; raises MachineError with the line at fault."""
    lines = [line_of(number, columns) for number, columns in rows_of(text)]
    patterns = without_repetition(lines)
    symbols = symbols_in(text, lines)
    used = [state for one in lines for state in (one.state, one.to) if state != ANY]
    states = list(dict.fromkeys([START, *used]))
    bounded(len(states), len(symbols))
    final = {state for state in states if halts(state)}
    check_states(lines, final)
    table = Table()
    for state in states:
        for symbol in symbols:
            rule = rule_for(patterns, state, symbol)
            if rule and (state not in final or rule.state == state):
                table.add(state, symbol, transition(rule, state, symbol), rule.number)
    table.rules = dict(sorted(table.rules.items(), key=lambda rule: table.lines[rule[0]]))
    return built(table, START, BLANK, final, states, symbols)


def rows_of(text: str) -> list[tuple[int, list[str]]]:
    """The columns of each line that has any, with its number from 1."""
    lines = (line.partition(";")[0].split() for line in text.split("\n"))
    return [(number, columns) for number, columns in enumerate(lines, 1) if columns]


def line_of(number: int, columns: list[str]) -> Line:
    """A checked line."""
    if len(columns) == 6 and columns[5] == "!":
        columns = columns[:5]
    if len(columns) < 5:
        missing = COLUMNS[len(columns)]
        raise MachineError(f"{len(columns)} columns of five: the {missing} is missing", line=number)
    if len(columns) > 5:
        raise MachineError(f"{shown(columns[5])} behind the columns {', '.join(COLUMNS)}", line=number)
    state, read, write, move, to = columns
    if move.lower() not in MOVES:
        raise MachineError(f"the direction is {shown(move)}; {choices(move[:10], MOVES)}", line=number)
    symbol_of(read, number, "reads")
    symbol_of(write, number, "writes")
    return Line(number, named(state, number), read, write, MOVES[move.lower()], named(to, number))


def without_repetition(lines: list[Line]) -> dict[tuple[str, str], Line]:
    """The lines by state and symbol; raises MachineError for two of the same."""
    patterns: dict[tuple[str, str], Line] = {}
    for one in lines:
        first = patterns.setdefault((one.state, one.read), one)
        if first is not one:
            rule = f"for state {one.state!r} reading {one.read!r}; the first is on line {first.number}"
            raise MachineError(f"a second rule {rule}", line=one.number)
    return patterns


def symbols_in(text: str, lines: list[Line]) -> list[str]:
    """The symbols, the blank first: those of the rules, then those of the initial tape."""
    tape = re.search(r";.*\$INITIAL_TAPE:?[ \t]*(.*)", text)
    more = "".join(tape[1].replace(";", "").split()) if tape else ""
    used = [symbol for one in lines for symbol in (one.read, one.write)]
    return [symbol for symbol in dict.fromkeys([BLANK, *used, *more]) if symbol != ANY]


def check_states(lines: list[Line], final: set[str]) -> None:
    """A state without rules may be a slip of the pen, and the run needs a state to start from."""
    sources = dict.fromkeys(one.state for one in lines)
    twins = {key(state): state for state in sources}
    for one in lines:
        if one.to not in sources and one.to not in final and key(one.to) in twins:
            hint = f"did you mean {twins[key(one.to)]!r}?"
            raise MachineError(f"goes to state {one.to!r}, which has no rule; {hint}", line=one.number)
    if lines and START not in sources and ANY not in sources:
        hint = instead(START, sources)
        raise MachineError(f"a run starts in the state '0', which has no rule; {hint}", line=lines[0].number)


def halts(state: str) -> bool:
    """Whether the state is final by its name."""
    return state.lower().startswith("halt")


def rule_for(patterns: dict[tuple[str, str], Line], state: str, symbol: str) -> Line | None:
    """The most particular line: the state's own before that for any state."""
    for pattern in ((state, symbol), (state, ANY), (ANY, symbol), (ANY, ANY)):
        if pattern in patterns:
            return patterns[pattern]
    return None


def transition(rule: Line, state: str, symbol: str) -> Transition:
    """What the line does in this state at this symbol."""
    to, write = (state if rule.to == ANY else rule.to), (symbol if rule.write == ANY else rule.write)
    return Transition(to, write, rule.move)


def write(machine: TuringMachine) -> str:
    """The machine as such a text.

    The initial state is called 0 (and a state 0 by its name), the blank ``_``; names of final states get
    "halt-" in front, spaces in names become hyphens. Raises MachineError for what the format does not have.
    """
    single_symbols(machine, BLANK, ";* ")
    names = state_names(machine, lambda name: name != ANY, lambda state: name_of(machine, state))
    check_names(machine, names)
    symbols = {symbol: symbol for symbol in machine.symbols} | {machine.blank: BLANK}
    moves = {move: letter for letter, move in MOVES.items()}
    lines = [
        f"{names[state]} {symbols[read]} {symbols[go.write]} {moves[go.move]} {names[go.state]}\n"
        for (state, read), go in machine.transitions.items()
    ]
    more = "".join(unnamed_symbols(machine))
    return "".join(lines) + (f"; $INITIAL_TAPE: {more}\n" if more else "")


def name_of(machine: TuringMachine, state: State) -> str:
    """The state's name in the format."""
    if state == machine.initial_state:
        return START
    name = re.sub(r"[\s;]+", "-", str(machine.initial_state if str(state) == START else state))
    return name if state not in machine.final_states or halts(name) else f"halt-{name}"


def check_names(machine: TuringMachine, names: dict[State, str]) -> None:
    """Raises MachineError for states that the format would take for others."""
    if machine.initial_state in machine.final_states:
        raise MachineError("the initial state cannot be final there")
    sources = {state for state, _ in machine.transitions}
    if machine.initial_state not in sources:
        raise MachineError("the initial state needs a rule there")
    twins = {key(names[state]): names[state] for state in sources}
    for state, name in names.items():
        if state in machine.final_states:
            continue
        if halts(name):
            raise MachineError(f"states whose names start with 'halt' are final there, and {state!r} is not")
        if state not in sources and key(name) in twins:
            raise MachineError(f"the state {name!r} without rules would be taken for {twins[key(name)]!r}")
