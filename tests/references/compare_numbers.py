from decimal import Decimal

from hypothesis import strategies as st

BAD = [("+1", "1"), ("-0", "0"), ("-0.00", "0"), (".5", "1"), (None, "1"), ("1", "1 ")]
UNSIGNED = st.from_regex(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,8})?", fullmatch=True)
DECIMAL = UNSIGNED | UNSIGNED.filter(lambda number: number.strip("0.")).map(lambda number: f"-{number}")
EQUAL = DECIMAL.map(lambda number: (number, number + ("0" if "." in number else ".0")))
PARAMS = (st.tuples(DECIMAL, DECIMAL) | EQUAL).map(lambda pair: dict(zip("ab", pair, strict=True)))


def library(a: str, b: str) -> str:
    return "<=>"[int(Decimal(a).compare(Decimal(b))) + 1]
