from hypothesis import strategies as st
from sympy import primerange

BAD = [
    *[(low, 20) for low in (-1, 21, 8001, 5.0, "5", True, None)],
    *[(5, high) for high in (4, -5, 8001, 20.0, "20", None, [20])],
]
PARAMS = st.tuples(st.integers(0, 4) | st.integers(301, 1500), st.integers(0, 12)).map(
    lambda pair: {"low": pair[0], "high": sum(pair)}
)


def library(low: int, high: int) -> str:
    return str(list(primerange(low, high + 1)))
