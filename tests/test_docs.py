"""The pages: links that work, commands and options that exist, examples that run, a valid citation."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import click
import nbformat
import pytest
import yaml
from external import LIST, page

import tailnb
from tailnb.cli import app
from tailnb.exercises import exercises
from tailnb.exercises._own_task import check_task_folder
from tailnb.runner.notebooks import choose, find_notebooks
from tailnb.runner.parameters import parameters
from tailnb.tasks import FOLDERS, every_task
from tailnb.tasks import _by_name as by_name

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")
IMAGE = re.compile(r"""(?:src|href)=["']([^"']+)["']""")
PLACEHOLDERS = ("NOTEBOOK", "TASK", "FILE", "DIR", "NAME", "VALUE", "SCALE")


def prose(path: Path) -> str:
    """The Markdown of a page or a notebook, without blocks of code."""
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8")
    return re.sub(r"(?s)```.*?```", "", text)


def anchors(path: Path) -> set[str]:
    """What a link into a page may name, as GitHub and as Jupyter make it of headings."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(path))
    github = {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}
    return github | {one.replace(" ", "-") for one in headings}


@pytest.mark.parametrize("path", PAGES + NOTEBOOKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_internal_links_work(path):
    text = prose(path)
    for target in [*LINK.findall(text), *IMAGE.findall(text)]:
        if re.match(r"(?i)[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), f"{path.name}: {target}"
        assert file.is_relative_to(ROOT), f"{path.name}: {target} leads out of the repository"
        if anchor:
            assert anchor in anchors(file), f"{path.name}: {target}"


def test_links_that_lead_elsewhere_are_listed():
    assert page() == LIST.read_text(encoding="utf-8"), "python tests/external.py lists them anew"


def commands(path: Path) -> Iterator[str]:
    """Every `tailnb …` in a page's blocks of code and in its running text."""
    text = path.read_text(encoding="utf-8")
    blocks = [line for block in re.findall(r"(?s)```\n(.*?)```", text) for line in block.splitlines()]
    spans = re.findall(r"`([^`]+)`", re.sub(r"(?s)```.*?```", "", text))
    for line in [*blocks, *(" ".join(span.split()) for span in spans)]:
        for part in line.split("&&"):
            if re.match(r"tailnb [a-z]", part.strip()):
                yield part.strip()


def context(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and what comes behind its name."""
    command: click.Command = app
    while isinstance(command, click.Group) and words:
        assert words[0] in command.commands, f"no command {words[0]!r}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_and_options_exist(path):
    for line in commands(path):
        command, words = context(shlex.split(line)[1:])
        known = {name for one in command.params for name in [*one.opts, *one.secondary_opts]}
        named = [word.partition("=")[0] for word in words if word.startswith("-")]
        assert set(named) <= known | {"-h", "--help"}, line


def test_there_are_commands_to_check():
    assert len([line for path in PAGES for line in commands(path)]) > 15


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_runs_name_notebooks_and_parameters_that_exist(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    for line in commands(path):
        words = shlex.split(line)
        if words[1] != "run" or len(words) < 3 or words[2].startswith("-") or words[2] in PLACEHOLDERS:
            continue
        (notebook,) = choose(find_notebooks(), [words[2]])
        named = [words[i + 1].partition("=")[0] for i, word in enumerate(words) if word in ("-p", "--sweep")]
        assert set(named) <= set(parameters(notebook)), line


def test_exercises_and_parameters_of_the_teaching_page_exist():
    text = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\d\d-[a-z-]+)`", text))
    assert len(named) > 5
    assert named <= {one.name for one in exercises()}
    table = text.partition("## Parameters worth varying")[2].partition("## ")[0]
    for number, cell in re.findall(r"(?m)^\| (\d\d) \| (.*?) \|", table):
        (notebook,) = choose(find_notebooks(), [number])
        assert set(re.findall(r"`(\w+)`", cell)) <= set(parameters(notebook)), number


def blocks(page: str) -> list[str]:
    return re.findall(r"(?s)```python\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"))


def module_of(source: str) -> ModuleType:
    made = ModuleType("example")
    exec(compile(source, "example", "exec"), made.__dict__)
    return made


def test_the_example_of_a_task_is_one(tmp_path, monkeypatch):
    source, reference = blocks("add_a_task.md")
    (tmp_path / "vowels.py").write_text(source, encoding="utf-8")
    monkeypatch.setenv(FOLDERS, "")
    try:
        assert check_task_folder(str(tmp_path)) is None
        task, example = tailnb.task("vowels"), module_of(reference)
        for index in range(50):
            problem = task.sample("S", seed=0, index=index)
            assert problem.answer == example.library(**problem.params)
        for bad in example.BAD:
            with pytest.raises(ValueError):
                task.problem(**dict(zip(task.module.PARAMS, bad, strict=True)))
    finally:
        monkeypatch.undo()
        sys.modules.pop("tailnb.tasks.vowels", None)
        by_name.cache_clear()
        every_task()


def test_the_example_of_a_machine_is_one():
    source, reference = blocks("add_a_machine.md")
    made, example = module_of(source), module_of(reference)
    for word, final, outcome, steps in made.EXAMPLES:
        run = made.MACHINE.run(word, max_steps=100)
        assert (run.word(), run.outcome, run.steps) == (final, outcome, steps)
        assert example.flip(word) == final


def test_the_tables_of_the_pages_name_what_files_have():
    page = (ROOT / "docs" / "add_a_task.md").read_text(encoding="utf-8")
    source = blocks("add_a_task.md")[0]
    rows = re.findall(r"(?m)^\| (`.+?) \| (.*?) \|$", page)
    needed = [name for names, what in rows if "optional" not in what for name in re.findall(r"`(\w+)", names)]
    assert len(needed) > 10
    assert all(re.search(rf"(?m)^(def )?{name}\b", source) for name in needed)


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == tailnb.__version__
    assert citation["authors"] == [{"name": "The tailnb authors"}]
    assert {"message", "title", "license"} <= set(citation)
    for reference in citation["references"]:
        assert {"type", "title", "authors"} <= set(reference)
    urls = [reference["url"] for reference in citation["references"]]
    assert [url.rpartition("/")[2] for url in urls] == ["2507.13332", "2407.03310"]
