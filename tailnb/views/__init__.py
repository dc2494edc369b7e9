"""Widgets for notebooks: each also carries a static form, for readers without a kernel.

Nothing is imported until it is asked for, so that the package stays light without the extra ``lab``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tailnb.views.attention import AttentionMap
    from tailnb.views.beside import Beside
    from tailnb.views.editor import MachineEditor
    from tailnb.views.explorer import TraceExplorer
    from tailnb.views.player import TapePlayer
    from tailnb.views.source import SourceTape
    from tailnb.views.texts import SideBySide

HOMES = {
    "AttentionMap": "attention",
    "Beside": "beside",
    "MachineEditor": "editor",
    "SideBySide": "texts",
    "SourceTape": "source",
    "TapePlayer": "player",
    "TraceExplorer": "explorer",
}

__all__ = [
    "AttentionMap",
    "Beside",
    "MachineEditor",
    "SideBySide",
    "SourceTape",
    "TapePlayer",
    "TraceExplorer",
]


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"{name} needs {missing.name}: pip install 'tailnb[lab]'", name=missing.name
        ) from missing
