"""An executed notebook as the HTML of a page to read, which needs neither kernel nor script."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path

from nbconvert.filters import Highlight2HTML, ansi2html
from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor
from nbformat import NotebookNode

from tailnb.runner.export import STATIC_FORMS
from tailnb.site.prose import Prose, Shown

EXERCISE = "**Exercise "
NO_WORDS = "<chart>"  # what Altair says of a chart that has no description
# The colors that a chart takes from JupyterLab, for a picture that stands alone: light, and dark.
COLORS = """<style>:root{--jp-ui-font-color1:#1f2328;--jp-ui-font-color2:#57606a;--jp-layout-color0:#fff}
@media(prefers-color-scheme:dark){:root{--jp-ui-font-color1:#e8eaed;--jp-ui-font-color2:#b0b8c1;
--jp-layout-color0:#1e1e1e}}</style>"""


def body(notebook: NotebookNode, folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """The HTML of each cell; and the sections, as places and HTML.

    folder: where the notebook stands, and pictures that its text shows.
    """
    notebook, _ = CoalesceStreamsPreprocessor().preprocess(notebook, {})  # of a progress bar, the last state
    prose = Prose(folder)
    cells = [prose.html(one.source) if one.cell_type == "markdown" else _code(one) for one in notebook.cells]
    return cells, prose.sections


def _code(cell: NotebookNode) -> str:
    """A cell of code with its outputs; nothing for a cell of another kind, or an empty one."""
    if cell.cell_type != "code" or not cell.source.strip():
        return ""
    source = Highlight2HTML(pygments_lexer="ipython3")(cell.source)
    return f'<div class="code">{source}</div>\n' + "\n".join(map(_output, cell.outputs))


def _output(output: NotebookNode) -> str:
    """An output as HTML, in a box that scrolls where it is wide; its text is escaped."""
    if output.output_type == "stream":
        return _text(output.text)
    if output.output_type == "error":
        return _text("\n".join(output.traceback))
    kind = next((one for one in STATIC_FORMS if one in output.data), None)
    if kind is None:
        return ""
    data = output.data[kind]
    if kind == "text/html":
        return _box(data)
    if kind == "text/markdown":
        return _box(Shown(Path()).html(data), "exercise" if data.startswith(EXERCISE) else "shown")
    if kind.startswith("image/"):
        return _box(_picture(kind, data, output.data.get("text/plain", "")), "chart")
    return _text(data)


def _text(text: str) -> str:
    return f'<pre class="output">{ansi2html(text.rstrip())}</pre>'


def _box(html: str, name: str = "html") -> str:
    return f'<div class="output scroll {name}">{html}</div>'


def _picture(kind: str, data: str, words: str) -> str:
    """A picture with its words; one of lines has the page's colors."""
    if kind == "image/svg+xml":
        start = data.index(">", data.index("<svg")) + 1
        data = b64encode(f"{data[:start]}{COLORS}{data[start:]}".encode()).decode()
    told = "Chart" if words in ("", NO_WORDS) else words
    return f'<img alt="{escape(told)}" src="data:{kind};base64,{escape(data.strip())}">'
