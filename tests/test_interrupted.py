"""What takes long in a notebook is interrupted in the middle, run again, and ends as if nothing had been.

Fine-tuning is in `test_finetune.py`, sweeps are in `test_sweep.py`.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import nbformat
import pytest

import tailnb
from tailnb.dataset import write_dataset
from tailnb.evaluation.lengths import growth, lengths
from tailnb.evaluation.run import evaluate_writer
from tailnb.machines import TuringMachine, machine
from tailnb.models import nano
from tailnb.models.nano.whole import whole
from tailnb.models.writers.nano import NanoWriter

ROOT = Path(__file__).parents[1]
PACKAGE = Path(tailnb.__file__).parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TINY = nano.Recipe(tasks=("compare_numbers",), steps=3, tokens=64, average=0.9)
LOOP = TuringMachine({("q", "_"): ("q", "x", "R"), ("q", "x"): ("q", "_", "L")}, "q")

pytestmark = pytest.mark.usefixtures("one_thread")

Run = Callable[[], object]


def training(folder: Path) -> Run:
    """As the cell does: a loop over what another cell made, and a checkpoint from time to time."""
    run = nano.Training(TINY, folder)

    def train() -> object:
        for progress in run:
            if progress.step == 2:
                run.save()
        return [weight.tolist() for weight in run.nano().model.parameters()]

    return train


def evaluation(folder: Path) -> Run:
    writer = NanoWriter(nano.load("nano-tail"))

    def evaluate() -> object:
        rows = evaluate_writer(writer, "compare_numbers", "S", 3, folder=folder)
        return [(row.range, row.n, row.correct, row.trace_correct, row.errors, row.tokens) for row in rows]

    return evaluate


def synthesis(folder: Path) -> Run:
    def synthesize() -> object:
        made = write_dataset(["binary_search", "derangement"], folder, n=40, ratio="8:1:1", seed=1)
        return {path.name: path.read_bytes() for path in made.iterdir()}

    return synthesize


def runs(folder: Path) -> Run:
    kept = machine("palindrome")

    def look() -> object:
        history = kept.history("abba")
        return kept.run("abba"), list(history), LOOP.run(max_steps=2000), str(kept.space_time("abba"))

    return look


def measures(folder: Path) -> Run:
    return lambda: (growth("lcs", n=3), lengths("lcs", n=3))


JOBS = {
    "models/nano/training.py": training,
    "evaluation/": evaluation,
    "dataset/": synthesis,
    "machines/": runs,
    "tasks/": measures,
}


@contextmanager
def interrupted(part: str, at: int | None = None) -> Iterator[list[int]]:
    """Ctrl-C when the line of that number is run in a part of the package; counts the lines."""
    folder, lines = str(PACKAGE) + os.sep + part.replace("/", os.sep), [0]

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            lines[0] += 1
            if lines[0] == at:
                sys.settrace(None)
                signal.raise_signal(signal.SIGINT)
        return line

    def call(frame: FrameType, event: str, argument: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(folder) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        yield lines
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("part", JOBS)
def test_interrupted_anywhere_and_run_again_it_ends_the_same(part, tmp_path):
    run = JOBS[part](tmp_path / "whole")
    with interrupted(part) as lines:
        wanted = run()
    assert lines[0] > 100
    rng = Random(part)
    for round_ in range(4):
        run = JOBS[part](tmp_path / str(round_))
        with pytest.raises(KeyboardInterrupt), interrupted(part, rng.randrange(1, lines[0])):
            run()
        with suppress(KeyboardInterrupt), interrupted(part, rng.randrange(1, lines[0])):
            run()  # less may be left to do
        assert run() == wanted


def test_an_interrupt_waits_for_the_end_of_a_block():
    done = []

    def interrupt() -> None:
        with whole():
            signal.raise_signal(signal.SIGINT)
            done.append("the rest")

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert done
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with ThreadPoolExecutor() as threads:
        assert threads.submit(in_a_thread).result() == "not a main thread's affair"


def in_a_thread() -> str:
    with whole():
        return "not a main thread's affair"


LONG = re.compile(
    r"nano\.Training\(|[^n]growth\(|lengths\(|evaluate_writer\(|\.evaluate\(|\.train\(|write_dataset\("
)
# Cells that make something for the next, or look at some ten things: no bar for a second's work.
SHORT = {
    *(
        "live-setup",
        "train-setup",
        "write-small",
        "options-same",
        "kill-run",
        "kill-mixed",
        "card-parquet-size",
    ),
    *("orders-drawn", "orders-table", "own-lengths", "own-evaluate"),
}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_takes_long_has_a_progress_bar(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    found = [cell for cell in cells if LONG.search(cell.source) and cell.id not in SHORT]
    assert not [cell.id for cell in found if "progress" not in cell.source]
