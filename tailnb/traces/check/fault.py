"""What `check` says: faults, each with the module that broke, and the report of them all."""

from __future__ import annotations

from dataclasses import dataclass

FETCHER, ATOMIC, LINEAR = "memory fetcher", "atomic state", "linear transition"
FORMAT, ANSWER = "format", "answer"
MODULES = (FETCHER, ATOMIC, LINEAR, FORMAT, ANSWER)
NOTHING = "(nothing)"
LONGEST, BEFORE = 200, 60  # characters of a text that a fault shows, and of those before the difference


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in a text that is not as it should be.

    state: number of the state, from 0; the number of states when the fault is behind the last one.
    module: which part of the imitation broke, one of MODULES.
    expected, found: what should stand there, and what does; of long texts the part where they differ.
    """

    state: int
    module: str
    expected: str
    found: str

    @classmethod
    def of(cls, state: int, module: str, expected: str, found: str) -> Fault:
        """A fault; of long texts it shows where they differ."""
        texts = [" ".join(text.split()) for text in (expected, found)]
        start = max(0, _difference(*texts) - BEFORE) if max(map(len, texts)) > LONGEST else 0
        return cls(state, module, *(_window(text, start) for text in texts))

    def __str__(self) -> str:
        return f"state {self.state}, {self.module}\n  expected {self.expected}\n  found    {self.found}"


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What `check` found. Each state, and the answer, is held against two runs: the true one, and the one
    that goes on from what the text itself said before.

    | the text's state        | as in the true run | not as in the true run |
    |-------------------------|--------------------|------------------------|
    | follows from the text   | right              | copied                 |
    | does not follow from it | recovered          | an error               |

    errors: the first error, then each new one. copies: numbers of the states that are wrong only because
    earlier errors were carried on; copied counts them. recovered: states (and the answer) that are right
    although what stood before says otherwise.
    unjudged: states behind the place where the text left both runs, which nothing can be said about.
    answer_ok: whether the final answer is the true one.
    """

    errors: tuple[Fault, ...]
    answer_ok: bool
    copies: tuple[int, ...] = ()
    recovered: int = 0
    unjudged: int = 0

    @property
    def copied(self) -> int:
        """How many states are wrong only because of an earlier error."""
        return len(self.copies)

    @property
    def first_error(self) -> Fault | None:
        """The first fault; None when every state and the answer are right."""
        return self.errors[0] if self.errors else None

    @property
    def ok(self) -> bool:
        """Whether the whole trace is right, and so is the answer."""
        return not self.errors and self.answer_ok

    def __str__(self) -> str:
        if not self.errors:
            return "every state and the answer are right" if self.ok else "the answer is wrong"
        first, *later = self.errors
        lines = [f"first error: {first}", f"behind it: {self._behind()}"]
        lines += [f"new error: state {fault.state}, {fault.module}" for fault in later[:3]]
        lines += [f"… and {len(later) - 3} more"] if len(later) > 3 else []
        return "\n".join([*lines, f"the answer is {'right' if self.answer_ok else 'wrong'}"])

    def __repr__(self) -> str:
        if not self.errors:
            return f"<Report: {self}>"
        first = f"first error in state {self.errors[0].state}, {self.errors[0].module}"
        return f"<Report: {first}; {self._behind()}; answer {'right' if self.answer_ok else 'wrong'}>"

    def _behind(self) -> str:
        """What came of the states behind the first error."""
        counts = {
            "copied": self.copied,
            "new": len(self.errors) - 1,
            "recovered": self.recovered,
            "not judged": self.unjudged,
        }
        return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing else"


def _difference(one: str, other: str) -> int:
    """Where two texts differ."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _window(text: str, start: int) -> str:
    """A part of a text, with a mark where something is left out."""
    shown = text[start : start + LONGEST]
    return ("… " if start else "") + shown + (" …" if len(text) > start + LONGEST else "")
