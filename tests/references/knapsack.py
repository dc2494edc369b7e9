from itertools import compress, product

from hypothesis import strategies as st

BAD = [
    (16, [1], [1]),
    (-1, [1], [1]),
    (True, [1], [1]),
    (5, [], []),
    (5, [1, 2], [1]),
    (5, [0], [1]),
    (5, [1], [11]),
    (5, [1.0], [1]),
    (5, "1", [1]),
    (5, [1], (1,)),
]

ITEMS = st.lists(st.tuples(st.integers(1, 10), st.integers(1, 10)), min_size=1, max_size=10)
PARAMS = st.builds(
    lambda capacity, items: {
        "capacity": capacity,
        "weights": [weight for weight, _ in items],
        "values": [value for _, value in items],
    },
    st.integers(0, 15),
    ITEMS,
)


def library(capacity: int, weights: list[int], values: list[int]) -> str:
    subsets = product([0, 1], repeat=len(weights))
    return str(max(sum(compress(values, s)) for s in subsets if sum(compress(weights, s)) <= capacity))
