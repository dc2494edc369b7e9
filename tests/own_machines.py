"""Machines drawn at random, and the plainest way to run one."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from tailnb.machines import TuringMachine

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

LIMIT = 300
words = st.text("01", max_size=12)


@st.composite
def small_machines(draw: st.DrawFn, moves: str = "LRS", blank: str = "_") -> TuringMachine:
    """Machines of 1 to 4 states over the blank, 0 and 1, some rules missing."""
    states = [f"q{number}" for number in range(draw(st.integers(1, 4)))]
    symbols = sorted({blank, "0", "1"})
    rules = st.tuples(st.sampled_from([*states, "halt"]), st.sampled_from(symbols), st.sampled_from(moves))
    keys = st.tuples(st.sampled_from(states), st.sampled_from(symbols))
    table = draw(st.dictionaries(keys, rules, min_size=1))
    return TuringMachine(table, "q0", blank, states=[*states, "halt"], symbols=symbols)


def plain_run(
    rules: dict[tuple[str, str], tuple[str, str, str]], start: str, blank: str, word: str, limit: int
) -> tuple[int, str, int, dict[int, str]]:
    """The steps, state, head and cells that are not blank at the end, by a dictionary and nothing else."""
    tape, state, head, steps = dict(enumerate(word)), start, 0, 0
    while steps < limit and (state, tape.get(head, blank)) in rules:
        state, tape[head], move = rules[state, tape.get(head, blank)]
        head += {"L": -1, "S": 0, "R": 1}[move]
        steps += 1
    return steps, state, head, {at: symbol for at, symbol in tape.items() if symbol != blank}
