import itertools

from hypothesis import strategies as st

BAD = [
    *[(x1, 3, 14) for x1 in (0, -5, 1001, 5.0, "5", True, None)],
    *[(5, x2, 14) for x2 in (0, -3, 1001, "3", False)],
    *[(5, 3, n) for n in (-1, 1001, 14.0, "14", True, None, [14])],
]
COEFFICIENT = st.integers(1, 5) | st.integers(15, 40)
PARAMS = st.fixed_dictionaries(
    {"x1": COEFFICIENT, "x2": COEFFICIENT, "n": st.integers(0, 9) | st.integers(0, 240)}
)


def library(x1: int, x2: int, n: int) -> str:
    """All pairs of multiples of x1 and x2, one by one."""
    both = itertools.product(range(0, n + 1, x1), range(0, n + 1, x2))
    return str([(one // x1, other // x2) for one, other in both if one + other == n])
