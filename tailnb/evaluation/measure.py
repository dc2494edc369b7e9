"""From problems and the texts that a model wrote to results: scores, whole traces, first errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mode
from typing import Any, Literal

from tailnb.evaluation.results import Result
from tailnb.evaluation.score import score
from tailnb.tasks import Problem
from tailnb.traces import Fault, check, extract
from tailnb.traces.check import ANSWER, MODULES, guess_style

OTHER = "other"  # the range of a problem whose length lies in none


def evaluate(
    problems: Sequence[Problem],
    texts: Sequence[str],
    *,
    model: str,
    method: str = "tail",
    style: str | None = None,
    layouts: int | Sequence[int] = 0,
    by: Literal["range", "length"] = "range",
    tokens: Sequence[int] | None = None,
    seconds: float | None = None,
    seed: int = 0,
    provenance: Mapping[str, Any] | None = None,
) -> list[Result]:
    """Score texts against their problems: one result for each task and range, or length, that occurs.

    texts: what the model wrote, one for each problem. method: for "tail" the whole trace is checked, too.
    style: what `tailnb.check` takes; None guesses it text by text.
    layouts: for style "tape", the seeds of the layouts that the prompts had, or one seed for all.
    tokens: the length of each text. seconds: that all texts took together, shared out evenly.
    seed: of the evaluation problems, to be told in the result.
    Raises ValueError when there are not as many texts as problems.
    """
    seeds = _one_each(problems, texts, layouts)
    groups: dict[tuple[str, str, int | None], list[int]] = {}
    for place, problem in enumerate(problems):
        length = problem.length if by == "length" else None
        groups.setdefault((problem.task.name, range_of(problem), length), []).append(place)
    results = []
    for (task, range, length), places in sorted(groups.items(), key=lambda item: _order(*item[0])):
        n = len(places)
        mine, wrote = [problems[place] for place in places], [texts[place] for place in places]
        laid = [seeds[place] for place in places]
        found = faults(mine, wrote, style=style, layouts=laid) if method == "tail" else None
        result = Result(
            model=model,
            task=task,
            method=method,
            range=range,
            n=n,
            correct=sum(score(problem, text, style=style) for problem, text in zip(mine, wrote, strict=True)),
            trace_correct=None if found is None else found.count(None),
            errors={} if found is None else _counted(found),
            tokens=sum(tokens[place] for place in places) / n if tokens else None,
            seconds=seconds * n / len(problems) if seconds is not None else None,
            length=length,
            style=mode(style or guess_style(text) for text in wrote),
            seed=seed,
            provenance=dict(provenance or {}),
        )
        results.append(result)
    return results


def first_errors(
    problems: Sequence[Problem],
    texts: Sequence[str],
    *,
    style: str | None = None,
    layouts: int | Sequence[int] = 0,
) -> dict[str, int]:
    """For each module, how many texts first went wrong in it; right texts are counted nowhere.

    style: what `tailnb.check` takes; None guesses it text by text. layouts: as in `evaluate`.
    """
    return _counted(faults(problems, texts, style=style, layouts=layouts))


def faults(
    problems: Sequence[Problem],
    texts: Sequence[str],
    *,
    style: str | None = None,
    layouts: int | Sequence[int] = 0,
) -> list[Fault | None]:
    """The first fault of each text, None for a text that is right in every state and in its answer."""
    seeds = _one_each(problems, texts, layouts)
    found = []
    for problem, text, seed in zip(problems, texts, seeds, strict=True):
        trace = problem.trace()
        report = check(trace, text, style=style, seed=seed)
        unlike = Fault(len(trace), ANSWER, trace.answer, str(extract(text)))
        found.append(None if report.ok else report.first_error or unlike)
    return found


def range_of(problem: Problem) -> str:
    """The range, "S", "M" or "L", in which a problem's length lies; "other" for none."""
    lengths = problem.task.lengths.items()
    return next((name for name, (low, high) in lengths if low <= problem.length <= high), OTHER)


def _one_each(
    problems: Sequence[Problem], texts: Sequence[str], layouts: int | Sequence[int]
) -> Sequence[int]:
    seeds = [layouts] * len(problems) if isinstance(layouts, int) else layouts
    if not len(problems) == len(texts) == len(seeds):
        raise ValueError(
            f"each problem needs its text: {len(problems)} problems, {len(texts)} texts, {len(seeds)} layouts"
        )
    return seeds


def _counted(faults: Sequence[Fault | None]) -> dict[str, int]:
    counts = dict.fromkeys(MODULES, 0)
    for fault in faults:
        if fault is not None:
            counts[fault.module] += 1
    return counts


def _order(task: str, range: str, length: int | None) -> tuple[str, int, int]:
    return task, "SML".find(range) % 4, length or 0
