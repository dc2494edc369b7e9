"""The site of `tailnb site lite`, in Chromium: notebooks run, and nothing is asked of any other host."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from typing import Any

import browser
import pytest

from tailnb.runner.notebooks import find_notebooks
from tailnb.site.commands import TORCH_FREE

# A notebook takes half a minute, and several where the machine is busy.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

NOTEBOOKS = [path for stem, path in find_notebooks().items() if stem.startswith(TORCH_FREE)]
# What Chromium itself asks for, whatever page it shows.
CHROMIUM = {"accounts.google.com:443", "content-autofill.googleapis.com:443", "update.googleapis.com:443"}
OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.model.toJSON()
    .cells.flatMap((cell) => (cell.outputs ?? []).map((output) => ({...output, cell: cell.id})))"""

ASK = """async (code) => {
    const {kernel} = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const future = kernel.requestExecute({code});
    let said = "";
    future.onIOPub = (message) => { said += message.content.text ?? ""; };
    await future.done;
    return said.trim();
}"""


class Server(ThreadingHTTPServer):
    """Serves a folder; as the browser's proxy it refuses, and writes down, what is asked of other hosts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.address = f"127.0.0.1:{self.server_address[1]}"
        self.refused: set[str] = set()

    def handle_error(self, *_: Any) -> None:
        """In silence: the browser hangs up when a page is left."""


class Handler(SimpleHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path.startswith("/"):
            super().do_GET()
        else:
            self.do_CONNECT()

    def do_CONNECT(self) -> None:
        self.server.refused.add(self.path)
        self.send_error(403)

    def log_message(self, *_: Any) -> None:
        """In silence."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site, built once; its application is let out for the tests to speak to."""
    browser.module("playwright.sync_api")
    browser.chromium_path()
    if not which("npm"):
        browser.missing("no npm")
    from tailnb.site.lite import MARK, build_lite

    folder = tmp_path_factory.mktemp("lite") / "site"
    build_lite(NOTEBOOKS, NOTEBOOKS[0].parents[1], folder)
    config = json.loads((folder / MARK).read_text())
    config["jupyter-config-data"]["exposeAppInBrowser"] = True
    (folder / MARK).write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[Server]:
    with Server(site) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def page(server: Server) -> Iterator[Any]:
    with browser.browser_page(f"--proxy-server={server.address}") as page:
        yield page


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_without_an_error_or_another_host(server: Server, page: Any, path: Path) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"http://{server.address}")
    page.get_by_role("link", name=path.stem[:2]).click()
    browser.run_notebook(page, page.url)
    outputs = page.evaluate(OUTPUTS)
    bad = [one for one in outputs if one["output_type"] == "error" or one.get("name") == "stderr"]
    assert not bad
    assert len(outputs) > 10
    assert not errors
    if path.stem.startswith("00"):
        step_through(page)
    assert server.refused <= CHROMIUM


def step_through(page: Any) -> None:
    """Click the player: the head moves, and the kernel knows; None arrives on both sides."""
    player = page.get_by_role("group", name="Tape player: increment").first
    assert player.locator("[data-head]").get_attribute("data-head") == "0"
    for place in ("1", "2"):
        player.locator("[data-action=forward]").click()
        player.locator(f"[data-head='{place}']").wait_for()
    wait_for_kernel(page, "player.index, player.configuration.head", "2 2")
    panel = player.locator("[data-role=breakpoints]")
    panel.locator("summary").click()
    panel.get_by_label("State").select_option("carry")
    panel.get_by_role("button", name="Add").click()
    panel.get_by_text("state carry", exact=True).wait_for()
    wait_for_kernel(page, "player.breakpoints", "[Breakpoint(state='carry', symbol=None, cell=None)]")
    assert page.locator(".vega-embed").count() == 2
    assert page.locator(".vega-embed .role-legend").count() == 0  # the charts say legend=None


def wait_for_kernel(page: Any, expression: str, wanted: str) -> None:
    """Waits until the kernel prints that: what a page sends, it takes a moment later."""
    for _ in range(100):
        if (found := page.evaluate(ASK, f"print({expression})")) == wanted:
            break
    assert found == wanted


def test_the_proxy_notices_a_request_to_another_host(server: Server, page: Any) -> None:
    page.goto(f"http://{server.address}")
    page.evaluate("fetch('http://example.org/a').catch(() => 0)")
    page.evaluate("fetch('https://example.org/b').catch(() => 0)")
    assert {"http://example.org/a", "example.org:443"} <= server.refused
    server.refused -= {"http://example.org/a", "example.org:443"}


def test_the_front_page_fits_a_phone_and_names_every_notebook(server: Server, page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"http://{server.address}")
    assert page.get_by_role("listitem").count() == len(NOTEBOOKS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
