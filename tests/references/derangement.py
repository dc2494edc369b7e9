from hypothesis import strategies as st
from sympy import subfactorial

BAD = [(-1,), (1001,), (10**9,), (4.0,), ("4",), (True,), (None,), ([4],)]
PARAMS = st.fixed_dictionaries({"n": st.integers(0, 2) | st.integers(101, 160)})


def library(n: int) -> str:
    return str(subfactorial(n))
