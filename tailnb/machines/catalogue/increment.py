"""Adds one to a binary number: to its right end, then the carry runs left."""

from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        ("right", "0"): ("right", "0", "R"),
        ("right", "1"): ("right", "1", "R"),
        ("right", "_"): ("carry", "_", "L"),
        ("carry", "1"): ("carry", "0", "L"),
        ("carry", "0"): ("halt", "1", "S"),
        ("carry", "_"): ("halt", "1", "S"),
    },
    initial_state="right",
)

EXAMPLES = [
    ("1011", "1100", "halted", 8),
    ("111", "1000", "halted", 8),
    ("0", "1", "halted", 3),
    ("", "1", "halted", 2),
]
