"""A machine of which nobody knows whether it ever halts: that is a problem like the one of Collatz.

Source: found in 2024, see https://wiki.bbchallenge.org/wiki/Antihydra.
"""

from tailnb.machines.formats import parse

MACHINE = parse("1RB1RA_0LC1LE_1LD1LC_1LA0LB_1LF1RE_---0RA")

EXAMPLES = [
    ("", "1111", "step_limit", 11),
]
