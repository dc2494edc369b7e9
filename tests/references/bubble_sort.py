import heapq

from hypothesis import strategies as st

BAD = [
    ([],),
    ([1],),
    ((1, 2),),
    ("12",),
    ([1, 2.0],),
    ([True, 2],),
    ([3, 1, 3],),
    ([1, None],),
    ({1: 2, 3: 4},),
]

PARAMS = st.fixed_dictionaries(
    {
        "items": st.lists(st.integers(-20, 20), min_size=2, max_size=12, unique=True)
        | st.lists(st.integers(-(10**30), 10**30), min_size=2, max_size=5, unique=True)
        | st.integers(2, 12).map(lambda n: list(range(n)))
        | st.integers(2, 12).map(lambda n: list(range(n, 0, -1)))
    }
)


def library(items: list[int]) -> str:
    return str(heapq.nsmallest(len(items), items))
