"""Texts that describe machines, one module a format.

A format's module has ``NAME``, ``EXAMPLE``, ``looks_like(text)`` and ``parse(text)``; adding one adds
the format. Modules are tried in alphabetical order.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from tailnb.machines.errors import MachineError
from tailnb.machines.formats.bbchallenge import to_bbchallenge
from tailnb.machines.turing_machine import TuringMachine

__all__ = ["formats", "parse", "to_bbchallenge"]


@cache
def formats() -> tuple[ModuleType, ...]:
    """The modules of the formats."""
    return tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))


def parse(text: str) -> TuringMachine:
    """The machine that the text describes, in any supported format.

    Raises MachineError naming the place of a fault, or the supported formats.
    """
    text = text.strip()
    for form in formats():
        if form.looks_like(text):
            machine: TuringMachine = form.parse(text)
            return machine
    known = "; ".join(f"{form.NAME}, such as {form.EXAMPLE}" for form in formats())
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    raise MachineError(f"no known format: {shown!r}; write one of: {known}")
