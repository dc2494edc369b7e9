from hypothesis import strategies as st

BAD = [("", "1"), ("1", "-1"), ("01", "1"), ("1.5", "2"), (1, "2"), ("1e5", "2"), ("1٣", "1"), (None, "1")]
NUMBER = st.integers(0, 10**12).map(str)
PARAMS = st.fixed_dictionaries({"a": NUMBER, "b": NUMBER})


def library(a: str, b: str) -> str:
    """Subtract each carry from the true sum."""
    x, y, carried, power = int(a), int(b), 0, 1
    while power <= max(x, y):
        carried += 10 * power * (x // power % 10 + y // power % 10 > 9)
        power *= 10
    return str(x + y - carried).zfill(max(len(a), len(b)))
