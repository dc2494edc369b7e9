"""Results as tidy rows: one measurement each, written and read as JSON Lines."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from tailnb.evaluation.wilson import wilson

Row = dict[str, Any]

FOLDER = "TAILNB_RESULTS"  # the variable that names the folder in which a run collects its results
MEASURED, PUBLISHED = "measured", "published"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# What a field of a result must be: the kind in words, the fields, and the test.
KINDS: dict[str, tuple[tuple[str, ...], Callable[[Any], bool]]] = {
    "a text": (("model", "task", "method", "range", "style", "source"), lambda value: isinstance(value, str)),
    "a number or None": (("tokens", "seconds"), lambda value: value is None or _is_number(value)),
    "a whole number": (("seed",), lambda value: type(value) is int),
    "a whole number or None": (("length",), lambda value: value is None or type(value) is int),
    "a count for each module": (
        ("errors",),
        lambda value: isinstance(value, Mapping) and all(type(count) is int for count in value.values()),
    ),
    "a mapping": (("provenance",), lambda value: isinstance(value, Mapping)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How many of n problems one model got right: one task, one method, one range (or one length).

    correct: right final answers. trace_correct: texts of which every state was right too; None where no
    trace was asked for. errors: for each module, how many texts first went wrong in it. tokens: per text, on
    average. seconds: for all n together. length: of every problem, in a result about one length.
    style: of most of the texts.
    provenance: command, commit, processor and the like; never the name of a person, host or folder.
    Raises ValueError for a value of the wrong type, and for counts that cannot be.
    """

    model: str
    task: str
    method: str
    range: str
    n: int
    correct: int
    trace_correct: int | None = None
    errors: Mapping[str, int] = field(default_factory=dict)
    tokens: float | None = None
    seconds: float | None = None
    length: int | None = None
    style: str = "core"
    seed: int = 0
    source: str = MEASURED
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, (names, fits) in KINDS.items():
            for name in names:
                if not fits(getattr(self, name)):
                    raise ValueError(f"{name} must be {kind}, not {getattr(self, name)!r}")
        if type(self.n) is not int or self.n < 1:
            raise ValueError(f"n must be a whole number from 1, not {self.n!r}")
        for name in ("correct", "trace_correct"):
            count = getattr(self, name)
            if (count is None and name == "trace_correct") or (type(count) is int and 0 <= count <= self.n):
                continue
            raise ValueError(f"{name} must be a whole number from 0 to n = {self.n}, not {count!r}")

    @property
    def accuracy(self) -> float:
        """The share of right final answers, 0 to 1."""
        return self.correct / self.n

    @property
    def low(self) -> float:
        """The lower end of the accuracy's 95% interval (Wilson)."""
        return wilson(self.correct, self.n)[0]

    @property
    def high(self) -> float:
        """The upper end of the accuracy's 95% interval (Wilson)."""
        return wilson(self.correct, self.n)[1]

    @property
    def trace_accuracy(self) -> float | None:
        """The share of texts that are right in every state, 0 to 1; None where no trace was asked for."""
        return None if self.trace_correct is None else self.trace_correct / self.n

    def to_dict(self) -> Row:
        """The result as a tidy row, JSON-able, with the accuracies and the interval."""
        derived = ("accuracy", "low", "high", "trace_accuracy")
        row = asdict(self) | {name: getattr(self, name) for name in derived}
        return row | {"errors": dict(self.errors), "provenance": dict(self.provenance)}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Result:
        """The result that `to_dict` gave; other keys are left out. Raises ValueError for a broken row."""
        known = [one.name for one in fields(cls)]
        try:
            return cls(**{name: row[name] for name in known if name in row})
        except TypeError as error:
            raise ValueError(f"no result: {str(error).removeprefix('Result.__init__() ')}") from None


def as_rows(rows: Iterable[Result | Mapping[str, Any]]) -> list[Row]:
    """Results and tidy rows alike as tidy rows."""
    return [row.to_dict() if isinstance(row, Result) else dict(row) for row in rows]


def append(path: Path | str, results: Iterable[Result]) -> Path:
    """Add results to a JSON Lines file, which is made if need be."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(_line(result.to_dict()) for result in results)
    with path.open("ab+") as file:
        if file.tell() and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
            lines = "\n" + lines  # the last line was cut short; it must not take the next one with it
        file.write(lines.encode())
    return path


def read(path: Path | str) -> tuple[list[Result], list[str]]:
    """The results of a JSON Lines file, and one text for each broken line that says where and why."""
    path = Path(path)
    results, broken = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("no JSON object")
            results.append(Result.from_dict(row))
        except (ValueError, RecursionError) as error:
            broken.append(f"{path.name}, line {number}: {error}")
    return results, broken


def publish(
    rows: Iterable[Result | Mapping[str, Any]], chart: Any = None, *, name: str = "results"
) -> list[Path]:
    """Hand results to the run that this notebook is part of, which prints them all at its end.

    Writes `<name>.jsonl`, and the chart as `accuracy.html` and `accuracy.svg`, into the folder that
    TAILNB_RESULTS names, replacing what is there; does nothing without it. Returns the files written.
    rows: results, measured ones only. chart: an Altair chart. name: such as the notebook's.
    Raises ValueError for the paper's figures among the rows, and for a name that is not a plain one.
    """
    measured = as_rows(rows)
    if any(row.get("source") == PUBLISHED for row in measured):
        raise ValueError("figures of the paper are not results of this run; publish measured rows only")
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise ValueError(f"a name such as 05_train_from_zero is needed, not {name!r}")
    folder = os.environ.get(FOLDER)
    if not folder:
        return []
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name}.jsonl"
    path.write_bytes("".join(map(_line, measured)).encode())
    return [path, *(_save(chart, out) if chart is not None else [])]


def _save(chart: Any, out: Path) -> list[Path]:
    page, picture = out / "accuracy.html", out / "accuracy.svg"
    chart.save(str(page), inline=True)  # with its scripts inside, so that it opens without a network
    chart.save(str(picture))
    return [page, picture]


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
