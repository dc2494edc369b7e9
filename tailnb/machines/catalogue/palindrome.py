"""Decides whether a word over a and b reads the same backwards: leaves 1 for yes, 0 for no.

Erases the first letter, remembers it in the state, and compares it with the last one.
"""

from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        ("first", "a"): ("seek a", "_", "R"),
        ("first", "b"): ("seek b", "_", "R"),
        ("first", "_"): ("halt", "1", "S"),
        ("seek a", "a"): ("seek a", "a", "R"),
        ("seek a", "b"): ("seek a", "b", "R"),
        ("seek a", "_"): ("last a", "_", "L"),
        ("seek b", "a"): ("seek b", "a", "R"),
        ("seek b", "b"): ("seek b", "b", "R"),
        ("seek b", "_"): ("last b", "_", "L"),
        ("last a", "a"): ("back", "_", "L"),
        ("last a", "b"): ("wipe", "_", "L"),
        ("last a", "_"): ("halt", "1", "S"),
        ("last b", "b"): ("back", "_", "L"),
        ("last b", "a"): ("wipe", "_", "L"),
        ("last b", "_"): ("halt", "1", "S"),
        ("back", "a"): ("back", "a", "L"),
        ("back", "b"): ("back", "b", "L"),
        ("back", "_"): ("first", "_", "R"),
        ("wipe", "a"): ("wipe", "_", "L"),
        ("wipe", "b"): ("wipe", "_", "L"),
        ("wipe", "_"): ("halt", "0", "S"),
    },
    initial_state="first",
    input_symbols="ab",
)

EXAMPLES = [
    ("abba", "1", "halted", 15),
    ("aba", "1", "halted", 10),
    ("ab", "0", "halted", 5),
    ("", "1", "halted", 1),
]
