"""Results as a table for people: one row for each model, task and method, a column for each range."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from tailnb.evaluation.measure import OTHER
from tailnb.evaluation.results import PUBLISHED, Result, Row, as_rows
from tailnb.evaluation.wilson import wilson
from tailnb.tasks import RANGES, all_tasks

NOTHING = "–"
MEASURES = {"accuracy": "correct", "trace_accuracy": "trace_correct"}  # each share, and what it counts
TITLES = {
    "tail": "TAIL",
    "none": "answer only",
    "plain": "plain chain of thought",
    "index_hint": "Index Hint",
    "reversed": "Reversed Format",
    "base": "base model",
    "distilled": "distilled",
    "reasoning": "reasoning model",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of a table as cells of text, with a caption; columns: the keys of a row, in order."""

    rows: list[dict[str, str]]
    caption: str
    columns: Sequence[str] = ("model", "task", "method", *RANGES, "source")

    def __str__(self) -> str:
        lines = [list(self.columns), *([row[column] for column in self.columns] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        padded = (
            "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines
        )
        return "\n".join([*padded, self.caption])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(row[column])}</td>" for column in self.columns) + "</tr>"
            for row in self.rows
        )
        caption = f"<caption>{escape(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __rich__(self) -> Any:
        from rich.box import SIMPLE_HEAD
        from rich.markup import escape as plain
        from rich.table import Table as RichTable

        shown = RichTable(
            caption=plain(self.caption), caption_justify="left", box=SIMPLE_HEAD, pad_edge=False
        )
        for column in self.columns:
            number = column in (*RANGES, OTHER)
            shown.add_column(column, justify="right" if number else "left", no_wrap=number, overflow="fold")
        for row in self.rows:
            shown.add_row(*(plain(row[column]) for column in self.columns))
        return shown

    def markdown(self) -> str:
        """The table for a file in Markdown, the caption below."""
        lines = [list(self.columns), ["---"] * len(self.columns)]
        lines += [[row[column].replace("|", "\\|") for column in self.columns] for row in self.rows]
        return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), "", self.caption])


def table(rows: Iterable[Result | Mapping[str, Any]], measure: str = "accuracy") -> Table:
    """A table of S, M and L in percent, with 95% intervals where they are known.

    rows: results or tidy rows, also the paper's, which the last column tells apart. Of two rows for the same
    cell the last one counts; rows about one length each are pooled where no row is about the whole range.
    A column "other" is for problems whose length lies in no range, if there are any.
    measure: "accuracy", or "trace_accuracy" for the share of texts that are right in every state.
    Raises ValueError for another measure.
    """
    if measure not in MEASURES:
        raise ValueError(f"no measure {measure!r}; choose from {', '.join(MEASURES)}")
    lines: dict[tuple[str, ...], dict[str, dict[int | None, Row]]] = {}
    for row in sorted(as_rows(rows), key=order):
        if row.get("range") not in (*RANGES, OTHER) or row.get(measure) is None:
            continue
        source = PUBLISHED if row.get("source") == PUBLISHED else "measured"
        key = (row["model"], row["task"], method_title(row["method"]), source)
        line = lines.setdefault(key, {})
        length = row.get("length") if row.get("n") else None  # what was not counted cannot be pooled
        line.setdefault(row["range"], {})[length] = row
    ranges = [*RANGES, OTHER] if any(OTHER in line for line in lines.values()) else RANGES
    made, sizes = [], set[int]()
    for (model, task, method, source), line in lines.items():
        whole = {range: found.get(None) or pooled(found.values(), measure) for range, found in line.items()}
        cells = {range: cell(whole[range], measure) if range in whole else NOTHING for range in ranges}
        made.append({"model": model, "task": task, "method": method, **cells, "source": source})
        sizes |= {row["n"] for row in whole.values() if row.get("n")}
    return Table(made, caption(measure, sizes), ("model", "task", "method", *ranges, "source"))


def pooled(rows: Collection[Row], measure: str) -> Row:
    """Measurements at several lengths as one, of all their problems together."""
    counted = MEASURES[measure]
    n, right = (sum(row[name] for row in rows) for name in ("n", counted))
    return {"n": n, counted: right, measure: right / n}


def cell(row: Mapping[str, Any], measure: str = "accuracy") -> str:
    """One measurement in percent: "98.2 (96.6–99.1)", or "97.0" where the number of problems is not known."""
    percent = f"{100 * row[measure]:.1f}"
    if not row.get("n"):
        return percent
    low, high = wilson(row[MEASURES[measure]], row["n"])
    return f"{percent} ({100 * low:.1f}–{100 * high:.1f})"


def caption(measure: str, sizes: set[int]) -> str:
    """What the numbers are, and of how many problems."""
    what = "Accuracy" if measure == "accuracy" else "Texts right in every state"
    if not sizes:
        return f"{what} in percent"
    size = str(min(sizes)) if len(sizes) == 1 else f"{min(sizes)} to {max(sizes)}"
    problems = "problem" if sizes == {1} else "problems"
    return f"{what} in percent, with the 95% interval; measured on {size} {problems} a cell"


def method_title(method: str) -> str:
    """A method's name for people: "tail" is "TAIL", "tail without memory fetcher" likewise."""
    name, without, module = method.partition(" without ")
    return TITLES.get(name, name) + without + module


def order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """The order of rows: tasks as in the paper, measured before published, TAIL before the others."""
    names = [task.name for task in all_tasks()]
    methods = ["tail", *(title for title in TITLES if title != "tail")]
    task, method = row["task"], row["method"]
    return (
        row.get("source") == PUBLISHED,
        names.index(task) if task in names else len(names),
        str(row["model"]),
        methods.index(method) if method in methods else len(methods),
        method,
        "SML".find(row["range"] or "-"),
    )
