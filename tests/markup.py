"""HTML in tests: what is hostile in it, what survives JupyterLab's sanitizer, and which tags are there."""

from html.parser import HTMLParser

EVIL = "<img src=x onerror=alert(1)>"
SURVIVORS = {"details", "summary", "table", "thead", "tbody", "tr", "th", "td", "span"}


class Tags(HTMLParser):
    """The names of the tags, the attributes and the text of an HTML document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data
