"""Texts that describe machines, one module a format.

A format's module has ``NAME``, ``TITLE`` and ``LOOK`` (for messages), ``EXAMPLE``, ``LONGEST`` (the
characters that it reads at most), ``likeness(text)`` from 0 to 1, ``parse(text)`` and
``write(machine)``; adding one adds the format.

>>> flip = parse("0 0 1 r 0\\n0 1 0 r 0\\n0 _ _ l halt")
>>> flip.run("0110").word()
'1001'
>>> print(write(flip, "yaml"), end="")
blank: '_'
start state: 0
table:
  0:
    0: {write: 1, R}
    1: {write: 0, R}
    '_': {L: halt}
  halt:
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from tailnb.machines.errors import MachineError, choices
from tailnb.machines.formats._hints import shown
from tailnb.machines.formats._reading import bounded
from tailnb.machines.turing_machine import TuringMachine

__all__ = ["format_of", "formats", "parse", "write"]


@cache
def formats() -> dict[str, ModuleType]:
    """The modules of the formats by their names."""
    found = [import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__) if one.name[0] != "_"]
    return {form.NAME: form for form in found}


def parse(text: str, format: str | None = None) -> TuringMachine:
    """The machine that the text describes.

    format: the format's name; by default the one that the text looks like most.
    Raises MachineError, with the line at fault as ``line``, or naming the formats.
    """
    text = checked(text)
    form = named(format or format_of(text))
    try:
        if len(text) > form.LONGEST:
            raise MachineError(f"{len(text):,} characters; it may have {form.LONGEST:,} at most")
        machine: TuringMachine = form.parse(text)
    except MachineError as error:
        told = MachineError(f"{form.TITLE}{', ' if error.line else ': '}{error}", error.place)
        told.line = error.line
        raise told from None
    return machine


def checked(text: str) -> str:
    """The text without a byte order mark; raises MachineError for what can be no text of a machine."""
    if not isinstance(text, str):
        raise MachineError(f"a machine's text is a str, not {type(text).__name__}")
    longest = max(form.LONGEST for form in formats().values())
    if len(text) > longest:
        raise MachineError(f"{len(text):,} characters; a machine's text has {longest:,} at most")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise MachineError("half a character; read the file as UTF-8", line=line) from None
    return text.removeprefix("\ufeff")


def format_of(text: str) -> str:
    """The name of the format that the text looks like most; raises MachineError when it is like none."""
    text = checked(text)
    likeness = {name: form.likeness(text) for name, form in formats().items()}
    best = max(likeness, key=likeness.__getitem__)
    if likeness[best]:
        return best
    known = "; ".join(f"{form.TITLE}, {form.LOOK}" for form in formats().values())
    raise MachineError(f"no known format: {shown(text.strip())}; write one of: {known}")


def write(machine: TuringMachine, format: str) -> str:
    """The machine as a text that ``parse`` reads to a machine of the same behavior.

    Symbols keep their names, except that the blank takes the format's own; so do states, as far as the
    format takes them.
    Raises MachineError naming what the format cannot say, and the formats that can.
    """
    form = named(format)
    try:
        return text_in(machine, format)
    except MachineError as error:
        able = [name for name in formats() if name != format and can(machine, name)]
        advice = f"use {' or '.join(map(repr, able))}" if able else "no other format has it all"
        raise MachineError(f"{form.TITLE}: {error}; {advice}") from None


def text_in(machine: TuringMachine, format: str) -> str:
    """The machine's text, not larger than can be read."""
    form = named(format)
    bounded(len(machine.states), len(machine.symbols))
    text: str = form.write(machine)
    if len(text) > form.LONGEST:
        raise MachineError(f"{len(text):,} characters; it may have {form.LONGEST:,} at most")
    return text


def can(machine: TuringMachine, format: str) -> bool:
    """Whether the format has all that the machine needs."""
    try:
        return bool(text_in(machine, format))
    except MachineError:
        return False


def named(format: str) -> ModuleType:
    """The format's module; raises MachineError for an unknown name."""
    if format not in formats():
        raise MachineError(f"no format {format!r}; {choices(format, formats())}")
    return formats()[format]
