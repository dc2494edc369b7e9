"""What is typed into the machine editor, a table or a text, and the machine that it stands for."""

from __future__ import annotations

from typing import Any

from tailnb.machines import MachineError, TuringMachine, parse
from tailnb.machines.formats import format_of, formats, write
from tailnb.views.rule_table import TableError, machine_of, table_of
from tailnb.views.visible import visible

TABLE = "table"
Source = dict[str, Any]  # the "form", "table" or a format's name, and the "text" or what a table has


def best(machine: TuringMachine) -> str:
    """The form in which the editor opens: a table, or else the first format that has all of the machine.

    Raises MachineError where there is none.
    """
    for form in (TABLE, *formats()):
        try:
            source_in(machine, form)
        except (MachineError, ModuleNotFoundError):
            continue
        return form
    raise MachineError(f"neither a table nor any format holds all of {machine!r}")


def source_in(machine: TuringMachine, form: str) -> Source:
    """The machine in that form; raises MachineError for what the form does not have."""
    if form == TABLE:
        return {"form": TABLE, **table_of(machine)}
    return {"form": form, "text": write(machine, form)}


def text_source(text: str) -> Source:
    """The text, with the format that it looks like; raises MachineError when it is like none."""
    return {"form": format_of(text), "text": text}


def detected(source: Source) -> Source:
    """The source with the format that its text looks like, or as it was."""
    if source["form"] == TABLE:
        return source
    try:
        return {**source, "form": format_of(source["text"])}
    except MachineError:
        return source


def machine_in(source: Source) -> TuringMachine:
    """The machine; raises MachineError with the line, row or field at fault."""
    return machine_of(source) if source["form"] == TABLE else parse(source["text"], source["form"])


def fault(error: Exception, source: Source) -> dict[str, Any]:
    """What the front end says about a fault, and where: a line from 1, a row from 0, or a field."""
    told: dict[str, Any] = {"fault": visible(str(error))}
    if isinstance(error, TableError):
        return {**told, "row": error.row, "field": error.field}
    line = getattr(error, "line", None)
    if line is None and "\n" not in source["text"].strip():
        text = source["text"]
        line = text.count("\n", 0, len(text) - len(text.lstrip())) + 1
    return {**told, "line": line}
