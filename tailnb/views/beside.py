"""Widgets beside each other, with a static form, which ipywidgets' own boxes do not have."""

from __future__ import annotations

from typing import Any, Protocol

import ipywidgets


class Shown(Protocol):
    """A widget that can be shown without a kernel, such as a TapePlayer or a TraceExplorer."""

    layout: ipywidgets.Layout

    def static_html(self) -> str:
        """The widget as HTML."""


class Beside(ipywidgets.HBox):  # type: ignore[misc]
    """Widgets in a row, or one below the other where the page is too narrow.

    Arguments:
        views: a TapePlayer, a TraceExplorer, or any widget that has `static_html`.
        widths: of each, in pixels, the least with which it stands beside another; 400 by default.

    ``Beside(player, TraceExplorer(trace, link=player))`` shows a run and its chain of thought.
    """

    def __init__(self, *views: Shown, widths: tuple[int, ...] = ()) -> None:
        wanted = widths or (400,) * len(views)
        for view, width in zip(views, wanted, strict=True):
            view.layout.flex, view.layout.min_width = f"{width} 1 {width}px", "0"
        layout = {"flex_flow": "row wrap", "align_items": "flex-start"}
        super().__init__(children=views, layout=layout)

    def static_html(self) -> str:
        """What each of the widgets shows without a kernel."""
        return "\n".join(view.static_html() for view in self.children)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(**kwargs), "text/html": self.static_html()}
