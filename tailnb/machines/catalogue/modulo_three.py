"""Appends the remainder of a binary number divided by three; the state is the remainder so far."""

from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        (0, "0"): (0, "0", "R"),
        (0, "1"): (1, "1", "R"),
        (0, "_"): ("halt", "0", "S"),
        (1, "0"): (2, "0", "R"),
        (1, "1"): (0, "1", "R"),
        (1, "_"): ("halt", "1", "S"),
        (2, "0"): (1, "0", "R"),
        (2, "1"): (2, "1", "R"),
        (2, "_"): ("halt", "2", "S"),
    },
    initial_state=0,
    input_symbols="01",
)

EXAMPLES = [
    ("1001", "10010", "halted", 5),
    ("111", "1111", "halted", 4),
    ("101", "1012", "halted", 4),
    ("", "0", "halted", 1),
]
