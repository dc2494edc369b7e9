"""A real JupyterLab and a real Chromium for tests: start both, run a notebook, ask its kernel."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import pytest

REQUIRED = bool(os.environ.get("TAILNB_REQUIRE_BROWSER"))
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    # Without this, cells out of sight are not drawn.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
DIRECTORIES = [
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OPEN = """() => {
    const app = window.jupyterapp;
    return app?.shell.currentWidget?.sessionContext && app.commands.hasCommand('notebook:run-all-cells');
}"""
KERNEL_READY = """async () => {
    const context = window.jupyterapp.shell.currentWidget.sessionContext;
    await context.ready;
    await context.session.kernel.info;
}"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
ASK = """async (expression) => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const reply = await kernel.requestExecute({code: '', user_expressions: {expression}}).done;
    return reply.content.user_expressions.expression;
}"""


def module(name: str) -> Any:
    """The module; without it the tests are skipped, or fail where TAILNB_REQUIRE_BROWSER is set."""
    return import_module(name) if REQUIRED else pytest.importorskip(name)


def chromium_path() -> str:
    """Where Chromium is; without one the test is skipped, or fails where TAILNB_REQUIRE_BROWSER is set."""
    found = os.environ.get("TAILNB_CHROMIUM") or shutil.which("chromium")
    if found:
        return found
    return missing("no Chromium: install it, or name it in TAILNB_CHROMIUM")


def missing(message: str) -> NoReturn:
    """Skip the test for want of a program, or fail it where TAILNB_REQUIRE_BROWSER is set."""
    if REQUIRED:
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def jupyterlab(folder: Path, notebooks: Path, theme: str = "JupyterLab Light") -> Iterator[str]:
    """A JupyterLab server of its own on the notebooks; yields its address, ``{}`` standing for the path."""
    environment = {**os.environ, "JUPYTER_TOKEN": secrets.token_hex(16)}
    for name in DIRECTORIES:
        environment[name] = str(folder / name.lower())
    write_settings(folder, theme)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={notebooks}"),
        "--LabApp.expose_app_in_browser=True",
    ]
    chromium_path()  # no server for a browser that is not there
    log = folder / "server.log"
    with log.open("w") as stream:
        server = subprocess.Popen(
            command, env=environment, stdout=stream, stderr=stream, start_new_session=True
        )
        try:
            url = wait_for_server(server, folder / "jupyter_runtime_dir", log)
            yield f"{url}lab/tree/{{}}?token={environment['JUPYTER_TOKEN']}"
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def write_settings(folder: Path, theme: str) -> None:
    """No pop-ups, no autosave, one theme: what would make a test depend on the network or the moment."""
    labconfig = folder / "jupyter_config_dir" / "labconfig"
    labconfig.mkdir(parents=True)
    settings = {**SETTINGS, "@jupyterlab/apputils-extension:themes": {"theme": theme}}
    (labconfig / "default_setting_overrides.json").write_text(json.dumps(settings))
    (labconfig / "page_config.json").write_text(json.dumps(NO_NEWS))


def wait_for_server(server: subprocess.Popen[bytes], runtime: Path, log: Path, seconds: float = 60) -> str:
    """The server's address, once it answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        for found in runtime.glob("jpserver-*.json"):
            try:
                info = json.loads(found.read_text())
                urllib.request.urlopen(f"{info['url']}api/status?token={info['token']}", timeout=5).close()
                return str(info["url"])
            except (ValueError, urllib.error.URLError, ConnectionError):
                continue
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@contextmanager
def browser_page(*flags: str, **options: Any) -> Iterator[Any]:
    """A new page of a headless Chromium, closed at the end. flags: of the browser, beside our own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS, *flags])
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 1000}, **options)
            page.set_default_timeout(20_000)
            yield page
        finally:
            browser.close()


def run_notebook(page: Any, address: str) -> None:
    """Opens the notebook and runs all its cells; an error if one of them raised."""
    page.goto(address, timeout=60_000)
    page.wait_for_function(OPEN, timeout=60_000)
    page.evaluate(KERNEL_READY)
    if not page.evaluate(RUN_ALL):
        shown = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']")
        raise AssertionError(f"a cell raised: {shown.all_inner_texts()}")


def ask_kernel(page: Any, expression: str) -> str:
    """The repr of an expression in the notebook's kernel."""
    reply = page.evaluate(ASK, expression)
    assert reply["status"] == "ok", reply
    return str(reply["data"]["text/plain"])


def wait_for_kernel(page: Any, expression: str, wanted: str, seconds: float = 5) -> None:
    """Waits until the expression has that repr: what a page sends, the kernel takes a moment later."""
    until = time.monotonic() + seconds
    while (found := ask_kernel(page, expression)) != wanted and time.monotonic() < until:
        time.sleep(0.05)
    assert found == wanted
