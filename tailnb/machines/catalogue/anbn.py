"""Decides whether a word is some letters a and then as many b: leaves 1 for yes, 0 for no.

Erases the first a and the last b, again and again; no finite automaton can do this.
Source: Hopcroft, Motwani and Ullman, Introduction to Automata Theory, example 8.2 does it with 0 and 1.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        ("first", "a"): ("end", "_", "R"),
        ("first", "b"): ("wipe right", "_", "R"),
        ("first", "_"): ("halt", "1", "S"),
        **skip("end", "ab", "R"),
        ("end", "_"): ("last", "_", "L"),
        ("last", "a"): ("wipe left", "_", "L"),
        ("last", "b"): ("back", "_", "L"),
        ("last", "_"): ("halt", "0", "S"),
        **skip("back", "ab", "L"),
        ("back", "_"): ("first", "_", "R"),
        ("wipe right", "a"): ("wipe right", "_", "R"),
        ("wipe right", "b"): ("wipe right", "_", "R"),
        ("wipe right", "_"): ("halt", "0", "S"),
        ("wipe left", "a"): ("wipe left", "_", "L"),
        ("wipe left", "b"): ("wipe left", "_", "L"),
        ("wipe left", "_"): ("halt", "0", "S"),
    },
    initial_state="first",
    input_symbols="ab",
)

WORDS = "[a]*[b]*"

EXAMPLES = [
    ("aabb", "1", "halted", 15),
    ("aab", "0", "halted", 10),
    ("ba", "0", "halted", 3),
    ("", "1", "halted", 1),
]
