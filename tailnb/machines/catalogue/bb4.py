"""The busy beaver of 4 states: 107 steps, 13 ones.

Source: Brady, The determination of the value of Rado's noncomputable function Σ(k) for k = 4, 1983.
"""

from tailnb.machines.formats import parse

MACHINE = parse("1RB1LB_1LA0LC_1RZ1LD_1RD0RA")

EXAMPLES = [("", "10111111111111", "halted", 107)]
