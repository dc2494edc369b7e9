"""Results in detail, as tables: what each cost, in which module texts first went wrong, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from tailnb.evaluation.log import OUTPUTS
from tailnb.evaluation.measure import range_of
from tailnb.evaluation.outputs import Output, printable
from tailnb.evaluation.results import Result, Row, as_rows
from tailnb.evaluation.score import score
from tailnb.evaluation.table import NOTHING, Table, cell, method_title
from tailnb.traces import Fault, extract
from tailnb.traces.check import ANSWER, MODULES

Rows = Iterable[Result | Mapping[str, Any]]

NAMES = ("model", "task", "method", "range")
COSTS = ("n", "accuracy", "whole trace", "tokens", "seconds", "cut off")
PLACE = ("task", "range", "length", "state", "module", "expected", "found")
SHOWN = 120  # characters of what was expected, and of what was found


def details(rows: Rows) -> Table:
    """A line for each result: accuracy, texts right in every state, tokens, seconds, texts cut off.

    The texts of a batch have the same share of its time each.
    """
    made = [_names(row) | _costs(row) for row in as_rows(rows)]
    caption = (
        "Percent, with 95% intervals; tokens of a text on average; seconds for all n together; –: not known"
    )
    return Table(made, caption, (*NAMES, *COSTS))


def error_table(rows: Rows) -> Table:
    """Of each result with traces: the texts, those right in every state, the others by their first error."""
    traced = [row for row in as_rows(rows) if row.get("trace_correct") is not None]
    made = [
        _names(row)
        | {"texts": str(row["n"]), "right": str(row["trace_correct"])}
        | {module: str(row["errors"].get(module, 0)) for module in MODULES}
        for row in traced
    ]
    caption = (
        "Texts right in every state and in the answer; the others by the module that broke first"
        if made
        else "No traces were asked for, so there is none to be checked"
    )
    return Table(made, caption, (*NAMES, "texts", "right", *MODULES))


def first_wrong(outputs: Path | str | Iterable[Output], most: int = 3) -> Table:
    """The first few outputs that are wrong, and where each first goes wrong.

    outputs: or the folder of `evaluate_writer` that they are in. Where no trace was asked for, a text is
    wrong in its answer. What a model wrote is shown without control characters, and not too long.
    """
    given = _kept(Path(outputs)) if isinstance(outputs, Path | str) else outputs
    wrong = ((output, fault) for output in given for fault in _fault(output))
    made = [_place(output, fault) for output, fault in islice(wrong, most)]
    caption = "Where the first wrong texts first go wrong" if made else "Nothing is wrong"
    return Table(made, caption, PLACE)


def _kept(folder: Path) -> Iterator[Output]:
    with (folder / OUTPUTS).open("rb") as file:
        yield from map(Output.parse, file)


def _names(row: Row) -> dict[str, str]:
    return {name: str(row[name]) for name in NAMES} | {"method": method_title(row["method"])}


def _costs(row: Row) -> dict[str, str]:
    cut = row.get("provenance", {}).get("cut_off")
    whole = row.get("trace_accuracy")
    found = {
        "n": row["n"],
        "accuracy": cell(row),
        "whole trace": None if whole is None else f"{100 * whole:.1f}",
        "tokens": None if row.get("tokens") is None else f"{row['tokens']:,.0f}",
        "seconds": None if row.get("seconds") is None else f"{row['seconds']:,.1f}",
        "cut off": cut,
    }
    return {name: NOTHING if value is None else str(value) for name, value in found.items()}


def _fault(output: Output) -> Iterator[Fault]:
    """What is wrong with a text first; nothing if it is right."""
    report = output.report()
    if report is None and score(output.problem, output.text, style=output.style):
        return
    if report is None or not report.ok:
        answer = Fault(-1, ANSWER, output.problem.answer, extract(output.text) or NOTHING)
        yield (report and report.first_error) or answer


def _place(output: Output, fault: Fault) -> dict[str, str]:
    problem = output.problem
    return {
        "task": problem.task.name,
        "range": range_of(problem),
        "length": str(problem.length),
        "state": NOTHING if fault.state < 0 else str(fault.state),
        "module": fault.module,
        "expected": printable(str(fault.expected), SHOWN),
        "found": printable(str(fault.found), SHOWN),
    }
