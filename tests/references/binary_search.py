import bisect

from hypothesis import strategies as st

BAD = [([], 1), ([2, 1], 1), ([1, 1], 1), ("12", 1), ([1, 2.0], 1), ([1], "1"), ([True], 1)]
PARAMS = st.fixed_dictionaries(
    {"items": st.sets(st.integers(-50, 50), min_size=1).map(sorted), "key": st.integers(-51, 51)}
)


def library(items: list[int], key: int) -> str:
    place = bisect.bisect_left(items, key)
    return str(place) if place < len(items) and items[place] == key else "-1"
