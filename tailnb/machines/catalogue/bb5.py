"""The busy beaver of 5 states: 47,176,870 steps, 4098 ones.

Source: found by Marxen and Buntrock, 1989; proved best in 2024, see
https://bbchallenge.org, Determination of the fifth busy beaver value.
"""

from tailnb.machines.formats import parse

MACHINE = parse("1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA")

EXAMPLES = [("", "101" + "001" * 4095 + "1", "halted", 47_176_870)]
