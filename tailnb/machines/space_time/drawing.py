"""A grid of rows and columns as SVG: cells, marks of the head, scales and a legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from textwrap import wrap

from tailnb.machines.picture import FONT, LETTER, columns, number, shortened, visible
from tailnb.machines.space_time.grid import Grid

SIZE = 12  # pixels, of letters
LINE = 18  # pixels from one line of text to the next
LETTERS = (30, 50)  # columns and rows, up to which a cell is large enough for a letter
WIDE, HIGH = 640, 480  # pixels that cells without letters may take
NAMED = 12  # symbols that the legend names
COLORS = ("blue", "orange", "teal", "purple", "grey")
Stripes = tuple[tuple[float, float], ...]
# By its stripes, parts of a cell's height from the top, a symbol is told without its color.
FULL: Stripes = ((0.0, 1.0),)
STRIPES: tuple[Stripes, ...] = ((), FULL, ((0.5, 0.5),), ((0.0, 0.25), (0.5, 0.25)), ((0.35, 0.3),))
STYLE = (
    f"text{{font:{SIZE}px {FONT};fill:@text;white-space:pre}}"
    ".tnb-muted{fill:@muted}.tnb-end{text-anchor:end}.tnb-middle{text-anchor:middle}"
    ".tnb-soft{stroke-opacity:.35}.tnb-lines{stroke:@line}"
    ".tnb-here{fill:none;stroke:@red;stroke-width:2}"
    ".tnb-dot{stroke:@red;stroke-linecap:round}"
    ".tnb-halo{stroke:@ground;stroke-linecap:round}path{fill:none}"
) + "".join(f".tnb-{name}{{stroke:@{name}}}" for name in COLORS)


@dataclass(frozen=True)
class Frame:
    """Where the cells are: the first one's left side and top, and a cell's width and height, in pixels."""

    left: int
    top: int
    wide: int
    high: int
    letters: bool

    def line(self, column: int, row: float, length: int) -> str:
        """A path through cells of a row, given from its upper side."""
        x, y = self.left + column * self.wide, self.top + row * self.high
        return f"M{x} {number(y)}h{length * self.wide}"

    def box(self, column: int, row: int, wide: int = 1, high: int = 1) -> str:
        """A path around cells."""
        width = wide * self.wide
        return f"{self.line(column, row, wide)}v{high * self.high}h-{width}z"


def frame(grid: Grid, left: int, top: int) -> Frame:
    """Cells with letters where few are shown, else as large as all of them allow."""
    if grid.columns <= LETTERS[0] and len(grid.rows) <= LETTERS[1]:
        widest = max(columns(sign(symbol)) for symbol in grid.symbols)
        return Frame(left, top, max(22, round(widest * LETTER * SIZE) + 8), 18, True)
    high = max(4, min(12, HIGH // len(grid.rows)))
    return Frame(left, top, max(4, min(3 * high, WIDE // grid.columns)), high, False)


def draw(grid: Grid, words: Sequence[str]) -> tuple[str, tuple[float, float, float, float]]:
    """All parts, with the words below them, and the room they take: left side, top, right side, bottom."""
    left = round(columns(f"{grid.steps[-1]:,}") * LETTER * SIZE) + 12
    place = frame(grid, left, 0)
    names = [shortened(visible(str(state), " "), 14) for state in grid.states] if place.letters else []
    right = left + grid.columns * place.wide
    wide = max(right + 10 + max((columns(name) for name in names), default=0) * LETTER * SIZE, left + 400)
    keys = legend(grid, wide - left)
    top = -LINE * (len(keys) + 1) - 8
    bottom = len(grid.rows) * place.high
    parts = [*cells(grid, place), heads(grid, place), *scales(grid, place)]
    parts += [text(name, right + 10, place.high * (row + 0.7)) for row, name in enumerate(names)]
    for line, items in enumerate(keys):
        parts.append(f'<g transform="translate({left} {top + LINE * line})">{"".join(items)}</g>')
    lines = [line for one in words for line in wrap(one, int((wide - left) / (LETTER * SIZE)))]
    parts += [text(line, left, bottom + LINE * (at + 1) + 4, "tnb-muted") for at, line in enumerate(lines)]
    return "".join(parts), (0, top, wide, bottom + LINE * len(lines) + 8)


def cells(grid: Grid, place: Frame) -> Iterator[str]:
    """The cells that are not blank, symbol by symbol, in one path for all that look alike."""
    runs: dict[int, list[tuple[int, int, int]]] = {}
    for line, row in enumerate(grid.rows):
        column = 0
        for code, run in groupby(row):
            length = len(list(run))
            runs.setdefault(code, []).append((column, line, length))
            column += length
    runs.pop(0, None)
    for code, found in sorted(runs.items()):
        yield painted(look(code, grid), found, place)
    high = len(grid.rows)
    edges = place.box(0, 0, grid.columns, high)
    if place.letters:
        edges += "".join(place.box(column, 0, 1, high) for column in range(1, grid.columns, 2))
        edges += "".join(place.box(0, row, grid.columns) for row in range(1, high, 2))
    yield f'<path class="tnb-lines" d="{edges}"/>'
    if place.letters:
        yield from letters(grid, place)


def look(code: int, grid: Grid) -> tuple[str, Stripes]:
    """A symbol's color and stripes; no two of the first 25 look alike."""
    place = code - 1
    turned = (place + place // len(COLORS)) % len(STRIPES)
    return COLORS[place % len(COLORS)], STRIPES[turned] if len(grid.symbols) > 2 else FULL


def painted(look: tuple[str, Stripes], runs: Sequence[tuple[int, int, int]], place: Frame) -> str:
    """Cells of one symbol, given as column, row and length of each run of them."""
    color, stripes = look[0], () if place.letters else look[1]
    soft = "" if stripes == FULL else band(f"{color} tnb-soft", runs, place, 0.0, 1.0)
    return soft + "".join(band(color, runs, place, top, part) for top, part in stripes)


def band(kind: str, runs: Sequence[tuple[int, int, int]], place: Frame, top: float, part: float) -> str:
    """A stripe of each run, as one path: thick lines take half the text that boxes would."""
    lines = (place.line(column, row + top + part / 2, length) for column, row, length in runs)
    return f'<path class="tnb-{kind}" stroke-width="{number(part * place.high)}" d="{"".join(lines)}"/>'


def letters(grid: Grid, place: Frame) -> Iterator[str]:
    """The symbols themselves, but for blanks."""
    for line, row in enumerate(grid.rows):
        for column, code in enumerate(row):
            if code:
                x, y = place.left + (column + 0.5) * place.wide, (line + 0.7) * place.high
                yield text(sign(grid.symbols[code]), x, y, "tnb-middle")


def heads(grid: Grid, place: Frame) -> str:
    """Where the head is: a frame around a letter, or else a dot."""
    if place.letters:
        return "".join(framed(place, column, row) for row, column in enumerate(grid.heads))
    places = (
        f"M{number(place.left + (column + 0.5) * place.wide)} {number((row + 0.5) * place.high)}h0"
        for row, column in enumerate(grid.heads)
    )
    return dots("".join(places), max(4.0, 0.9 * place.high))


def framed(place: Frame, column: int, row: int) -> str:
    """A frame within a cell."""
    at = f'x="{place.left + column * place.wide + 1}" y="{place.top + row * place.high + 1}"'
    return f'<rect class="tnb-here" {at} width="{place.wide - 2}" height="{place.high - 2}" rx="4"/>'


def dots(path: str, size: float) -> str:
    """Round dots, with a halo that parts them from any color."""
    return (
        f'<path class="tnb-halo" stroke-width="{number(size + 2.4)}" d="{path}"/>'
        f'<path class="tnb-dot" stroke-width="{number(size)}" d="{path}"/>'
    )


def scales(grid: Grid, place: Frame) -> Iterator[str]:
    """Steps at the left, and addresses above."""
    every = nice(1 if place.letters else 26 / place.high)
    last = len(grid.steps) - 1
    for row, step in enumerate(grid.steps):
        if row == last or (row % every == 0 and (place.letters or (last - row) * place.high > 16)):
            yield text(f"{step:,}", place.left - 7, place.high * (row + 0.5) + 4, "tnb-muted tnb-end")
    high = grid.low + grid.columns * grid.width
    longest = max(len(str(grid.low)), len(str(high)))
    every = nice((longest * LETTER * SIZE + 12) / place.wide * grid.width)
    for address in range(-(-grid.low // every) * every, high, every):
        x = place.left + ((address - grid.low) // grid.width + 0.5) * place.wide
        yield text(str(address), x, -6, "tnb-muted tnb-middle")


def nice(least: float) -> int:
    """The least of 1, 2, 5, 10, 20, 50, … that is no less."""
    tens = 1
    while 5 * tens < least:
        tens *= 10
    return next(times * tens for times in (1, 2, 5) if times * tens >= least)


def legend(grid: Grid, room: float) -> list[list[str]]:
    """The symbols' looks and the head's, in lines."""
    lines: list[list[str]] = [[]]
    x = 0.0
    for words, look in keys(grid):
        width = 26 + columns(words) * LETTER * SIZE
        if lines[-1] and x + width > room:
            lines.append([])
            x = 0
        lines[-1].append(f'<g transform="translate({number(x)} 0)">{look}{text(words, 23, 11)}</g>')
        x += width + 18
    return lines


def keys(grid: Grid) -> Iterator[tuple[str, str]]:
    """What the legend explains: words, and how it looks."""
    place = Frame(0, 0, 17, 14, False)
    edge = f'<path class="tnb-lines" d="{place.box(0, 0)}"/>'
    yield f"{sign(grid.symbols[0])} (blank)", edge
    for code, symbol in enumerate(grid.symbols[1 : NAMED + 1], 1):
        yield sign(symbol), painted(look(code, grid), [(0, 0, 1)], place) + edge
    if len(grid.symbols) > NAMED + 1:
        yield f"and {len(grid.symbols) - NAMED - 1} more symbols", edge
    yield "head", dots("M8.5 7h0", 8)


def sign(symbol: str) -> str:
    """A symbol as it is shown."""
    return shortened(visible(symbol), 6)


def text(words: str, x: float, y: float, kind: str = "") -> str:
    """Words, escaped, from x on the line y; ``kind`` is a class."""
    look = f' class="{kind}"' if kind else ""
    return f'<text{look} x="{number(x)}" y="{number(y)}">{escape(words)}</text>'
