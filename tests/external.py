"""Links that lead elsewhere, and where they stand; `python tests/external.py` writes docs/links.md."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = ROOT / "docs" / "links.md"
READ = ("*.md", "CITATION.cff", "docs/*.md", "notebooks/**/*.ipynb", "tailnb/**/*.py")
URL = re.compile(r"https?://[^\s\"'<>)\]`\\{}]+[^\s\"'<>)\]`\\{}.,;:]")
# An example, a placeholder, or the name of a format, which nobody is to follow.
NOT_FOLLOWED = ("http://localhost", "http://www.w3.org/", "https://github.com/OWNER")
HEAD = """# Links that lead elsewhere

Made by `python tests/external.py`; a test says when it has to be made again. Links inside the project are
followed by the tests; these are not, for that would need the network.

| link | where it stands |
|---|---|
"""


def found() -> dict[str, list[str]]:
    """Every link to elsewhere, and the files that have it."""
    links = defaultdict(set)
    for pattern in READ:
        for path in ROOT.glob(pattern):
            if path == LIST:
                continue
            for url in URL.findall(text_of(path)):
                if not url.startswith(NOT_FOLLOWED):
                    links[url].add(path.relative_to(ROOT).as_posix())
    return {url: sorted(links[url]) for url in sorted(links)}


def text_of(path: Path) -> str:
    """Its text; of a notebook the cells' sources."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def page() -> str:
    """What docs/links.md has to be."""
    return HEAD + "".join(f"| <{url}> | {', '.join(paths)} |\n" for url, paths in found().items())


if __name__ == "__main__":
    LIST.write_text(page(), encoding="utf-8")
