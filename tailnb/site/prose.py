"""Markdown as HTML for a page to read: headings with places to link to, and tables in boxes that scroll."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from tailnb.site.formula import mathml

TAG = re.compile(r"<[^>]+>")


class Prose(IPythonRenderer):
    """Renders a page's cells. Afterwards `sections` has its headings of level two: place and HTML."""

    def __init__(self, folder: Path) -> None:
        """folder: where pictures stand that the text shows."""
        super().__init__(escape=False, embed_images=True, path=str(folder))
        self.sections: list[tuple[str, str]] = []
        self._places: Counter[str] = Counter()

    def html(self, source: str) -> str:
        """Some Markdown as HTML."""
        made = str(MarkdownWithMath(renderer=self).render(source)).replace("<th></th>", "<td></td>")
        return made.replace("<table>", '<div class="scroll"><table>').replace("</table>", "</table></div>")

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """A heading with a place of its own."""
        words = "-".join(re.findall(r"\w+", TAG.sub("", text).lower())) or "section"
        self._places[words] += 1
        place = words if self._places[words] == 1 else f"{words}-{self._places[words]}"
        if level == 2:
            self.sections.append((place, text))
        return f'<h{level} id="{place}">{text}</h{level}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture, inside the page; the words for one that is elsewhere, such as a badge."""
        made = super().image(text, url, title)
        return made if 'src="data:' in made else text

    def block_html(self, html: str) -> str:
        """HTML as it is: what is folded begins in one block and ends in another."""
        return f"{html}\n"

    def inline_html(self, html: str) -> str:
        """HTML in a line, as it is."""
        return html

    def inline_math(self, body: str) -> str:
        """A formula in a line."""
        return mathml(body)

    def block_math(self, body: str) -> str:
        """A formula on a line of its own."""
        return f'<span class="scroll formula">{mathml(body, display=True)}</span>'


class Shown(Prose):
    """Renders what an output shows: its headings are none of the page's."""

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """A heading as a line in bold."""
        return f"<p><strong>{text}</strong></p>\n"
