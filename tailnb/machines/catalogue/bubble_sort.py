"""Sorts bits, 0 before 1: where it meets 10, it swaps the two, and it goes on until a pass has no swap."""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        ("after 0", "0"): ("after 0", "0", "R"),
        ("after 0", "1"): ("after 1", "1", "R"),
        ("after 0", "_"): ("halt", "_", "S"),
        ("after 1", "0"): ("swap", "1", "L"),
        ("after 1", "1"): ("after 1", "1", "R"),
        ("after 1", "_"): ("halt", "_", "S"),
        ("swap", "1"): ("swapped", "0", "R"),
        ("swapped", "1"): ("after swap", "1", "R"),
        ("after swap", "0"): ("swap", "1", "L"),
        ("after swap", "1"): ("after swap", "1", "R"),
        ("after swap", "_"): ("back", "_", "L"),
        **skip("back", "01", "L"),
        ("back", "_"): ("after 0", "_", "R"),
    },
    initial_state="after 0",
)

EXAMPLES = [
    ("1010", "0011", "halted", 31),
    ("0001", "0001", "halted", 5),
    ("1100", "0011", "halted", 33),
    ("", "", "halted", 1),
]
