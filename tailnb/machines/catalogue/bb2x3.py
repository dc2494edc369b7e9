"""The busy beaver of 2 states and 3 symbols: 38 steps, 9 symbols that are not blank.

Source: found by Brady, 1988; proved best by Lafitte and Papazian, The Fabric of Small Turing Machines, 2007.
"""

from tailnb.machines.formats import parse

MACHINE = parse("1RB2LB1RZ_2LA2RB1LB")

EXAMPLES = [("", "222222212", "halted", 38)]
