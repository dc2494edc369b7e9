"""Appends the parity bit: 1 after an odd number of ones, 0 after an even number."""

from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        ("even", "0"): ("even", "0", "R"),
        ("even", "1"): ("odd", "1", "R"),
        ("even", "_"): ("halt", "0", "S"),
        ("odd", "0"): ("odd", "0", "R"),
        ("odd", "1"): ("even", "1", "R"),
        ("odd", "_"): ("halt", "1", "S"),
    },
    initial_state="even",
)

EXAMPLES = [
    ("1011", "10111", "halted", 5),
    ("1001", "10010", "halted", 5),
    ("", "0", "halted", 1),
]
