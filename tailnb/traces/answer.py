"""The final answer: its form, finding it in a text, and comparing by value."""

from __future__ import annotations

import re
from decimal import Decimal

FINAL = "Final answer:"

_FINAL = re.compile(r"^[ \t#>]*+(\*\*)?final[ \t]++answer[ \t]*+:(\*\*)?(.*)$", re.IGNORECASE | re.MULTILINE)
_ELSEWHERE = re.compile(r"\\boxed\{([^{}]*+)\}|\banswer is\b:?(.*)$", re.IGNORECASE | re.MULTILINE)
BRACKETS = {"[": "]", "(": ")"}
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_REMAINDER = re.compile(r"(\S+) remainder (\S+)")
_ADDRESS = re.compile(r"<\d+>")


def final_answers(text: str) -> list[str]:
    """What stands behind each "Final answer:" that begins a line."""
    return [
        (stated.strip().removesuffix("**") if bold and not closed else stated).strip()
        for bold, closed, stated in _FINAL.findall(text)
    ]


def extract(text: str) -> str | None:
    """The final answer of a text: behind the last "Final answer:", else boxed or behind "the answer is".

    None when the text gives no answer.
    """
    stated = final_answers(text)
    if not stated:
        stated = [(boxed or said).strip().rstrip(".") for boxed, said in _ELSEWHERE.findall(text)]
    return stated[-1] if stated else None


def same(expected: str, found: str | None) -> bool:
    """Whether two answers are equal: numbers by value, lists element by element, text exactly."""
    if found is None:
        return False
    expected, found = expected.strip(), found.strip()
    if expected == found:
        return True
    if _NUMBER.fullmatch(expected):
        return _NUMBER.fullmatch(found) is not None and Decimal(expected) == Decimal(found)
    remainder, other = _REMAINDER.fullmatch(expected), _REMAINDER.fullmatch(found)
    if remainder and other:
        return same(remainder[1], other[1]) and same(remainder[2], other[2])
    if expected[:1] in BRACKETS and found[:1] == expected[:1] and found[-1:] == BRACKETS[expected[:1]]:
        left, right = _elements(expected), _elements(found)
        return len(left) == len(right) and all(map(same, left, right))
    return False


def read_off(answer: str | None) -> str | None:
    """An answer in tape style without its addresses and the spaces between its symbols."""
    return None if answer is None else "".join(_ADDRESS.sub(" ", answer).split())


def _elements(text: str) -> list[str]:
    """The elements of a list or tuple in brackets, split at the commas of its own level."""
    elements, depth, start = [], 0, 1
    for place, character in enumerate(text):
        depth += (character in "[(") - (character in "])")
        if (character == "," and depth == 1) or depth == 0:
            elements.append(text[start:place].strip())
            start = place + 1
    return [] if elements == [""] else elements
