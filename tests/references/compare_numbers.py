from decimal import Decimal

BAD = [("+1", "1"), ("-0", "0"), ("-0.00", "0"), (".5", "1"), (None, "1"), ("1", "1 ")]


def library(a: str, b: str) -> str:
    return "<=>"[int(Decimal(a).compare(Decimal(b))) + 1]
