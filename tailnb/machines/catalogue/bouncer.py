"""Runs to and fro for ever, one cell further each time.

With two states it is among the smallest of the machines called bouncers: see https://bbchallenge.org.
"""

from tailnb.machines.formats import parse

MACHINE = parse("1RB1LA_1LA1RB")

EXAMPLES = [
    ("", "111111", "step_limit", 20),
    ("111", "1111111", "step_limit", 20),
]
