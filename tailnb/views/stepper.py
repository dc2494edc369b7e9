"""What the widgets share that step through a run: where they are, and whether they play."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import anywidget
import traitlets


class Stepper(anywidget.AnyWidget):
    """A widget that steps through a run.

    ``index`` is the step shown, from 0 to ``len(widget)``; set it, observe it, or link it to another view.
    ``playing`` starts and pauses, ``speed`` is in steps a second. Without a kernel the reader sees
    `static_html`.
    """

    index = traitlets.Int(0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = traitlets.Float(4.0).tag(sync=True)
    _last = traitlets.Int(0).tag(sync=True)

    @abstractmethod
    def static_html(self) -> str:
        """The run as HTML that needs neither kernel nor script."""

    @traitlets.validate("index")
    def _within_the_run(self, proposal: Any) -> int:
        return max(0, min(int(proposal["value"]), len(self)))

    @traitlets.validate("speed")
    def _forwards(self, proposal: Any) -> float:
        if not proposal["value"] > 0:
            raise traitlets.TraitError(f"speed is in steps a second, above 0, not {proposal['value']}")
        return float(proposal["value"])

    def __len__(self) -> int:
        return self._last

    def __bool__(self) -> bool:
        return True  # a run of no steps is a widget all the same

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": self.static_html()}, metadata
