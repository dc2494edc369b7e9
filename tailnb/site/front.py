"""The first page of the site in the browser: which notebooks there are, and what each asks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from tailnb.site.opening import opening

ITEM = '<li><a href="notebooks/index.html?path={path}">{title}</a><span>{question}</span></li>'


def front_page(notebooks: Sequence[Path], megabytes: int) -> str:
    """The page as HTML. megabytes: the size of Python and its packages, which the first start loads."""
    items = "\n".join(_item(path) for path in notebooks)
    page = Template((Path(__file__).parent / "front.html").read_text(encoding="utf-8"))
    return page.substitute(items=items, megabytes=megabytes)


def _item(path: Path) -> str:
    """A notebook's entry."""
    one = opening(path)
    return ITEM.format(path=escape(path.name), title=escape(one.title), question=escape(one.question))
