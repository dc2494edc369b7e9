"""Decimal strings in canonical form, and what the tasks on two of them share."""

from __future__ import annotations

import re
from random import Random

from tailnb.traces import BLANK

CANONICAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def require(name: str, value: object, *, signed: bool) -> None:
    """Raise ValueError unless the value is a canonical decimal string, without a sign if not signed."""
    form = "a decimal string without leading zeros" + ("" if signed else " or a sign") + ", such as '12.5'"
    if not isinstance(value, str) or not CANONICAL.fullmatch(value):
        raise ValueError(f"{name} must be {form}, not {value!r}")
    if value.startswith("-") and (not signed or not value.strip("-0.")):
        raise ValueError(f"{name} must be {form}, and zero has no sign; not {value!r}")


def draw(rng: Random, digits: int, *, point: bool) -> str:
    """A random number with so many digits; with a point, at any place between them."""
    places = rng.randint(1, digits - 1) if point and digits > 1 else 0
    whole = digits - places
    first = rng.choice("0123456789" if whole == 1 else "123456789")
    text = first + "".join(rng.choices("0123456789", k=digits - 1))
    return f"{text[:whole]}.{text[whole:]}" if places else text


def count(number: str) -> int:
    """How many digits a number has."""
    return sum(character.isdigit() for character in number)


def length(a: str, b: str) -> int:
    """The digits of the number that has more of them."""
    return max(count(a), count(b))


def problem_space(low: int, high: int) -> int:
    """How many pairs of numbers without a point or a sign there are; with points and signs there are more."""
    return int(10**high - 10 ** (low - 1)) ** 2


def words(a: str, b: str) -> dict[str, str]:
    """What the templates put into their places."""
    return {"a": a, "b": b}


def fraction(number: str) -> int:
    """How many digits stand behind the point."""
    return len(number.partition(".")[2])


def cells(number: str, *, lowest: int = 0) -> dict[int, int | str]:
    """The digits by power of ten, units at 0, between blanks: "12.5" is {2: blank, 1: 1, 0: 2, -1: 5}.

    lowest: the smallest power that will be asked for; if the number ends before it, a blank says so.
    """
    whole, _, places = number.partition(".")
    digits: dict[int, int | str] = {len(whole): BLANK}
    digits.update({len(whole) - 1 - k: int(digit) for k, digit in enumerate(whole + places)})
    if lowest < -len(places):
        digits[-len(places) - 1] = BLANK
    return digits
