"""Spelling, American: every word of the prose is in a dictionary or in `words.txt`, the project's own."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest
from spylls.hunspell import Dictionary

from tailnb.exercises import exercises

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
SOURCES = sorted(
    path for folder in ("tailnb", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
# spylls leaves the dictionary's files to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
OWN = (ROOT / "tests" / "words.txt").read_text(encoding="utf-8").split()
WORD = re.compile(r"[A-Za-zÀ-ž]+(?:['’][A-Za-zÀ-ž]+)*")
NO_PROSE = [
    r"(?s)```.*?```",  # blocks of code
    r"``?[^`]+``?",  # and spans
    r"https?://\S+",
    r"\]\([^)]*\)",  # where a link leads
    r"<[^>\n]+>",
    r"&\w+;",
    r"(?m)^\s*(>>>|\.\.\.) .*$",  # examples
    r"\S*\w[_=./\\]\w\S*",  # names and paths
    r"\w*\d\w*",
]


def notebook_prose(path: Path) -> str:
    """Its Markdown, and the comments in its code."""
    cells = nbformat.read(path, as_version=4).cells
    comments = re.findall(r"(?m)(?:^|  )(# .*)$", "\n".join(c.source for c in cells if c.cell_type == "code"))
    return "\n\n".join([*(c.source for c in cells if c.cell_type == "markdown"), *comments])


def source_prose(path: Path) -> str:
    """Its docstrings and comments."""
    source = path.read_text(encoding="utf-8")
    holders = [
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
    ]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return "\n\n".join([*(ast.get_docstring(one) or "" for one in holders), *comments])


def words(prose: str) -> Iterator[str]:
    """The words of a text; those with a capital inside are names, not words."""
    prose = prose.replace("**", "")  # **S**hort is one word
    for pattern in NO_PROSE:
        prose = re.sub(pattern, " ", prose)
    for word in WORD.findall(prose):
        plain = re.sub("['’]s$", "", word)
        if len(plain) > 1 and plain[1:] == plain[1:].lower():
            yield plain.replace("’", "'")


@pytest.fixture(scope="module")
def known() -> Callable[[str], bool]:
    """Whether a word is in Hunspell's American dictionary, which comes with spylls."""
    dictionary = Dictionary.from_files("en_US")
    return cache(dictionary.lookup)


def unknown(prose: str, known: Callable[[str], bool]) -> set[str]:
    return {word for word in words(prose) if word.lower() not in OWN and not known(word)}


def everything() -> Iterator[tuple[str, str]]:
    """Each page, notebook, exercise and source by its name, and its prose."""
    for path in [*PAGES, *NOTEBOOKS, *SOURCES]:
        read = {".ipynb": notebook_prose, ".py": source_prose}.get(path.suffix, Path.read_text)
        yield str(path.relative_to(ROOT)), read(path)
    for one in exercises():
        yield one.name, "\n\n".join((one.title, one.spec, one.hint))


def test_every_word_is_spelled_right(known):
    found = {name: unknown(prose, known) for name, prose in everything()}
    wrong = {name: sorted(some) for name, some in found.items() if some}
    assert not wrong, "mend these words, or add them to tests/words.txt"


def test_our_own_words_are_used_and_not_in_the_dictionary(known):
    used = {word.lower() for _, prose in everything() for word in words(prose)}
    assert not set(OWN) - used
    assert not [word for word in OWN if known(word)]
    assert sorted(set(OWN)) == OWN


def test_a_wrong_word_is_found(known):
    prose = "The neighbour zzaps `xyz` color, see <xyz> and [it](http://a.example/xyz), JSON, f_xyz, It's."
    assert unknown(prose, known) == {"neighbour", "zzaps"}
