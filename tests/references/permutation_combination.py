import math

from hypothesis import strategies as st

BAD = [
    ([],),
    ("12",),
    ([1, 1],),
    ([1, 2.0],),
    ([True],),
    ((1, 2),),
    (None,),
    (list(range(21)),),
    ([0] * 10**6,),
]
PARAMS = st.fixed_dictionaries(
    {"items": st.lists(st.integers(-(10**20), 10**20), unique=True, min_size=1, max_size=4)}
)


def library(items: list[int]) -> str:
    return str(math.factorial(len(items)))
