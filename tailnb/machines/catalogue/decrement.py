"""Takes one from a binary number: to its right end, then the borrow runs left.

Zero has nothing to borrow from: there the machine finds no rule.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        **skip("right", "01", "R"),
        ("right", "_"): ("borrow", "_", "L"),
        ("borrow", "0"): ("borrow", "1", "L"),
        ("borrow", "1"): ("halt", "0", "S"),
    },
    initial_state="right",
)

EXAMPLES = [
    ("1100", "1011", "halted", 8),
    ("1", "0", "halted", 3),
    ("000", "111", "no_rule", 7),
]
