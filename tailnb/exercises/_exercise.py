"""`Exercise`, and the verdict on an answer to it."""

from __future__ import annotations

import dis
from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import cleandoc
from types import FunctionType
from typing import Literal

BLANK_CODE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


class ExerciseError(Exception):
    """An answer that is not right, in strict mode."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says about an answer."""

    outcome: Literal["right", "wrong", "not done"]
    text: str

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.outcome == "right"

    def __str__(self) -> str:
        return {"right": "✓ ", "wrong": "✗ ", "not done": "○ "}[self.outcome] + self.text


RIGHT = Verdict("right", "Right.")
NOT_DONE = Verdict("not done", "Not done yet: replace the three dots, and run this cell again.")


def wrong(text: str) -> Verdict:
    """The verdict on a wrong answer; the text says what is wrong."""
    return Verdict("wrong", text)


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise.

    name: the notebook's number and a word or two. spec: what to do, in Markdown, with the blank to fill in.
    minutes: that it takes. verify: says what is wrong with an answer, None if it is right; it may raise.
    """

    name: str
    title: str
    difficulty: Literal["easy", "medium", "hard"]
    minutes: int
    spec: str
    hint: str
    verify: Callable[[object], str | None] = field(repr=False)

    def judge(self, answer: object) -> Verdict:
        """The verdict on an answer. Nothing that the answer does comes out but KeyboardInterrupt."""
        try:
            if is_blank(answer):
                return NOT_DONE
            fault = self.verify(answer)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return wrong(f"Your answer raised {described(error)}.")
        return RIGHT if fault is None else wrong(fault)

    def _repr_markdown_(self) -> str:
        heading = f"**Exercise {self.name}: {self.title}** ({self.difficulty}, {self.minutes} minutes)"
        hint = f"<details><summary>Hint</summary>\n\n{cleandoc(self.hint)}\n\n</details>"
        return f"{heading}\n\n{cleandoc(self.spec)}\n\n{hint}"


def is_blank(answer: object) -> bool:
    """Whether an answer is still the blank: three dots, None, or a function that does nothing."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, (tuple, list)):
        return any(one is ... for one in answer)
    if not isinstance(answer, FunctionType):
        return False
    code = list(dis.get_instructions(answer))
    constants = [one.argval for one in code if one.opname in ("LOAD_CONST", "RETURN_CONST")]
    return {one.opname for one in code} <= BLANK_CODE and all(one is None or one is ... for one in constants)


def described(error: BaseException) -> str:
    """An error in one line, whatever its own text does."""
    try:
        text = str(error)
    except Exception:
        text = ""
    return type(error).__name__ + (f": {shown(text, quoted=False)}" if text else "")


def shown(value: object, longest: int = 120, *, quoted: bool = True) -> str:
    """A value as its repr, cut when it is long, whatever its own repr does."""
    try:
        text = repr(value) if quoted else str(value)
    except Exception:
        text = f"<a {type(value).__name__} that cannot be shown>"
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest] + " …"
