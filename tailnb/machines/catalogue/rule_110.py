"""Rule 110: renews a row of cells, each by itself and its two neighbors, generation by generation for ever.

A cell becomes 1 where it differs from its right neighbor, or where both are 1 and its left neighbor is 0.
With suitable first rows this computes whatever a machine can. The head renews the row from right to left, and
the row grows to the left.
Source: Cook, Universality in Elementary Cellular Automata, Complex Systems 15, 2004.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        **skip("end", "01", "R"),
        ("end", "_"): ("beside 0", "_", "L"),
        ("beside 0", "0"): ("beside 0", "0", "L"),
        ("beside 0", "1"): ("beside 1", "1", "L"),
        ("beside 0", "_"): ("end", "_", "R"),
        ("beside 1", "0"): ("beside 0", "1", "L"),
        ("beside 1", "1"): ("beside 11", "0", "L"),
        ("beside 1", "_"): ("end", "1", "R"),
        ("beside 11", "0"): ("mend", "0", "R"),
        ("beside 11", "1"): ("beside 11", "0", "L"),
        ("beside 11", "_"): ("mend", "_", "R"),
        ("mend", "0"): ("beside 1", "1", "L"),
    },
    initial_state="end",
    final_states=(),
)

EXAMPLES = [
    ("1", "1101", "step_limit", 20),
    ("10011", "11000111", "step_limit", 48),
]
