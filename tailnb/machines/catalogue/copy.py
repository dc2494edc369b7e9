"""Copies a word of 0 and 1 behind a sign: 10 becomes 10#10.

O and I mark the symbol that is being copied.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        **skip("end", "01", "R"),
        ("end", "_"): ("back", "#", "L"),
        **skip("back", "01#", "L"),
        ("back", "O"): ("take", "0", "R"),
        ("back", "I"): ("take", "1", "R"),
        ("back", "_"): ("take", "_", "R"),
        ("take", "0"): ("append 0", "O", "R"),
        ("take", "1"): ("append 1", "I", "R"),
        ("take", "#"): ("halt", "#", "S"),
        **skip("append 0", "01#", "R"),
        ("append 0", "_"): ("back", "0", "L"),
        **skip("append 1", "01#", "R"),
        ("append 1", "_"): ("back", "1", "L"),
    },
    initial_state="end",
    input_symbols="01",
)

EXAMPLES = [
    ("10", "10#10", "halted", 21),
    ("0011", "0011#0011", "halted", 55),
    ("", "#", "halted", 3),
]
