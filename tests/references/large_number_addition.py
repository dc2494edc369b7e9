from decimal import Decimal, localcontext

BAD = [("", "1"), ("1", "-1"), ("01", "1"), ("1.", "2"), (1, "2"), ("1e5", "2"), ("1٣", "1")]


def library(a: str, b: str) -> str:
    with localcontext(prec=len(a) + len(b) + 2):
        return str(Decimal(a) + Decimal(b))
