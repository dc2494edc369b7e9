"""A machine's run in one picture: a row of cells for each step, from top to bottom, as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from tailnb.machines.counted import counted
from tailnb.machines.picture import Picture, picture, visible
from tailnb.machines.running import Run, run
from tailnb.machines.space_time.drawing import STYLE, draw
from tailnb.machines.space_time.grid import Grid, grid
from tailnb.machines.turing_machine import TuringMachine

KIND = "tnb-space-time"
MARGIN = 14  # pixels around everything
SHOWN = 200  # symbols of the last tape that the description holds


def space_time(machine: TuringMachine, word: Sequence[str], max_steps: int) -> Picture:
    """The tape over time; a long run or a wide tape is sampled, and the picture says how.

    ``word`` holds the symbols on the tape. Each symbol has its letter, or where cells are small a color
    with stripes of its own, which the legend names; a frame or a dot marks the head.
    """
    end = run(machine, word, max_steps)
    shown = grid(machine, word, end.steps)
    words = [*sampling(shown), ended(end)]
    parts, (left, top, right, bottom) = draw(shown, words)
    view = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
    summary = (
        f"space-time diagram of {visible(machine.name or 'a machine', ' ')}: {counted(end.steps, 'step')}"
    )
    return picture(KIND, STYLE, view, parts, summary, " ".join([*words, left_over(end)]))


def sampling(shown: Grid) -> list[str]:
    """What is left out, in words."""
    said = []
    if shown.stride > 1:
        said.append(f"A row for every {shown.stride:,} steps, and for the last one.")
    if shown.width > 1:
        said.append(f"A column for every {shown.width:,} cells, with their commonest symbol but for blanks.")
    return said


def ended(end: Run) -> str:
    """How the run ended, in words."""
    how = "Not at its end" if end.outcome == "step_limit" else "Halted"
    return f"{how} after {counted(end.steps, 'step')}: {visible(end.reason, ' ')}."


def left_over(end: Run) -> str:
    """The tape at the end, in words."""
    symbols = end.tape.stretch()
    more = f" and {len(symbols) - SHOWN:,} more cells" if len(symbols) > SHOWN else ""
    return f"On the tape at the end: {' '.join(map(visible, symbols[:SHOWN])) or 'nothing'}{more}."
