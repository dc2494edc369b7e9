"""The final answer: its form, finding it in a text, and comparing by value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from tailnb.traces.trace import SPACE

FINAL = "Final answer:"

_SPACE = r"[^\S\n]"  # but no end of a line
_FINAL = re.compile(
    rf"^(?:{_SPACE}|[#>*•`-]|[0-9]{{1,6}}[.)]{_SPACE})*+(?:the{_SPACE}++)?final{_SPACE}++answer"
    rf"(?:{_SPACE}|\*)*+:(?:\*\*(?={_SPACE}))?(.*)$",
    re.I | re.M,
)
_ELSEWHERE = re.compile(r"\\boxed\{([^{}]*+)\}|\banswer is\b:?(.*)$", re.I | re.M)
_WRAPPING = re.compile(r"(?:\*\*|`|\$|\\boxed\{)(.+)(?:\*\*|`|\$|\})", re.S)
_MARKS = re.compile(r"<\|[^|<>]*+\|>|</s>|<(?:eos|end_of_turn)>")  # of a chat model's end of turn
CLOSING = ("**", "`", ".")  # marks that may also stand behind an answer alone
MOST_MARKS = 4  # around one another
BRACKETS = {"[": "]", "(": ")"}
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"[+-]?0[0-9]")  # such as 0100 on a machine's tape: no number begins so
_REMAINDER = re.compile(r"(\S++)\s++remainder\s++(\S++)")
_NO_TEXT = re.compile(rf"{_NUMBER.pattern}|{_REMAINDER.pattern}|[\[(].*|[<=>]", re.S)
_END = re.compile(r"\|\s++<\d++>\s++_$")  # an answer that is read off the tape ends at a blank
_ADDRESS = re.compile(r"(?:\|\s++)?<\d+>")


def final_answers(text: str) -> list[str]:
    """What stands behind each "Final answer:" that begins a line."""
    return [stated.strip() for stated in _FINAL.findall(text)]


def extract(text: str) -> str | None:
    """The final answer of a text: behind the last "Final answer:", else boxed or behind "the answer is".

    None when the text gives no answer.
    """
    stated = final_answers(text) or [boxed or said for boxed, said in _ELSEWHERE.findall(text)]
    return stated[-1].strip() if stated else None


def unmarked(answer: str, closing: Sequence[str] = CLOSING) -> str:
    """An answer without the marks that a model may set around it: **30**, `30`, $30$, a closing point."""
    answer = _MARKS.sub("", answer).strip()
    for _ in range(MOST_MARKS):
        wrapped = _WRAPPING.fullmatch(answer)
        for mark in () if wrapped else closing:
            answer = answer.removesuffix(mark)
        answer = (wrapped[1] if wrapped else answer).strip()
    return answer


def same(expected: str, found: str | None) -> bool:
    """Whether two answers are equal: numbers by value, lists element by element, text exactly.

    Marks around what was found, such as **, do not count, nor does a closing point behind what is no text.
    """
    if found is None:
        return False
    closing = CLOSING if _NO_TEXT.fullmatch(expected) else CLOSING[:-1]
    return _equal(expected.strip(), found.strip()) or _equal(expected, unmarked(found, closing))


def _equal(expected: str, found: str) -> bool:
    if expected == found:
        return True
    if _NUMBER.fullmatch(expected) and not _WORD.match(expected):
        return _NUMBER.fullmatch(found) is not None and Decimal(expected) == Decimal(found)
    remainder, other = _REMAINDER.fullmatch(expected), _REMAINDER.fullmatch(found)
    if remainder and other:
        return _equal(remainder[1], other[1]) and _equal(remainder[2], other[2])
    if expected[:1] in BRACKETS and found[:1] == expected[:1] and found[-1:] == BRACKETS[expected[:1]]:
        left, right = _elements(expected), _elements(found)
        return len(left) == len(right) and all(map(_equal, left, right))
    return False


def on_its_line(text: str) -> str:
    """A text in tape style with the final answer at the start of a line, for models write no line ends."""
    return re.sub(rf"\s{FINAL}", f"\n{FINAL}", text)


def read_off(text: str) -> str | None:
    """The final answer of a text in tape style, without addresses and the spaces between its symbols."""
    answer = extract(on_its_line(text))
    if answer is None:
        return None
    answer = _END.sub("", _MARKS.sub("", answer).strip())
    return "".join(_ADDRESS.sub(" ", answer).split()).replace(SPACE, " ")


def _elements(text: str) -> list[str]:
    """The elements of a list or tuple in brackets, split at the commas of its own level."""
    elements, depth, start = [], 0, 1
    for place, character in enumerate(text):
        depth += (character in "[(") - (character in "])")
        if (character == "," and depth == 1) or depth == 0:
            elements.append(text[start:place].strip())
            start = place + 1
    return [] if elements == [""] else elements
