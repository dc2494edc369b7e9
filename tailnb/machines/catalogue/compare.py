"""Compares two binary numbers, as in 101?11: leaves one of <, = and >.

From right to left, takes a digit of each; places further left count more. The sign between the numbers holds
what is known so far, and x marks the digits of the first number that are done.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        **skip("right", "01x?<>", "R"),
        ("right", "_"): ("take", "_", "L"),
        ("take", "0"): ("have 0", "_", "L"),
        ("take", "1"): ("have 1", "_", "L"),
        ("take", "?"): ("rest", "?", "L"),
        ("take", "<"): ("rest", "<", "L"),
        ("take", ">"): ("rest", ">", "L"),
        **skip("have 0", "01", "L"),
        ("have 0", "?"): ("beside 0", "?", "L"),
        ("have 0", "<"): ("beside 0", "<", "L"),
        ("have 0", ">"): ("beside 0", ">", "L"),
        **skip("have 1", "01", "L"),
        ("have 1", "?"): ("beside 1", "?", "L"),
        ("have 1", "<"): ("beside 1", "<", "L"),
        ("have 1", ">"): ("beside 1", ">", "L"),
        ("beside 0", "x"): ("beside 0", "x", "L"),
        ("beside 0", "0"): ("right", "x", "R"),
        ("beside 0", "1"): ("more", "x", "R"),
        ("beside 0", "_"): ("right", "_", "R"),
        ("beside 1", "x"): ("beside 1", "x", "L"),
        ("beside 1", "0"): ("less", "x", "R"),
        ("beside 1", "1"): ("right", "x", "R"),
        ("beside 1", "_"): ("less", "_", "R"),
        ("less", "x"): ("less", "x", "R"),
        ("less", "?"): ("right", "<", "R"),
        ("less", "<"): ("right", "<", "R"),
        ("less", ">"): ("right", "<", "R"),
        ("more", "x"): ("more", "x", "R"),
        ("more", "?"): ("right", ">", "R"),
        ("more", "<"): ("right", ">", "R"),
        ("more", ">"): ("right", ">", "R"),
        ("rest", "x"): ("rest", "x", "L"),
        ("rest", "0"): ("rest", "x", "L"),
        ("rest", "1"): ("more", "x", "R"),
        ("rest", "_"): ("clean", "_", "R"),
        ("clean", "x"): ("clean", "_", "R"),
        ("clean", "?"): ("halt", "=", "S"),
        ("clean", "<"): ("halt", "<", "S"),
        ("clean", ">"): ("halt", ">", "S"),
    },
    initial_state="right",
    input_symbols="01?",
)

WORDS = "[01]*[?][01]*"

EXAMPLES = [
    ("101?11", ">", "halted", 38),
    ("10?11", "<", "halted", 27),
    ("010?10", "=", "halted", 30),
    ("?", "=", "halted", 5),
    ("10", "1", "no_rule", 5),
]
