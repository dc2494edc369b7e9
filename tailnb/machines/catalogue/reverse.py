"""Turns a word of 0 and 1 round: 0010 becomes 0100.

Takes the symbols from left to right, leaves an x for each, and puts them down at the left end.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        ("take", "x"): ("take", "x", "R"),
        ("take", "0"): ("put 0", "x", "L"),
        ("take", "1"): ("put 1", "x", "L"),
        ("take", "_"): ("wipe", "_", "L"),
        **skip("put 0", "01x", "L"),
        ("put 0", "_"): ("back", "0", "R"),
        **skip("put 1", "01x", "L"),
        ("put 1", "_"): ("back", "1", "R"),
        **skip("back", "01", "R"),
        ("back", "x"): ("take", "x", "R"),
        ("wipe", "x"): ("wipe", "_", "L"),
        ("wipe", "0"): ("halt", "0", "S"),
        ("wipe", "1"): ("halt", "1", "S"),
        ("wipe", "_"): ("halt", "_", "S"),
    },
    initial_state="take",
    input_symbols="01",
)

EXAMPLES = [
    ("0010", "0100", "halted", 42),
    ("110", "011", "halted", 26),
    ("", "", "halted", 2),
]
