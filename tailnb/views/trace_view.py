"""The trace view: a program's run as a list of states, beside the player of the machine."""

from __future__ import annotations

from typing import Any

import anywidget
import ipywidgets
import traitlets

from tailnb.traces.trace import Trace
from tailnb.views import static
from tailnb.views.assets import read
from tailnb.views.player import TapePlayer


class TraceView(anywidget.AnyWidget):
    """A widget that lists the states of a trace, coloured and labelled by core module.

    Arguments:
        trace: any Trace.
        link: a TapePlayer whose ``index`` this view shares; state k of ``tailnb.imitate(machine, word)``
            is the player's step k. Clicking a state moves the player there.

    ``index`` is the state shown, from 0; ``len(trace)`` means the final answer. Without a kernel the
    reader sees a table of the first and last states.
    """

    _esm = read("common.js", "trace_view.js")
    _css = read("theme.css", "trace_view.css")

    index = traitlets.Int(0).tag(sync=True)
    _link = traitlets.Instance(TapePlayer, allow_none=True).tag(sync=True, **ipywidgets.widget_serialization)
    _trace = traitlets.Dict().tag(sync=True)

    def __init__(self, trace: Trace, *, link: TapePlayer | None = None, **traits: Any) -> None:
        self.trace = trace
        data = {"name": trace.name, "initial": trace.initial, "states": trace.states, "answer": trace.answer}
        super().__init__(_trace=data, _link=link, **traits)
        if link is not None:
            # In the browser the view reads the player's index itself; this keeps the kernel's two the same.
            traitlets.link((link, "index"), (self, "index"))

    @traitlets.validate("index")
    def _within_the_trace(self, proposal: Any) -> int:
        return max(0, min(int(proposal["value"]), len(self.trace)))

    def __repr__(self) -> str:
        return f"<TraceView {self.trace.name}: state {self.index} of {len(self.trace)}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": self.static_html()}, metadata

    def static_html(self) -> str:
        """The first and last states as an HTML table that needs neither kernel nor script."""
        summary = f"{self.trace.name} as a chain of thought: {len(self.trace):,} states"
        return static.details(summary, static.trace_table(self.trace))
