from decimal import Decimal, localcontext

from hypothesis import strategies as st

BAD = [("", "1"), ("1", "-1"), ("01", "1"), ("1.", "2"), (1, "2"), ("1e5", "2"), ("1٣", "1")]
DECIMAL = st.from_regex(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,8})?", fullmatch=True)
PARAMS = st.fixed_dictionaries({"a": DECIMAL, "b": DECIMAL})


def library(a: str, b: str) -> str:
    with localcontext(prec=len(a) + len(b) + 2):
        return str(Decimal(a) + Decimal(b))
