"""What all tests share: notebooks made on the spot, and no skips in CI but for want of a GPU."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

MakeNotebook = Callable[..., Path]

PARAMETERS = """
scale = "demo"  # smoke, demo or full
seed = 0  # of every random stream
rate = 0.5  # learning rate
lengths = [5, 10]  # digits
verbose = False  # say more
"""


@pytest.fixture(scope="session", autouse=True)
def heed_ctrl_c() -> None:
    """A shell's background job begins with SIGINT ignored; the tests of Ctrl-C need it heard."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """A module's small models run fastest on one thread, and leave the other processors alone."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def make_notebook(tmp_path: Path) -> MakeNotebook:
    """A function that writes `notebooks/<stem>.ipynb` with a parameters cell and further code cells."""
    folder = tmp_path / "notebooks"
    folder.mkdir()

    def make(stem: str, *sources: str) -> Path:
        parameters = nbformat.v4.new_code_cell(PARAMETERS.strip(), metadata={"tags": ["parameters"]})
        cells = [nbformat.v4.new_markdown_cell(f"# {stem}"), parameters]
        cells += [nbformat.v4.new_code_cell(source) for source in sources]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = folder / f"{stem}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        return path

    return make


class StrictSkips:
    """Fails a CI run in which a test was skipped for another reason than a missing GPU."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and "gpu" not in report.keywords:
            self.skipped.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for name in self.skipped:
            terminalreporter.write_line(f"skipped in CI, where nothing may be: {name}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("CI"):
        config.pluginmanager.register(StrictSkips())
