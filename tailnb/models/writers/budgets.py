"""How many tokens a model may write: what the true text takes, with a margin."""

from __future__ import annotations

from collections.abc import Callable

from tailnb.evaluation.measure import OTHER, range_of
from tailnb.evaluation.writer import BASE, Writer
from tailnb.tasks import Problem

MARGIN, SPARE = 1.1, 16  # times the true tokens, and so many more
SAMPLE = 16  # problems by which a range is measured
FREE = 2048  # tokens for a model that writes what it likes


def budget(tokens: int) -> int:
    """How many tokens may be written where the true text has so many."""
    return int(tokens * MARGIN) + SPARE


class Budgets:
    """The budget of each problem, whatever other problems there are.

    writer: whose method, style and modules tell the true text. count: a function from a text to its tokens.
    context: tokens that the model can hold, prompt included; None if not known. most: a limit instead of
    what the true texts tell. The longest of a few fixed problems, measured once, is the measure of their task
    and range; a problem whose own text is longer has more.
    """

    def __init__(
        self,
        writer: Writer,
        count: Callable[[str], int],
        *,
        context: int | None = None,
        most: int | None = None,
    ) -> None:
        if most is not None and most < 1:
            raise ValueError(f"max_tokens must be a whole number from 1, not {most!r}")
        self.writer, self.count, self.context, self.most = writer, count, context, most
        self._longest: dict[tuple[str, str], int] = {}

    def __call__(self, problem: Problem, prompt: int) -> int:
        """The budget of a problem. prompt: tokens of its prompt. ValueError when the context has no room."""
        room = None if self.context is None else self.context - prompt
        if room is not None and room < 1:
            raise ValueError(
                f"{self.writer.name} holds {self.context:,} tokens, and the prompt of {problem.task.name} at"
                f" length {problem.length} has {prompt:,}; choose a shorter range or a model that holds more"
            )
        wanted = self.most or self._wanted(problem)
        return wanted if room is None else min(wanted, room)

    def _wanted(self, problem: Problem) -> int:
        if self.writer.method == BASE:
            return FREE
        return budget(max(self._true(problem), self._measured(problem)))

    def _true(self, problem: Problem) -> int:
        return self.count(problem.completion(self.writer.method, self.writer.style, self.writer.without))

    def _measured(self, problem: Problem) -> int:
        """The longest true text of the sample of this problem's task and range."""
        task, range_ = problem.task, range_of(problem)
        if range_ == OTHER:
            return 0
        key = task.name, range_
        if key not in self._longest:
            sample = (task.sample(range_, index=index) for index in range(SAMPLE))
            self._longest[key] = max(map(self._true, sample))
        return self._longest[key]
