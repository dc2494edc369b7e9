"""The busy beaver of 2 states: 6 steps, 4 ones.

Source: Radó, On non-computable functions, 1962.
"""

from tailnb.machines.formats import parse

MACHINE = parse("1RB1LB_1LA1RZ")

EXAMPLES = [("", "1111", "halted", 6)]
