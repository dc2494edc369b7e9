"""The site to read: what is on its pages, what is executed again, and how it looks in Chromium."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import browser
import nbformat
import pytest
from markup import EVIL, Tags

from tailnb.cli import main
from tailnb.runner.execute import Outcome
from tailnb.runner.notebooks import find_notebooks
from tailnb.site import executed, pages
from tailnb.site.fetching import SiteError
from tailnb.site.formula import mathml
from tailnb.site.opening import opening
from tailnb.site.pages import MARK, build_pages
from tailnb.site.prose import Prose, Shown

FIRST = """# 00 · First & <b>

**What is *this*?**

You will learn

- one thing, which is told
  on two lines;
- another.

**Before you start:** [09](09_none.ipynb), and more.

**Time:** 3 minutes.

## A part

See [01 · Second](01_second.ipynb), and [nothing](09_none.ipynb#there).
"""
SECOND = "## A part\n\n| | b |\n|---|---|\n| 1 | 2 |\n\n## A part\n\n$p_1 = \\frac{1}{2}$"
WIDE = "x" * 300
HOSTILE = f"""
from IPython.display import SVG, Markdown, display
display({EVIL!r}, Markdown("# shown\\n\\n<details><summary>Hint</summary>look</details>"))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" width="900" height="9"><script>alert(1)</script></svg>'))
print({EVIL!r}, {WIDE!r})
for done in range(3):
    print(f"\\r{{done}} of 2", end="")
"""


def write(path: Path, text: str, *sources: str) -> Path:
    """A notebook with a text, a cell for Colab, one of parameters and others."""
    new = nbformat.v4.new_code_cell
    cells = [nbformat.v4.new_markdown_cell(text), new("'on Colab'", metadata={"tags": ["colab"]})]
    cells += [new('scale = "demo"  # how much', metadata={"tags": ["parameters"]}), *map(new, sources)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Path]:
    """Two small notebooks, the first of them hostile, and the folder where they ran."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "notebooks").mkdir()
    first = write(folder / "notebooks" / "00_first.ipynb", FIRST, HOSTILE)
    second = write(folder / "notebooks" / "01_second.ipynb", f"# 01 · Second\n\n{SECOND}", "scale", "1 + 1")
    build_pages([first, second], folder / "site", "smoke", folder / "runs")
    return [first, second], folder / "runs"


@pytest.fixture
def notebooks(small, monkeypatch) -> list[Path]:
    """The small notebooks, which are not executed again."""
    paths, runs = small
    monkeypatch.setattr(pages, "executed", lambda path, *_: runs / path.name)
    return paths


def test_the_pages_of_small_notebooks(notebooks, tmp_path):
    site = build_pages(notebooks, tmp_path / "site", "smoke")
    names = {path.name for path in site.iterdir()}
    stems = ("00_first", "01_second")
    assert names == {MARK, "index.html", *(f"{one}.{end}" for one in stems for end in ("html", "ipynb"))}
    assert (site / "00_first.ipynb").read_bytes() == notebooks[0].read_bytes()
    index, first, second = ((site / f"{name}.html").read_text() for name in ("index", *stems))
    assert index.index("00 · First &amp; &lt;b&gt;") < index.index("01 · Second")
    assert "<li>one thing, which is told on two lines;</li><li>another.</li>" in index
    assert "09, and more." in index
    assert 'rel="next" href="01_second.html"' in first
    assert 'rel="prev" href' not in first
    assert 'rel="prev" href="00_first.html"' in second
    assert 'rel="next" href' not in second
    assert '<a href="01_second.html">01 · Second</a>, and nothing.' in first
    for page in (first, second):
        assert "on Colab" not in page
        assert Tags(page).text.count('scale = "smoke"  # how much') == 1
        assert "demo" not in page


def test_what_a_notebook_prints_stays_text(notebooks, tmp_path):
    page = (build_pages(notebooks[:1], tmp_path / "site", "smoke") / "00_first.html").read_text()
    assert EVIL not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 2
    assert "<script>alert" not in page
    assert "2 of 2" in page
    assert "1 of 2" not in page


def test_headings_have_places_of_their_own(tmp_path):
    prose = Prose(tmp_path)
    html = prose.html(SECOND)
    assert prose.sections == [("a-part", "A part"), ("a-part-2", "A part")]
    assert '<h2 id="a-part-2">A part</h2>' in html
    assert '<div class="scroll"><table>' in html
    assert "<th></th>" not in html  # a corner names nothing
    assert "<msub>" in html
    assert "<h1" not in Shown(tmp_path).html("# Shown")


def test_what_is_folded_stays_folded(tmp_path):
    html = Shown(tmp_path).html("<details><summary>Hint</summary>\n\nLook **up**.\n\n</details>\n\nThen")
    inside = re.search(r"<details><summary>Hint</summary>(.*)</details>", html, re.DOTALL)
    assert inside
    assert inside[1].strip() == "<p>Look <strong>up</strong>.</p>"


def test_a_picture_is_inside_the_page_and_one_elsewhere_is_its_words(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    made = Prose(tmp_path).html("![inside](a.svg) [![badge](https://example.org/a.svg)](https://example.org)")
    assert re.search(r'<img src="data:[^"]*" alt="inside"', made)
    assert '<a href="https://example.org">badge</a>' in made


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\sqrt{2n}", "<msqrt><mrow><mn>2</mn><mi>n</mi></mrow></msqrt>"),
        (r"a_i^2", "<msubsup><mi>a</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (r"1.96 \pm \sigma", "<mn>1.96</mn><mo>±</mo><mi>σ</mi>"),
        ("a<b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    ],
)
def test_formulas(tex, expected):
    assert mathml(tex) == f"<math>{expected}</math>"
    assert mathml(tex, display=True) == f'<math display="block">{expected}</math>'


@pytest.mark.parametrize(
    "tex", [r"\unknown{x}", r"{a", "a}", r"\frac{1}", "x^", "^2", r"a\,b", r"\begin{array}<b>\end{array}"]
)
def test_a_formula_that_is_not_known_is_shown_as_it_is(tex):
    assert mathml(tex) == f"<code>{tex.replace('<', '&lt;').replace('>', '&gt;')}</code>"


def test_every_formula_of_the_exercises_is_known():
    from tailnb.exercises import exercises

    formulas = [found for one in exercises() for found in re.findall(r"\$+([^$]+)\$+", one.spec + one.hint)]
    assert formulas
    assert not [tex for tex in formulas if mathml(tex).startswith("<code>")]


def test_every_notebook_tells_what_the_first_page_shows():
    for path in find_notebooks().values():
        one = opening(path)
        assert one.title.startswith(path.stem[:2])
        assert one.question.endswith("?")
        assert len(one.aims) >= 2
        assert one.before
        assert "minutes" in one.time


def test_a_notebook_that_says_nothing_of_itself_goes_by_its_name(tmp_path, monkeypatch):
    path = write(tmp_path / "mine.ipynb", "hello")
    monkeypatch.setattr(pages, "executed", lambda path, *_: path)
    assert opening(path).title == "mine"
    site = build_pages([path], tmp_path / "site", "smoke")
    assert '<h2><a href="mine.html">mine</a></h2>' in (site / "index.html").read_text()


def test_a_notebook_that_fails_is_named_and_the_earlier_site_stays(notebooks, tmp_path, monkeypatch):
    site = build_pages(notebooks, tmp_path / "site", "smoke")
    before = {path.name: path.read_bytes() for path in site.iterdir()}
    broken = write(tmp_path / "02_broken.ipynb", "# 02", "1 + 1", "1 / 0")
    monkeypatch.setattr(pages, "executed", executed.executed)
    with pytest.raises(SiteError, match=r"02_broken failed in cell \[5\] `1 / 0`: ZeroDivisionError"):
        build_pages([broken], site, "smoke")
    assert {path.name: path.read_bytes() for path in site.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["02_broken.ipynb", "site"]


def test_a_build_that_is_interrupted_leaves_the_earlier_site(notebooks, tmp_path, monkeypatch):
    site = build_pages(notebooks, tmp_path / "site", "smoke")
    before = (site / "index.html").read_bytes()
    monkeypatch.setattr(pages, "_page", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_pages(notebooks, site, "smoke")
    assert (site / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def interrupted(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_folder_of_something_else_is_refused_before_anything_runs(notebooks, tmp_path, monkeypatch):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.txt").write_text("mine")
    monkeypatch.setattr(pages, "executed", lambda *_: pytest.fail("a notebook was executed"))
    for folder in (tmp_path / "thesis", tmp_path / "thesis" / "thesis.txt"):
        with pytest.raises(SiteError, match="something else than an earlier site"):
            build_pages(notebooks, folder, "smoke")
    assert (tmp_path / "thesis" / "thesis.txt").read_text() == "mine"


def test_only_what_is_not_of_today_is_executed_again(tmp_path, monkeypatch):
    ran: list[str] = []

    def execute_one(path: Path, out: Path, values: dict[str, Any], *_: Any) -> Outcome:
        ran.append(path.stem)
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["papermill"] = {"parameters": values}
        out.mkdir(exist_ok=True)
        nbformat.write(notebook, out / path.name)
        return Outcome(path.stem, out / path.name, 1, 1.0, None)

    def built(scale: str) -> list[str]:
        ran.clear()
        build_pages(paths, tmp_path / "site", scale, runs)
        return list(ran)

    monkeypatch.setattr(executed, "execute_one", execute_one)
    monkeypatch.setattr(executed, "PACKAGE", tmp_path / "package")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").touch()
    runs, hour = tmp_path / "runs", time.time() - 3600
    paths = [write(tmp_path / f"{name}.ipynb", f"# {name}") for name in ("00_a", "01_b")]
    for path in (*paths, tmp_path / "package" / "module.py"):
        os.utime(path, (hour, hour))
    assert built("smoke") == ["00_a", "01_b"]
    assert built("smoke") == []
    assert built("demo") == ["00_a", "01_b"]
    os.utime(runs / "01_b.ipynb", (hour - 1, hour - 1))  # older than the notebook
    assert built("demo") == ["01_b"]
    (runs / "00_a.ipynb").write_text("no notebook")
    assert built("demo") == ["00_a"]
    later = time.time() + 60
    os.utime(tmp_path / "package" / "module.py", (later, later))
    assert built("demo") == ["00_a", "01_b"]


def test_the_command_says_where_the_site_begins(tmp_path, monkeypatch, capsys):
    (tmp_path / "notebooks").mkdir()
    write(tmp_path / "notebooks" / "00_a.ipynb", "# 00", "scale")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["site", "pages", "out", "--scale", "smoke"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.splitlines()[-1] == "the site begins at out/index.html"
    assert "'smoke'" in Tags((tmp_path / "out" / "00_a.html").read_text()).text
    assert (tmp_path / "runs" / "smoke" / "00_a.ipynb").exists()


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (SiteError("00_a failed in cell [3]"), 1, "tailnb: 00_a failed in cell [3]"),
        (KeyboardInterrupt(), 130, "tailnb: stopped by Ctrl-C; an earlier site is as it was"),
    ],
)
def test_the_command_says_in_a_line_why_there_is_no_site(tmp_path, monkeypatch, capsys, raised, code, said):
    def fails(*_: Any) -> None:
        raise raised

    (tmp_path / "notebooks").mkdir()
    write(tmp_path / "notebooks" / "00_a.ipynb", "# 00")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pages, "executed", fails)
    with pytest.raises(SystemExit) as ended:
        main(["site", "pages", "--scale", "smoke"])
    assert ended.value.code == code
    assert capsys.readouterr().err.splitlines() == [said]
    assert not (tmp_path / "runs" / "pages").exists()


class Links(HTMLParser):
    """A page's links and the places in it."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in ("a", "link") and not (named["href"] or "").startswith("data:"):
            self.links.append(named["href"] or "")
        if tag == "img":
            self.pictures.append(named)
        if named.get("id"):
            self.places.append(named["id"] or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the first two notebooks, at smoke."""
    browser.module("playwright.sync_api")
    browser.chromium_path()
    return build_pages(
        list(find_notebooks().values())[:2], tmp_path_factory.mktemp("pages") / "site", "smoke"
    )


@pytest.fixture
def page() -> Iterator[Any]:
    """A page whose errors and requests are written down."""
    with browser.browser_page() as page:
        page.said, page.asked = [], []
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("request", lambda request: page.asked.append(request.url))
        yield page


def urls(site: Path) -> list[str]:
    return [path.as_uri() for path in sorted(site.glob("*.html"))]


def outside(page: Any, site: Path) -> list[str]:
    """What was asked that is neither of the site nor inside a page."""
    return [url for url in page.asked if not url.startswith((site.as_uri(), "data:"))]


@pytest.mark.slow
@pytest.mark.browser
def test_every_link_leads_somewhere_and_every_picture_has_words(site):
    found = {path.name: Links(path) for path in site.glob("*.html")}
    for name, one in found.items():
        assert len(set(one.places)) == len(one.places)
        for link in one.links:
            if link.startswith("https://"):
                continue
            target, _, place = unquote(link).partition("#")
            assert (site / (target or name)).is_file(), link
            assert not place or place in found[target or name].places, link
        assert all(picture["alt"] and (picture["src"] or "").startswith("data:") for picture in one.pictures)
    assert sum(len(one.pictures) for one in found.values()) > 8
    assert sum(len(one.links) for one in found.values()) > 30


@pytest.mark.slow
@pytest.mark.browser
def test_a_reader_goes_from_the_first_page_to_the_last(site, page):
    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="00 · Start here").click()
    turns = page.get_by_role("navigation", name="Other notebooks")
    turns.get_by_role("link", name="Next").click()
    page.get_by_role("heading", level=1, name="01 · Turing machines").wait_for()
    assert turns.get_by_role("link", name="Next").count() == 0
    exercise = page.locator(".exercise").first
    hint = exercise.locator("details p").first
    assert not hint.is_visible()
    exercise.locator("summary").click()
    assert hint.is_visible()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="9. Busy beavers").click()
    assert (
        page.get_by_role("heading", name="9. Busy beavers").evaluate("e => e.getBoundingClientRect().top")
        < 99
    )
    turns.get_by_role("link", name="Previous").click()
    page.get_by_role("heading", level=1, name="00 · Start here").wait_for()
    assert not page.said
    assert not outside(page, site)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_fits_a_phone_and_its_wide_outputs_scroll(site, page, theme):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 390, "height": 844})
    for url in urls(site):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, url
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (int(re.findall(r"\d+", ground)[0]) > 128) == (theme == "light")
    page.goto((site / "00_start_here.html").as_uri())
    page.locator(".scroll[tabindex='0']:has(table)").first.focus()
    page.keyboard.press("ArrowRight")
    for _ in range(100):  # wait_for_function would need a script that the page's policy forbids
        if page.evaluate("document.activeElement.scrollLeft"):
            break
        page.wait_for_timeout(50)
    assert page.evaluate("document.activeElement.scrollLeft") > 0
    assert not page.said
    assert not outside(page, site)


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_hostile_runs_or_is_fetched(notebooks, page, tmp_path):
    made = build_pages(notebooks, tmp_path / "site", "smoke")
    path = made / "00_first.html"
    bad_url, refused = "https://example.org/a.png", set()
    page.on("requestfailed", lambda request: refused.add((request.url, request.failure)))
    bad = "<script>document.title = 'bad'</script><img src=x onerror=\"document.title = 'bad'\">"
    path.write_text(path.read_text().replace("</main>", f"{bad}<img src='{bad_url}'></main>"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path.as_uri())
    assert page.title() == "00 · First & <b> – tailnb"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.said
    assert all("Content Security Policy" in line for line in page.said)
    assert refused == {(bad_url, "csp"), ((made / "x").as_uri(), "csp")}
