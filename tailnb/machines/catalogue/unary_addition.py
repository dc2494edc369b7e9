"""Adds two numbers written in strokes, as in 11+111: fills the gap, and takes one stroke away."""

from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        ("find", "1"): ("find", "1", "R"),
        ("find", "+"): ("end", "1", "R"),
        ("end", "1"): ("end", "1", "R"),
        ("end", "_"): ("erase", "_", "L"),
        ("erase", "1"): ("halt", "_", "S"),
    },
    initial_state="find",
    input_symbols="1+",
)

WORDS = "[1]*[+][1]*"

EXAMPLES = [
    ("11+111", "11111", "halted", 8),
    ("+1", "1", "halted", 4),
    ("+", "", "halted", 3),
    ("1+1+1", "111+1", "no_rule", 3),
]
