"""Adds two binary numbers, as in 10+11.

Erases the second number digit by digit from its right end, and adds each digit to the first one, in which O
and I are the digits 0 and 1 of places that are done.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        **skip("right", "01+OI", "R"),
        ("right", "_"): ("take", "_", "L"),
        ("take", "0"): ("have 0", "_", "L"),
        ("take", "1"): ("have 1", "_", "L"),
        ("take", "+"): ("clean", "_", "L"),
        **skip("have 0", "01", "L"),
        ("have 0", "+"): ("add 0", "+", "L"),
        **skip("have 1", "01", "L"),
        ("have 1", "+"): ("add 1", "+", "L"),
        **skip("add 0", "OI", "L"),
        ("add 0", "0"): ("right", "O", "R"),
        ("add 0", "1"): ("right", "I", "R"),
        ("add 0", "_"): ("right", "O", "R"),
        **skip("add 1", "OI", "L"),
        ("add 1", "0"): ("right", "I", "R"),
        ("add 1", "1"): ("carry", "O", "L"),
        ("add 1", "_"): ("right", "I", "R"),
        ("carry", "0"): ("right", "1", "R"),
        ("carry", "1"): ("carry", "0", "L"),
        ("carry", "_"): ("right", "1", "R"),
        **skip("clean", "01", "L"),
        ("clean", "O"): ("clean", "0", "L"),
        ("clean", "I"): ("clean", "1", "L"),
        ("clean", "_"): ("halt", "_", "S"),
    },
    initial_state="right",
    input_symbols="01+",
)

WORDS = "[01]*[+][01]*"

EXAMPLES = [
    ("10+11", "101", "halted", 27),
    ("1+111", "1000", "halted", 45),
    ("0+0", "0", "halted", 12),
    ("11+", "11", "halted", 8),
    ("101", "10", "no_rule", 7),
]
