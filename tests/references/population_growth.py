from collections import Counter

from hypothesis import strategies as st

BAD = [
    *[(n, 1, 3, 4) for n in (1, 0, -5, 1001, 5.0, "5", True, None)],
    *[(5, x, 3, 4) for x in (0, 5, 6, 2.0, "2", True, None)],
    *[(5, 2, y, 4) for y in (0, 10, "3", True)],
    *[(5, 2, 3, z) for z in (0, 10, 4.0, None)],
]


@st.composite
def problems(draw):
    n = draw(st.integers(2, 4) | st.integers(51, 120))
    digit = st.integers(1, 9)
    return {"n": n, "x": draw(st.integers(1, n - 1)), "y": draw(digit), "z": draw(digit)}


PARAMS = problems()


def library(n: int, x: int, y: int, z: int) -> str:
    """The pairs by the unit of their birth: those of age x or more breed."""
    born = Counter({1: y})
    for now in range(2, n + 1):
        born[now] = z * sum(pairs for unit, pairs in born.items() if now - unit >= x)
    return str(born.total())
