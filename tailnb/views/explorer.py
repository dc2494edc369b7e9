"""The trace explorer: a run as chain of thought, beside the program that made it and the tape it ran on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets
import traitlets

from tailnb.tasks import Problem
from tailnb.tasks._task import choose
from tailnb.traces import Fault, Report, Trace, check
from tailnb.traces.ablate import modules
from tailnb.traces.check import ATOMIC, FETCHER, guess_style
from tailnb.views import static
from tailnb.views.assets import read
from tailnb.views.lines import CHOICES, lines
from tailnb.views.player import TapePlayer
from tailnb.views.source import Mark, SourceTape, listing
from tailnb.views.stepper import Stepper
from tailnb.views.visible import visible

LONGEST = 20_000  # states that a browser is given at once
MOST = 300  # faults that are shown in full


class TraceExplorer(Stepper):
    """A widget that steps through a trace: its text, the program's lines and the cells of the tape.

    Arguments:
        problem: a task's Problem; or any Trace; or a SourceTape that your own program has run on.
        text: a model's output to check; the explorer opens at its first error.
        style: of the chain of thought: "core", "styled", "tape" or "plain".
        without: names of core modules to leave out.
        seed: for "tape" alone, where the arrays lie on the ring of addresses.
        link: a TapePlayer whose ``index`` this view shares; state k of ``tailnb.imitate(machine, word)`` is
            the player's step k. The player shows the tape then, and steps.

    ``style`` and ``without`` can be set at any time. ``index`` is the state shown, ``len(explorer)`` the
    final answer; `Stepper` says more. ``report`` is what `check` found, or None. Raises ValueError for an
    unknown style or module, and for a trace of more than 20,000 states.
    """

    _esm = read(
        *("common.js", "steps.js", "kernel.js", "lines.js", "cells.js"),
        *("program.js", "checker.js", "explorer.js"),
    )
    _css = read("theme.css", "steps.css", "explorer.css")

    style = traitlets.Unicode("core")  # not sent: in the browser the name belongs to all widgets
    without = traitlets.List(traitlets.Unicode())
    _trace = traitlets.Dict().tag(sync=True)
    _text = traitlets.Dict().tag(sync=True)
    _source = traitlets.Dict().tag(sync=True)
    _report = traitlets.Dict().tag(sync=True)
    _link = traitlets.Instance(TapePlayer, allow_none=True).tag(sync=True, **ipywidgets.widget_serialization)

    def __init__(
        self,
        problem: Problem | Trace | SourceTape,
        text: str | None = None,
        style: str = "core",
        *,
        without: str | Iterable[str] = (),
        seed: int = 0,
        link: TapePlayer | None = None,
        **traits: Any,
    ) -> None:
        self.trace, tape = recorded(problem)
        self.problem = problem if isinstance(problem, Problem) else self.trace
        self.seed = seed
        self.report: Report | None = None
        super().__init__(
            style=style,
            without=list(modules(without)),
            _trace={**trace_data(self.trace), **title(problem, self.trace)},
            _source=source_data(tape) if tape else {},
            _last=len(self.trace),
            _link=link,
            **traits,
        )
        self._write()
        self.observe(self._write, ["style", "without"])
        self.on_msg(self._asked)
        if link is not None:
            # In the browser the view reads the player's index itself; this keeps the kernel's two the same.
            traitlets.link((link, "index"), (self, "index"))
        if text is not None:
            self.check(text)

    def check(self, text: str) -> Report:
        """Hold a text against the trace, and go to its first error."""
        self.style, self.without = guess_style(text), []
        self.report = check(self.problem, text, seed=self.seed)
        self._report = report_data(self.report, replayed=isinstance(self.problem, Problem))
        faults = self._report["faults"]
        if faults:
            self.index = faults[0][0]
        return self.report

    def __repr__(self) -> str:
        return f"<TraceExplorer {self.trace.name}: state {self.index} of {len(self)}>"

    def static_html(self) -> str:
        """The first and last states, a checked text's first error, and the program."""
        summary = f"{self.trace.name} as a chain of thought: {len(self):,} states"
        found = static.report(self.report, len(self)) if self.report else ""
        program = static.program(self._source.get("lines", ()))
        return static.details(summary, static.trace_table(self.trace) + found) + program

    def _write(self, change: Any = None) -> None:
        """Send the chain of thought as it is wanted now."""
        told = lines(self.trace, self.style, self.without, self.seed)
        self._text = {"style": self.style, "without": self.without, "lines": told}

    def _asked(self, widget: Any, content: Any, buffers: Any) -> None:
        """Do what the front end asks, another style or other modules or a check, and say so."""
        if "style" in content:
            self.style = content["style"]
        if "without" in content:
            self.without = content["without"]
        if "check" in content:
            self.check(content["check"])
        self.send("here")

    @traitlets.validate("style")
    def _known_style(self, proposal: Any) -> str:
        choose("style", proposal["value"], CHOICES)
        return str(proposal["value"])

    @traitlets.validate("without")
    def _known_modules(self, proposal: Any) -> list[str]:
        return list(modules(proposal["value"]))


def recorded(problem: Problem | Trace | SourceTape) -> tuple[Trace, SourceTape | None]:
    """The trace and, where there is a program, the tape that knows its lines."""
    if isinstance(problem, Trace):
        return problem, None
    if isinstance(problem, SourceTape):
        return problem.trace(problem.program.__name__), problem
    tape = SourceTape(problem.task.module.run)
    return problem.trace(tape), tape


def title(problem: Problem | Trace | SourceTape, trace: Trace) -> dict[str, str]:
    """What the trace is called, and the question that it answers, if there is one."""
    if isinstance(problem, Problem):
        return {"title": problem.task.title, "query": problem.query}
    return {"title": trace.name, "query": ""}


def trace_data(trace: Trace) -> dict[str, Any]:
    """A trace for the front end. Raises ValueError for one that is too long for a browser."""
    if len(trace) > LONGEST:
        raise ValueError(f"{trace.name} has {len(trace):,} states; the explorer shows at most {LONGEST:,}")
    return {
        "initial": trace.initial,
        "states": trace.states,
        "answer": trace.answer,
        "spelled": trace.spelled,
    }


def source_data(tape: SourceTape) -> dict[str, Any]:
    """The program's lines, and for each state which of them ran: many states share the same ones.

    Nothing for a program none of whose own lines call the tape.
    """
    if not any(tape.marks):
        return {}
    numbers: dict[tuple[Mark, ...], int] = {}
    of = [numbers.setdefault(marks, len(numbers)) for marks in tape.marks]
    return {"lines": listing(tape.program), "marks": list(numbers), "of": of}


def report_data(report: Report, *, replayed: bool) -> dict[str, Any]:
    """A report for the front end, whatever a model wrote made visible; of many faults the first ones.

    replayed: whether the states behind the first error were judged, too.
    """
    return {
        "ok": report.ok,
        "faults": [fault_data(fault) for fault in report.errors[:MOST]],
        "errors": len(report.errors),
        "copies": report.copies,
        "recovered": report.recovered,
        "checked": checked(report, replayed),
        "answerOk": report.answer_ok,
    }


def checked(report: Report, replayed: bool) -> int | None:
    """How many states were judged, as far as the report tells; None for all of them."""
    first = report.first_error
    if first is None or (replayed and report.unjudged == 0 and first.module in (FETCHER, ATOMIC)):
        return None
    return max(fault.state for fault in report.errors) + 1


def fault_data(fault: Fault) -> list[Any]:
    """A fault for the front end."""
    return [fault.state, fault.module, visible(fault.expected), visible(fault.found)]
