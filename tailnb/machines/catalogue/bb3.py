"""The 3-state machine that runs longest before it halts: 21 steps, 5 ones.

Source: Lin and Radó, Computer studies of Turing machine problems, 1965.
"""

from tailnb.machines.formats import parse

MACHINE = parse("1RB1RZ_1LB0RC_1LC1LA")

EXAMPLES = [("", "11111", "halted", 21)]
