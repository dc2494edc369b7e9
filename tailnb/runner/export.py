"""An executed notebook as an HTML page that needs no kernel."""

from __future__ import annotations

from pathlib import Path

from nbconvert import HTMLExporter
from traitlets.config import Config

# Widgets and interactive charts come with one of these; their own forms would be blank without a kernel.
STATIC_FORMS = ["text/html", "image/svg+xml", "image/png", "text/markdown", "text/latex", "text/plain"]


def export_html(notebook: Path) -> Path:
    """Write `<stem>.html` beside an executed notebook, and return its path."""
    exporter = HTMLExporter(config=Config({"NbConvertBase": {"display_data_priority": STATIC_FORMS}}))
    text, _ = exporter.from_filename(str(notebook))
    page = notebook.with_suffix(".html")
    unfinished = notebook.with_suffix(".partial.html")
    unfinished.write_text(text, encoding="utf-8")
    return unfinished.replace(page)
