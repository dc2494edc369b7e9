"""What the writers of all formats share: the checks of names and symbols."""

from collections.abc import Callable

from tailnb.machines.errors import MachineError
from tailnb.machines.formats._reading import LONGEST_NAME
from tailnb.machines.rules import State
from tailnb.machines.turing_machine import TuringMachine


def state_names(
    machine: TuringMachine, fits: Callable[[str], bool], name: Callable[[State], str]
) -> dict[State, str]:
    """A name for each state, no two the same.

    Arguments: whether the format takes a name, and the name of a state.
    """
    names: dict[State, str] = {}
    owners: dict[str, State] = {}
    for state in machine.states:
        names[state] = text = name(state)
        if not text or len(text) > LONGEST_NAME or not text.isprintable() or not fits(text):
            raise MachineError(f"no state can be called {text!r}")
        if text in owners:
            raise MachineError(f"the states {owners[text]!r} and {state!r} would both be called {text!r}")
        owners[text] = state
    return names


def single_symbols(machine: TuringMachine, blank: str, forbidden: str = "") -> None:
    """Each symbol is one printable character, and none but the blank looks like the format's blank."""
    for symbol in machine.symbols:
        if symbol == machine.blank:
            continue
        if symbol == blank:
            raise MachineError(f"the symbol {symbol!r} is the blank there")
        # The simulators that these formats come from count in units of 16 bits.
        if len(symbol) > 1 or symbol > "\uffff" or not symbol.isprintable() or symbol in forbidden:
            raise MachineError(f"{symbol!r} cannot be a symbol there")


def unnamed_symbols(machine: TuringMachine) -> list[str]:
    """The symbols that no rule reads or writes, without the blank."""
    known = {machine.blank}
    for (_, read), go in machine.transitions.items():
        known |= {read, go.write}
    return [symbol for symbol in machine.symbols if symbol not in known]
