"""Accepts the words of some letters a, as many b and as many c: marks one of each, again and again.

Any other word is refused in the textbook way: there is no rule for it.
Source: the classic language that no context-free grammar describes, as in Hopcroft, Motwani and Ullman,
Introduction to Automata Theory, example 7.19.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        ("find a", "a"): ("find b", "x", "R"),
        ("find a", "y"): ("check", "y", "R"),
        ("find a", "_"): ("accept", "_", "S"),
        **skip("find b", "ay", "R"),
        ("find b", "b"): ("find c", "y", "R"),
        **skip("find c", "bz", "R"),
        ("find c", "c"): ("back", "z", "L"),
        **skip("back", "abyz", "L"),
        ("back", "x"): ("find a", "x", "R"),
        **skip("check", "yz", "R"),
        ("check", "_"): ("accept", "_", "S"),
    },
    initial_state="find a",
    input_symbols="abc",
    final_states={"accept"},
)

WORDS = "[a]*[b]*[c]*"

EXAMPLES = [
    ("aabbcc", "xxyyzz", "halted", 23),
    ("", "", "halted", 1),
    ("aabbc", "xxyyz", "no_rule", 13),
    ("abcabc", "xyzabc", "no_rule", 7),
]
