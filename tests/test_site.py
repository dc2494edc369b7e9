"""What sites are built of: pins, wheels, notebooks' copies, the first page, and clear errors."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import nbformat
import pytest
from jupyterlite_pyodide_kernel.constants import PYODIDE_PYTHON_VERSION, PYODIDE_VERSION

from tailnb import doctor
from tailnb.cli import main
from tailnb.site import fetching, pyodide
from tailnb.site.contents import write_contents
from tailnb.site.fetching import SiteError
from tailnb.site.front import front_page
from tailnb.site.lite import KERNEL, MARK, _keep_nulls
from tailnb.site.replacing import replacing
from tailnb.site.wheels import ANYWHERE, COMPILED, download, kept, versions, without

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "tailnb" / "site" / "browser.txt"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache."""
    monkeypatch.setattr(fetching, "cache", lambda: tmp_path)
    monkeypatch.setattr(pyodide, "cache", lambda: tmp_path)
    monkeypatch.setattr("tailnb.site.wheels.cache", lambda: tmp_path)
    return tmp_path


def test_every_package_has_one_pinned_version():
    tested, wanted = versions(ROOT / "constraints.txt"), versions(BROWSER)
    own = {name for name, version in wanted.items() if version}
    assert own == {"jsonschema", "micropip", "pyrsistent"}
    assert set(wanted) - own <= set(tested)
    assert set(COMPILED) <= set(tested)


def test_the_kernel_is_made_for_the_pinned_python():
    assert PYODIDE_VERSION == pyodide.VERSION
    assert ANYWHERE[-1] == PYODIDE_PYTHON_VERSION
    assert (
        f'jupyterlite-pyodide-kernel=={versions(ROOT / "constraints.txt")["jupyterlite-pyodide-kernel"]}"'
        in (ROOT / "pyproject.toml").read_text()
    )


def test_another_kernel_is_refused(cache, monkeypatch):
    monkeypatch.setattr(pyodide, "VERSION", "0.1")
    with pytest.raises(SiteError, match=rf"Pyodide {PYODIDE_VERSION}, not 0.1; install the pinned one"):
        pyodide.fetched()


def test_another_content_is_refused_and_removed(cache):
    package = cache / f"pyodide-{pyodide.VERSION}.tgz"
    package.write_bytes(b"not it")
    with pytest.raises(SiteError, match="not the package that was pinned"):
        pyodide.fetched()
    assert not package.exists()


def test_without_npm_it_says_where_npm_comes_from(cache, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SiteError, match=r"npm is not installed.*Node\.js"):
        pyodide.fetched()


def test_what_pip_cannot_fetch_is_named(cache, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(SiteError, match=r"fetching wheels by pip failed: ERROR: .*comm==0\.2\.3"):
        download({"comm": "0.2.3"})


def test_what_is_in_the_cache_is_not_fetched(cache, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    wheel = cache / "prompt_toolkit-3.0.53-py3-none-any.whl"
    wheel.touch()
    assert download({"prompt-toolkit": "3.0.53"}) == [wheel]
    assert kept("prompt-toolkit", "3.0.54", cache) is None


def test_a_wheel_without_its_compiled_parts(tmp_path):
    wheel = tmp_path / "PyYAML-6.0.3-cp311-cp311-linux_x86_64.whl"
    with ZipFile(wheel, "w") as made:
        made.writestr("yaml/__init__.py", "1")
        made.writestr("yaml/_yaml.cpython-311-x86_64-linux-gnu.so", "2")
    pure = without((".so",), wheel, tmp_path)
    assert pure.name == "PyYAML-6.0.3-py3-none-any.whl"
    assert ZipFile(pure).namelist() == ["yaml/__init__.py"]


def write_notebook(folder: Path, name: str, text: str) -> Path:
    """A notebook with that text, a parameters cell, one for Colab and another."""
    cells = [nbformat.v4.new_markdown_cell(text)]
    cells += [nbformat.v4.new_code_cell('scale = "demo"  # much', metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell("%pip install", metadata={"tags": ["colab"]})]
    cells += [nbformat.v4.new_code_cell('scale = "demo"')]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / name)
    return folder / name


def test_copies_have_a_small_scale_and_nothing_that_only_works_elsewhere(tmp_path):
    text = "[00](00_a.ipynb), [05 · Train](05_b.ipynb), [site](https://example.org)"
    write_contents([write_notebook(tmp_path, "00_a.ipynb", text)], tmp_path / "out")
    cells = nbformat.read(tmp_path / "out" / "00_a.ipynb", as_version=4).cells
    assert cells[0].source == "[00](00_a.ipynb), 05 · Train, [site](https://example.org)"
    assert [cell.source for cell in cells[1:]] == ['scale = "smoke"  # much', 'scale = "demo"']


def test_the_first_page_escapes_titles(tmp_path):
    path = write_notebook(tmp_path, "00_a.ipynb", "# <b>0</b>\n\n**What & why?**")
    page = front_page([path], 25)
    assert 'path=00_a.ipynb">&lt;b&gt;0&lt;/b&gt;</a><span>What &amp; why?</span>' in page
    assert "about 25 megabytes" in page


def test_an_earlier_site_stays_when_the_next_one_fails(tmp_path):
    out = tmp_path / "site"
    with replacing(out, MARK) as site:
        (site / MARK).write_text("first")

    def build_and_fail() -> None:
        with replacing(out, MARK) as site:
            (site / MARK).write_text("second")
            raise SiteError

    with pytest.raises(SiteError):
        build_and_fail()
    assert (out / MARK).read_text() == "first"
    with replacing(out, MARK) as site:
        (site / MARK).write_text("third")
    assert (out / MARK).read_text() == "third"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SiteError, match="something else"), replacing(tmp_path, MARK):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_command_says_in_one_line_what_is_missing(cache, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit) as caught:
        main(["site", "lite", "--out", str(tmp_path / "site")])
    assert caught.value.code == 1
    assert capsys.readouterr().err.startswith("tailnb: npm is not installed")
    assert not (tmp_path / "site").exists()


def test_only_the_script_that_is_known_is_mended(tmp_path):
    script = tmp_path / "extensions" / KERNEL / "static" / "1.js"
    script.parent.mkdir(parents=True)
    script.write_text("t[i]=r instanceof Map||r instanceof Array?this.mapToObject(r):r;return t")
    _keep_nulls(tmp_path)
    assert script.read_text().endswith("?this.mapToObject(r):r??null;return t")
    with pytest.raises(SiteError, match="install the pinned one"):
        _keep_nulls(tmp_path)


def test_the_doctor_knows_a_browser(monkeypatch):
    monkeypatch.setattr("sys.platform", "emscripten")
    assert doctor.packages("lab", doctor.LAB, False).found == "in a browser: enough for notebooks 00 to 04"
