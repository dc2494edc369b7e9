"""The first machine ever published: writes 0 and 1 in turn for ever, and leaves every other cell free.

Source: Turing, On Computable Numbers, with an Application to the Entscheidungsproblem, 1936, section 3.
"""

from tailnb.machines.turing_machine import TuringMachine

MACHINE = TuringMachine(
    {
        ("b", "_"): ("c", "0", "R"),
        ("c", "_"): ("e", "_", "R"),
        ("e", "_"): ("k", "1", "R"),
        ("k", "_"): ("b", "_", "R"),
    },
    initial_state="b",
    input_symbols="",
    final_states=(),
)

EXAMPLES = [
    ("", "0_1_0_1", "step_limit", 8),
]
