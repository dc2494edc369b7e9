"""Pictures as SVG: what all of them share, such as colors for light and dark, and texts safe to show."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from unicodedata import combining, east_asian_width

FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
LETTER = 0.62  # the widest letter of these fonts, as a part of the font's size
# Light and dark. Where a picture is part of a page, the page's own variables of these names go first.
COLORS = {
    "ground": ("#ffffff", "#1e1e1e"),
    "raised": ("#f6f8fa", "#2b2f36"),
    "text": ("#1f2328", "#e8eaed"),
    "muted": ("#57606a", "#b0b8c1"),
    "line": ("#d0d7de", "#4d545d"),
    "accent": ("#0b57d0", "#8ab4f8"),
    "accent-soft": ("#e1ecfe", "#263a5c"),
    "here": ("#0b57d0", "#8ab4f8"),
    "on-here": ("#ffffff", "#0a1f44"),
    "amber": ("#7d4e00", "#f2c14e"),
    "green": ("#166b2e", "#81e0a0"),
    "green-soft": ("#dcf5e3", "#1d3f2a"),
    "red": ("#b3261e", "#ff8a80"),
    "orange": ("#d2700f", "#f0a04b"),
    "blue": ("#3a78d6", "#6ea2f0"),
    "teal": ("#14907a", "#45c0a8"),
    "purple": ("#8f5bd1", "#b795ee"),
    "grey": ("#7d868f", "#9aa4ae"),
}


@dataclass(frozen=True, repr=False)
class Picture:
    """An SVG picture that notebooks show.

    ``svg`` is the whole document; what a machine says in it is escaped, and it has neither scripts nor ids,
    so that a page may hold it any number of times. ``summary`` says in a line what it shows, and
    ``description`` tells all of it in words.
    """

    svg: str
    summary: str
    description: str

    def _repr_html_(self) -> str:
        # As an image, because JupyterLab drops inline SVG from notebooks that are not trusted.
        data = b64encode(self.svg.encode()).decode()
        alt = escape(f"{self.summary}. {self.description}")
        return f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}">'

    def __repr__(self) -> str:
        return f"<Picture: {self.summary}>"


def picture(
    kind: str, style: str, view: tuple[float, float, float, float], parts: str, summary: str, description: str
) -> Picture:
    """A picture of SVG ``parts``; ``view`` is its left side, top, right side and bottom in pixels.

    ``kind`` is its class, and ``style`` a style sheet for that class only; `sheet` says more.
    """
    left, top, right, bottom = (round(number) for number in view)
    width, height = right - left, bottom - top
    size = f'width="{width}" height="{height}"'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" role="img" {size} '
        f'viewBox="{left} {top} {width} {height}" style="width:{width}px;height:auto;max-width:100%">'
        f"<title>{escape(summary)}</title><desc>{escape(description)}</desc>"
        f"<style>{sheet(kind, style)}</style>"
        f'<rect class="tnb-ground" x="{left}" y="{top}" {size} rx="10"/>{parts}</svg>'
    )
    return Picture(svg, summary, description)


def sheet(kind: str, style: str) -> str:
    """The style sheet, for pictures of that kind only; in it ``fill:@text`` names one of the colors.

    A picture that stands alone is light or dark as its reader prefers; one in a page is as the page is.
    """
    rules = re.sub(r"([^{}]+){", rf".{kind} \1{{", f".tnb-ground{{fill:@ground}}{style}")
    dark = ";".join(f"--tnb-{name}:{color}" for name, (_, color) in COLORS.items() if f"@{name}" in rules)
    painted = re.sub(r"([a-z-]+):@([a-z-]+)", painting, rules)
    return f"{painted}@media(prefers-color-scheme:dark){{svg:root{{{dark}}}}}"


def painting(found: re.Match[str]) -> str:
    """A property's color in CSS: first a plain one, for programs that show SVG but know no variables."""
    what, name = found.groups()
    light = COLORS[name][0]
    return f"{what}:{light};{what}:var(--tnb-{name},{light})"


def marked(parts: str, name: str, number: int, mark: str) -> str:
    """The parts, with one more class for each group whose ``data-name`` holds the number."""
    groups = re.compile(rf'(<g class="[^"]*)(" data-{name}="(?:\d+ )*{number}(?: \d+)*">)')
    return groups.sub(rf"\1 {mark}\2", parts)


def number(value: float) -> str:
    """A coordinate as SVG writes it, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def visible(text: str, space: str = "␣") -> str:
    r"""The text with every character spelled out that does not show, and with that sign for a space.

    >>> visible("a b\n")
    'a␣b⟨A⟩'
    """
    return "".join(space if c == " " else c if c.isprintable() else f"⟨{ord(c):X}⟩" for c in text)


def columns(text: str) -> int:
    """How many letters' room the text takes in a monospace font; a wide character takes two."""
    return sum(2 if east_asian_width(c) in "WF" else 0 if combining(c) else 1 for c in text)


def shortened(text: str, most: int) -> str:
    """The text, or of a longer one the beginning and the end, in at most that many columns.

    >>> shortened("a very long name", 9)
    'a ver…ame'
    """
    if columns(text) <= most:
        return text
    head = tail = text[: 2 * most] + text[-2 * most :]
    while columns(tail) > (most - 1) * 2 // 5:
        tail = tail[1:]
    while columns(head) + columns(tail) + 1 > most:
        head = head[:-1]
    return f"{head}…{tail}"
