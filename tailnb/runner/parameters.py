"""A notebook's parameters, and the check of what a user wants them to be.

Papermill itself injects unknown names with only a warning, and checks no types.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import papermill

from tailnb.machines.errors import choices
from tailnb.parameters import SCALES
from tailnb.runner.notebooks import UsageError


@dataclass(frozen=True)
class Parameter:
    """One name of a notebook's cell tagged `parameters`: its type, default in source form, and meaning."""

    name: str
    kind: str
    default: str
    meaning: str

    def convert(self, text: str) -> Any:
        """Read a value from the command line as this parameter's type.

        Raises:
            UsageError: the text is no value of that type.
        """
        if self.name == "scale" and text not in SCALES:
            raise UsageError(f"no scale {text!r}; {choices(text, SCALES)}")
        if self.kind == "str":
            return text
        value = _literal(text.capitalize() if self.kind == "bool" else text)
        if self.kind == "float" and type(value) is int:
            with suppress(OverflowError):
                value = float(value)
        if type(value).__name__ != self.kind:
            raise UsageError(f"parameter {self.name!r} is of type {self.kind}, and {text!r} is not")
        return value


def parameters(notebook: Path) -> dict[str, Parameter]:
    """The parameters of a notebook, by name.

    Raises:
        UsageError: the file cannot be read as a notebook.
    """
    try:
        found = papermill.inspect_notebook(str(notebook))
    except Exception as error:  # a broken file fails in nbformat, jsonschema or papermill
        reason = str(error).strip().partition("\n")[0]
        raise UsageError(f"{notebook.name} cannot be read as a notebook: {reason}") from error
    return {
        name: Parameter(name, _kind(entry["default"]), entry["default"], entry["help"])
        for name, entry in found.items()
    }


def check_parameters(notebook: Path, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values to inject into a notebook: `pairs` of names and texts, converted to the parameters' types.

    Raises:
        UsageError: a name is not a parameter of the notebook, or a text is of another type than its default.
    """
    known = parameters(notebook)
    values = {}
    for name, text in pairs:
        if name not in known:
            raise UsageError(f"{notebook.stem} has no parameter {name!r}; {choices(name, known)}")
        try:
            values[name] = known[name].convert(text)
        except UsageError as error:
            listed = ", ".join(f"{p.name}: {p.kind} = {p.default}" for p in known.values())
            raise UsageError(f"{notebook.stem}: {error}; its parameters: {listed}") from None
    return values


def _kind(default: str) -> str:
    """The type of a default; None takes a string, and an expression is not to be replaced from outside."""
    if default == "None":
        return "str"
    value = _literal(default)
    return "expression" if value is None else type(value).__name__


def _literal(text: str) -> Any:
    """The Python value that a text spells, or None."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
