"""Named machines, one module each: a docstring, ``MACHINE`` and ``EXAMPLES``.

Adding a module here adds the machine everywhere. ``EXAMPLES`` lists (word, the word on the tape at the end,
outcome, steps), one that is stopped by the limit for machines that never halt; the tests run them all.
``WORDS``, where not every word makes sense, is a regular expression for those that do, made of classes of
letters in square brackets, each with or without a star.
"""

from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from tailnb.machines.errors import MachineError, choices
from tailnb.machines.turing_machine import TuringMachine


def machines() -> list[str]:
    """The names of the catalogue's machines, in alphabetical order."""
    return sorted(module.name for module in iter_modules(__path__))


@cache
def machine(name: str) -> TuringMachine:
    """The machine of that name; MachineError (a ValueError) with close matches for an unknown one."""
    made: TuringMachine = module(name).MACHINE
    return replace(made, name=name)


def module(name: str) -> ModuleType:
    """The module that defines the machine, with its docstring and EXAMPLES."""
    if name not in machines():
        raise MachineError(f"no machine {name!r}; {choices(name, machines())}")
    return import_module(f"{__name__}.{name}")
