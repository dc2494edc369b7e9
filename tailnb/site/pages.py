"""The site to read: executed notebooks as pages that need no server, no network and no kernel."""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from urllib.parse import quote

import nbformat
from rich.console import Console

from tailnb import __version__
from tailnb.site.contents import prepare
from tailnb.site.executed import executed
from tailnb.site.opening import Opening, opening
from tailnb.site.reading import body
from tailnb.site.replacing import refuse_other, replacing

HERE = Path(__file__).parent / "templates"
MARK = ".tailnb-pages"  # what tells an earlier site from any other folder
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" '
    'fill="#0b57d0"/><path d="M3 5h10v2H9v6H7V7H3z" fill="#fff"/></svg>'
)


def build_pages(
    notebooks: Sequence[Path],
    out: Path,
    scale: str = "demo",
    runs: Path | None = None,
    console: Console | None = None,
) -> Path:
    """Build the site into a folder, in place of an earlier one; returns the folder.

    notebooks: in the order of reading. scale: they are executed at. runs: where executed ones are kept, and
    taken from while nothing is newer; without it, all are executed. console: told what is executed.
    Raises SiteError where a notebook fails, or `out` is something else; an earlier site then stays as it is.
    """
    refuse_other(out, MARK)
    with TemporaryDirectory() as scratch:
        runs, console = runs or Path(scratch), console or Console(quiet=True)
        copies = [executed(path, scale, runs, console) for path in notebooks]
        told = [opening(path) for path in notebooks]
        with replacing(out, MARK) as site:
            (site / MARK).touch()
            (site / "index.html").write_text(_index(told, scale), encoding="utf-8")
            for place, path in enumerate(notebooks):
                shutil.copy(path, site / path.name)
                page = _page(path, copies[place], told, place, scale)
                (site / f"{path.stem}.html").write_text(page, encoding="utf-8")
    return out


def _index(told: Sequence[Opening], scale: str) -> str:
    """The first page: what there is to read, in which order."""
    items = "\n".join(map(_entry, told))
    content = _template("index.html").substitute(items=items, scale=scale, version=__version__)
    return _framed("tailnb", "Notebooks on Turing machines and chains of thought, to read", "", content)


def _entry(one: Opening) -> str:
    """A notebook in the first page's list; what it does not tell is left out."""
    aims = "".join(f"<li>{escape(aim)}</li>" for aim in one.aims)
    needs = (("Before you start:", one.before), ("Time:", one.time))
    lines = "".join(f"<span>{words} {escape(text)}</span>" for words, text in needs if text)
    return _template("entry.html").substitute(
        page=quote(f"{one.stem}.html"),
        title=escape(one.title),
        question=escape(one.question),
        aims=f'<p class="learn">You will learn</p><ul class="aims">{aims}</ul>' if aims else "",
        needs=f'<p class="needs">{lines}</p>' if lines else "",
    )


def _page(source: Path, copy: Path, told: Sequence[Opening], place: int, scale: str) -> str:
    """A notebook's page, with the way to those before and after it. source: its file. copy: as it ran."""
    notebook = nbformat.read(copy, as_version=4)
    prepare(notebook, {one.stem for one in told}, scale, "html")
    cells, sections = body(notebook, source.parent)
    me = told[place]
    before = told[place - 1] if place else None
    after = told[place + 1] if place + 1 < len(told) else None
    content = _template("notebook.html").substitute(
        first=cells[0] if cells else "",
        rest="\n".join(cells[1:]),
        sections="\n".join(f'<li><a href="#{quote(one)}">{html}</a></li>' for one, html in sections),
        source=quote(source.name),
        scale=scale,
        turns=_turn(before, "prev", "Previous") + _turn(after, "next", "Next"),
        version=__version__,
    )
    links = "".join(
        f'<link rel="{rel}" href="{quote(one.stem)}.html">\n'
        for rel, one in (("prev", before), ("next", after))
        if one
    )
    return _framed(f"{me.title} – tailnb", me.question, links, content)


def _turn(to: Opening | None, rel: str, words: str) -> str:
    """The link to another notebook; nothing for none."""
    if to is None:
        return ""
    href = quote(f"{to.stem}.html")
    return f'<a rel="{rel}" href="{href}"><small>{words}</small>{escape(to.title)}</a>\n'


def _framed(title: str, description: str, links: str, content: str) -> str:
    """A whole page. Its policy lets nothing in from elsewhere, and no script but the site's own."""
    script = (HERE / "pages.js").read_text(encoding="utf-8")
    return _template("page.html").substitute(
        title=escape(title),
        description=escape(description),
        icon=quote(ICON),
        links=links,
        style=(HERE / "pages.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
        content=content,
    )


def _template(name: str) -> Template:
    return Template((HERE / name).read_text(encoding="utf-8"))
