"""The site whose notebooks run in the browser: JupyterLite, Pyodide and this project, without any server."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tailnb.site import pyodide
from tailnb.site.contents import write_contents
from tailnb.site.fetching import INSTALL, SiteError, run
from tailnb.site.front import front_page
from tailnb.site.replacing import replacing
from tailnb.site.wheels import all_wheels

MARK = "jupyter-lite.json"  # what tells an earlier site from any other folder
PYTHON = "static/pyodide"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")
OPTIONS = ("--no-libarchive", "--no-sourcemaps", "--no-unused-shared-packages")
# How the kernel makes JavaScript of Python's dictionaries, and how it should.
DROPPED = re.compile(r"(\w+) instanceof Map\|\|\1 instanceof Array\?this\.mapToObject\(\1\):\1;")
KEPT = r"/ (Map|Array|Object)]/.test({}.toString.call(\1))?this.mapToObject(\1):\1??null;"
KERNEL_WHEELS = ("ipykernel-", "piplite-", "pyodide_kernel-", "widgetsnbextension-4")


def build_lite(notebooks: Sequence[Path], source: Path, out: Path) -> Path:
    """Build the site into a folder, in place of an earlier one; returns the folder.

    notebooks: those that need no torch. source: the project's folder.
    Raises SiteError where something is missing or cannot be fetched; an earlier site then stays as it is.
    """
    package = pyodide.fetched()
    with TemporaryDirectory() as name, replacing(out, MARK) as site:
        scratch = Path(name)
        wheels = all_wheels(source, scratch)
        write_contents(notebooks, scratch / "lite" / "files")
        _jupyterlite(scratch / "lite", site)
        wheels += _kernel_wheels(site)
        _keep_nulls(site)
        names = pyodide.install(package, wheels, site / PYTHON)
        _configure(site / MARK, names)
        size = sum(path.stat().st_size for path in (site / PYTHON).iterdir())
        (site / "index.html").write_text(front_page(notebooks, round(size / 1e6)), encoding="utf-8")
    return out


def _jupyterlite(lite: Path, site: Path) -> None:
    """JupyterLab without a server, with the few extensions that the notebooks need."""
    extensions = [str(_extension(name)) for name in EXTENSIONS]
    config = {"LiteBuildConfig": {"federated_extensions": extensions, "ignore_sys_prefix": True}}
    (lite / "jupyter_lite_config.json").write_text(json.dumps(config))
    folders: list[str | Path] = ["--lite-dir", lite, "--contents", lite / "files", "--output-dir", site]
    command = [
        sys.executable,
        "-m",
        "jupyterlite_core",
        "build",
        "--apps",
        "notebooks",
        "--apps",
        "tree",
        *OPTIONS,
        *folders,
    ]
    run(command, "assembling the site by JupyterLite", lite)


def _extension(name: str) -> Path:
    """Where an extension of JupyterLab is installed."""
    folder = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / name
    if not folder.is_dir():
        raise SiteError(f"JupyterLab's extension {name} is not installed: {INSTALL}")
    return folder


def _kernel_wheels(site: Path) -> list[Path]:
    """The wheels that the kernel's extension brought along."""
    folder = site / "extensions" / KERNEL / "static" / "pypi"
    return [wheel for wheel in sorted(folder.glob("*.whl")) if wheel.name.startswith(KERNEL_WHEELS)]


def _keep_nulls(site: Path) -> None:
    """Mend how the kernel sends None, in a chart or a widget: it left it out where it should say null.

    Raises SiteError where the kernel's script is not the one that is known.
    """
    mended = 0
    for script in (site / "extensions" / KERNEL / "static").glob("*.js"):
        text, found = DROPPED.subn(KEPT, script.read_text(encoding="utf-8"))
        if found:
            script.write_text(text, encoding="utf-8")
            mended += found
    if not mended:
        raise SiteError(
            f"the installed {KERNEL} is not the one that is known; install the pinned one: {INSTALL}"
        )


def _configure(path: Path, packages: Sequence[str]) -> None:
    """Tell the kernel where Pyodide is and what to load, and that there is nothing elsewhere."""
    config: dict[str, Any] = json.loads(path.read_text())
    settings = config["jupyter-config-data"].setdefault("litePluginSettings", {})
    settings[f"{KERNEL}:kernel"] = settings.get(f"{KERNEL}:kernel", {}) | {
        "pyodideUrl": f"./{PYTHON}/pyodide.mjs",
        "loadPyodideOptions": {"packages": list(packages), "convertNullToNone": True},
        "disablePyPIFallback": True,
    }
    path.write_text(json.dumps(config, indent=1))
