"""A machine as a table of texts that a person edits: a row for each rule, and back."""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from tailnb.machines import MachineError, TuringMachine
from tailnb.machines.errors import choices

COLUMNS = ("state", "symbol read", "symbol written", "move", "next state")
MOST = 200  # rules; more are edited as text
FIELDS = {"initial_state": "start", "blank": "blank", "final_states": "final", "input_symbols": "input"}

Table = dict[str, Any]


class TableError(MachineError):
    """A table that is no machine: ``row`` counts from 0, ``field`` is such as "start" and "blank"."""

    def __init__(self, message: str, row: int | None = None, field: str | None = None) -> None:
        super().__init__(f"rule {row + 1}: {message}" if row is not None else message)
        self.row = row
        self.field = field


def table_of(machine: TuringMachine) -> Table:
    """The machine as a table; raises MachineError for one that a table cannot hold."""
    if len(machine.transitions) > MOST:
        count = len(machine.transitions)
        raise MachineError(f"a table holds {MOST} rules at most, not {count:,}; edit it as text")
    names = {state: str(state) for state in machine.states}
    check_names(list(names.values()), "state")
    check_names(machine.symbols, "symbol")
    rules = [
        [names[state], read, go.write, go.move, names[go.state]]
        for (state, read), go in machine.transitions.items()
    ]
    final, inputs = machine.final_states, machine.input_symbols
    shown = {machine.blank, *(symbol for row in rules for symbol in row[1:3])}
    ruled = {row[0] for row in rules}
    return {
        "start": names[machine.initial_state],
        "blank": machine.blank,
        "final": listed(names[state] for state in machine.states if state in final),
        "input": "" if {*inputs, machine.blank} == {*machine.symbols} else listed(inputs),
        "rows": rules,
        # What stands nowhere else: states without rules that are not final, and symbols that no rule names.
        "states": [names[one] for one in machine.states if one not in final and names[one] not in ruled],
        "symbols": [one for one in machine.symbols if one not in shown],
    }


def check_names(names: Sequence[str], what: str) -> None:
    """Raises MachineError for names that cannot be told apart or typed."""
    for name in names:
        if not name or not name.isprintable():
            raise MachineError(f"a table cannot hold the {what} {name!r}")
    if len(set(names)) < len(names):
        raise MachineError(f"two {what}s of this machine have the same name")


def listed(names: Iterable[str]) -> str:
    """Names in a line, between commas; one that holds a comma in quotes."""
    return ", ".join('"' + name.replace('"', '""') + '"' if quoted(name) else name for name in names)


def quoted(name: str) -> bool:
    """Whether a name in a list needs quotes."""
    return bool({",", '"'} & set(name)) or name != name.strip()


def names_in(text: str) -> list[str]:
    """The names in a line that `listed` wrote, or a person."""
    found = next(csv.reader([text], skipinitialspace=True), [])
    return [name for name in found if name]


def machine_of(table: Table) -> TuringMachine:
    """The machine of a table; rows without any text are passed over.

    Raises TableError, with the row or the field at fault where there is one.
    """
    rows = {number: row for number, row in enumerate(table["rows"]) if any([*row[:3], row[4]])}
    for number, row in rows.items():
        for column, text in zip(COLUMNS, row, strict=True):
            if not text:
                raise TableError(f"the {column} is missing", number)
    numbers: dict[Hashable, int] = {(state, read): number for number, (state, read, *_) in rows.items()}
    try:
        return made(table, list(rows.values()))
    except MachineError as error:
        raise TableError(str(error), numbers.get(error.place), FIELDS.get(str(error.place))) from None


def made(table: Table, rows: Sequence[Sequence[str]]) -> TuringMachine:
    """The machine of rows that are complete."""
    start, blank, final = table["start"], table["blank"], names_in(table["final"])
    known = dict.fromkeys([*(row[0] for row in rows), *final, *table["states"]])
    if rows and start not in known:
        raise MachineError(f"no such start state {start!r}; {choices(start, known)}", "initial_state")
    return TuringMachine(
        [((state, read), (to, write, move)) for state, read, write, move, to in rows],
        start,
        blank,
        final,
        names_in(table["input"]) or None,
        known,
        [blank, *(symbol for row in rows for symbol in row[1:3]), *table["symbols"]],
    )
