"""An executed notebook as an HTML page that needs no kernel."""

from __future__ import annotations

from pathlib import Path

from nbconvert import HTMLExporter
from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor
from traitlets.config import Config

# Widgets and interactive charts come with one of these; their own forms would be blank without a kernel.
STATIC_FORMS = ["text/html", "image/svg+xml", "image/png", "text/markdown", "text/latex", "text/plain"]
# nbconvert sets code in cells in a fixed-width font, but not the code that an output shows.
FIXED_WIDTH = "<style>.jp-OutputArea .highlight pre { font-family: ui-monospace, monospace }</style>"


def export_html(notebook: Path) -> Path:
    """Write `<stem>.html` beside an executed notebook, and return its path."""
    exporter = HTMLExporter(config=Config({"NbConvertBase": {"display_data_priority": STATIC_FORMS}}))
    exporter.register_preprocessor(CoalesceStreamsPreprocessor(), enabled=True)  # a bar's last state
    text, _ = exporter.from_filename(str(notebook))
    page = notebook.with_suffix(".html")
    unfinished = notebook.with_suffix(".partial.html")
    unfinished.write_text(text.replace("</head>", f"{FIXED_WIDTH}\n</head>", 1), encoding="utf-8")
    return unfinished.replace(page)
