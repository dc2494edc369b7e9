"""A machine's run in one picture: a row of cells for each step, from top to bottom, as SVG."""

from __future__ import annotations

from tailnb.machines.history import History
from tailnb.machines.picture import Picture, picture, visible
from tailnb.machines.space_time.drawing import STYLE, draw
from tailnb.machines.space_time.grid import Grid, grid

KIND = "tnb-space-time"
MARGIN = 14  # pixels around everything
SHOWN = 200  # letters of the last tape that the description holds


def space_time(history: History) -> Picture:
    """The tape over time; a long run or a wide tape is sampled, and the picture says how.

    Each symbol has a letter, or else a colour with stripes of its own, which the legend names; a frame or a
    dot marks the head.
    """
    shown = grid(history)
    words = [*sampling(shown), ended(history)]
    parts, (left, top, right, bottom) = draw(shown, words)
    view = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
    name = visible(history.machine.name or "a machine", " ")
    summary = f"space-time diagram of {name}: {history.steps:,} steps"
    tape = history[-1].tape
    last = "".join(visible(symbol) for symbol in tape.values())
    last = last if len(last) <= SHOWN else f"{last[:SHOWN]}…"
    description = " ".join([*words, f"Symbols on the tape at the end: {last or 'none'}."])
    return picture(KIND, STYLE, view, parts, summary, description)


def sampling(shown: Grid) -> list[str]:
    """What is left out, in words."""
    said = []
    if shown.stride > 1:
        said.append(f"A row for every {shown.stride:,} steps, and for the last one.")
    if shown.width > 1:
        said.append(f"A column for every {shown.width:,} cells, with their commonest symbol but for blanks.")
    return said


def ended(history: History) -> str:
    """How the run ended, in words."""
    reason = visible(history.reason, " ")
    how = "Halted" if history.outcome != "step_limit" else "Not at its end"
    return f"{how} after {history.steps:,} steps: {reason}."
