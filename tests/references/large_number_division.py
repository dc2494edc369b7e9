from decimal import Decimal, localcontext
from fractions import Fraction

from hypothesis import strategies as st

BAD = [
    *[("1", b) for b in ("0", "0.0", "0.00", "", "-1", "+1", "01", "1.", ".5", "1e5", 1, None, " 1", "1٣")],
    *[(a, "1") for a in ("", "-1", "-0", "00", "1,5", 2.5, ["1"], "1" * 1001)],
]

DECIMAL = st.from_regex(r"(0|[1-9][0-9]{0,7})(\.[0-9]{1,6})?", fullmatch=True)
PARAMS = st.fixed_dictionaries({"a": DECIMAL, "b": DECIMAL.filter(lambda number: number.strip("0."))})


def library(a: str, b: str) -> str:
    quotient, remainder = divmod(Fraction(a), Fraction(b))
    with localcontext(prec=len(a) + len(b)):
        return f"{quotient} remainder {Decimal(remainder.numerator) / remainder.denominator:f}"
