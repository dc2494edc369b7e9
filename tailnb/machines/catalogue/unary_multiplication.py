"""Multiplies two numbers written in strokes, as in 11*111.

Erases the first number stroke by stroke, and for each appends a copy of the second one behind an equals sign.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        **skip("end", "1*", "R"),
        ("end", "_"): ("back", "=", "L"),
        **skip("back", "1*=", "L"),
        ("back", "_"): ("take", "_", "R"),
        ("take", "1"): ("times", "_", "R"),
        ("take", "*"): ("wipe", "_", "R"),
        ("times", "1"): ("times", "1", "R"),
        ("times", "*"): ("copy", "*", "R"),
        ("copy", "1"): ("append", "x", "R"),
        ("copy", "="): ("restore", "=", "L"),
        **skip("append", "1=", "R"),
        ("append", "_"): ("return", "1", "L"),
        **skip("return", "1=", "L"),
        ("return", "x"): ("copy", "x", "R"),
        ("restore", "x"): ("restore", "1", "L"),
        ("restore", "*"): ("back", "*", "L"),
        ("wipe", "1"): ("wipe", "_", "R"),
        ("wipe", "="): ("halt", "_", "R"),
    },
    initial_state="end",
    input_symbols="1*",
)

WORDS = "[1]*[*][1]*"

EXAMPLES = [
    ("11*111", "111111", "halted", 109),
    ("1*1", "1", "halted", 22),
    ("*111", "", "halted", 15),
    ("11*", "", "halted", 22),
    ("11", "1=", "no_rule", 8),
]
