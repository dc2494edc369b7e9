"""The texts of one recording side by side, state by state: a table that needs neither kernel nor script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from tailnb.tasks import Problem
from tailnb.traces.answer import FINAL
from tailnb.traces.trace import Trace
from tailnb.views.lines import Line, Part, lines
from tailnb.views.static import FETCH, LABEL, OPERATION, WRITE

NONE = "none"
TEXTS = ("core", "styled", "plain", NONE)
MOST = 12  # states that fit on a page
TOP = "text-align:left;vertical-align:top"
GROUNDS = {"label": LABEL, "goto": LABEL, "reads": FETCH, "operation": OPERATION, "writes": WRITE}


class SideBySide:
    """A problem's texts, a column each and a row for every state.

    problem: whose trace has at most 12 states. styles: of the texts; "none" is the answer alone.
    Raises ValueError for a longer trace or an unknown style.
    """

    def __init__(self, problem: Problem | Trace, styles: Sequence[str] = TEXTS) -> None:
        trace = problem if isinstance(problem, Trace) else problem.trace()
        if len(trace) > MOST:
            raise ValueError(f"{trace.name} has {len(trace)} states; side by side there is room for {MOST}")
        self.trace = trace
        self.columns = {style: _told(trace, style) for style in styles}

    def __repr__(self) -> str:
        return f"<SideBySide {self.trace.name}: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        titles = "".join(f'<th style="{TOP}">{escape(style)}</th>' for style in ("state", *self.columns))
        body = "".join(f"<tr>{row}</tr>" for row in self._rows())
        return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"

    def _rows(self) -> Iterator[str]:
        states = range(-1 if self.trace.initial else 0, len(self.trace) + 1)
        cells = {style: _cells(told, states) for style, told in self.columns.items()}
        for state in states:
            name = str(state) if 0 <= state < len(self.trace) else ""
            yield f'<td style="{TOP}">{name}</td>' + "".join(column[state] for column in cells.values())


def _told(trace: Trace, style: str) -> list[Line]:
    return [Line(len(trace), [("", f"{FINAL} {trace.answer}")])] if style == NONE else lines(trace, style)


def _cells(told: Sequence[Line], states: range) -> dict[int, str]:
    """For each state the table's cell: a line stands over all the states that it tells."""
    starts = [states.start, *(line.state for line in told), states.stop]
    texts = ["", *("".join(map(_part, line.parts)) for line in told)]
    cells = dict.fromkeys(states, "")
    for (start, end), text in zip(pairwise(starts), texts, strict=True):
        if end > start:
            cells[start] = f'<td rowspan="{end - start}" style="{TOP}">{text}</td>'
    return cells


def _part(part: Part) -> str:
    kind, words = part
    ground = GROUNDS.get(kind)
    return f'<span style="{ground}">{escape(words)}</span>' if ground else escape(words)
