"""Accepts words in which every bracket, round or square, has its partner.

Marks the first closing bracket and the opening one before it, again and again. For another word there is no
rule, and the state and the symbol read say what is wrong.
"""

from tailnb.machines.rules import skip
from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        **skip("closing", "([x", "R"),
        ("closing", ")"): ("round", "x", "L"),
        ("closing", "]"): ("square", "x", "L"),
        ("closing", "_"): ("check", "_", "L"),
        ("round", "x"): ("round", "x", "L"),
        ("round", "("): ("closing", "x", "R"),
        ("square", "x"): ("square", "x", "L"),
        ("square", "["): ("closing", "x", "R"),
        ("check", "x"): ("check", "x", "L"),
        ("check", "_"): ("accept", "_", "S"),
    },
    initial_state="closing",
    input_symbols="()[]",
    final_states={"accept"},
)

EXAMPLES = [
    ("([]())", "xxxxxx", "halted", 28),
    ("", "", "halted", 2),
    ("([)]", "([x]", "no_rule", 3),
    ("(()", "(xx", "no_rule", 8),
]
