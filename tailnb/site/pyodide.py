"""Pyodide, the Python of the browser: fetched by npm, checked, and told which packages there are."""

from __future__ import annotations

import json
import tarfile
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256, sha512
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

from packaging.utils import parse_wheel_filename

from tailnb.site.fetching import INSTALL, SiteError, cache, run

VERSION = "314.0.6"  # the one that the pinned jupyterlite-pyodide-kernel names
INTEGRITY = "BKDTJyIqFxC4BExLqeRS3f5xvXZIjOt8C3zGLN/Cc7tFxSwvKVhVkchQQ2AGLOtR4YrVOIFxbV8poyDOOmWwxQ=="
FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"


def fetched() -> Path:
    """The npm package, from the cache or by `npm pack`.

    Raises SiteError without npm or network, for a package of another content, and for another kernel.
    """
    from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

    if PYODIDE_VERSION != VERSION:
        raise SiteError(
            f"the installed jupyterlite-pyodide-kernel is made for Pyodide {PYODIDE_VERSION}, not {VERSION};"
            f" install the pinned one: {INSTALL}"
        )
    package = cache() / f"pyodide-{VERSION}.tgz"
    if not package.exists():
        with TemporaryDirectory(dir=cache()) as folder:
            command = [npm(), "pack", f"pyodide@{VERSION}", "--pack-destination", folder]
            run(command, "fetching Pyodide by npm")
            (Path(folder) / package.name).rename(package)
    check(package)
    return package


def npm() -> str:
    """Where npm is. Raises SiteError where it is not installed."""
    found = which("npm")
    if not found:
        raise SiteError(
            "npm is not installed, which fetches Pyodide; it comes with Node.js (Debian: apt-get install npm)"
        )
    return found


def check(package: Path) -> None:
    """Raise SiteError, and drop the file, if it is not the npm package that was pinned."""
    if b64encode(sha512(package.read_bytes()).digest()).decode() != INTEGRITY:
        package.unlink()
        raise SiteError(f"{package.name} is not the package that was pinned; it was removed, try again")


def install(package: Path, wheels: Iterable[Path], folder: Path) -> list[str]:
    """Put Pyodide and wheels into a folder of the site; returns the names of the wheels' packages."""
    folder.mkdir(parents=True)
    with tarfile.open(package) as archive:
        for name in FILES:
            (folder / name).write_bytes(_read(archive, name))
        lock = {"info": json.loads(_read(archive, LOCK))["info"]}
    lock["packages"] = dict(sorted(_entry(wheel, folder) for wheel in wheels))
    (folder / LOCK).write_text(json.dumps(lock, indent=1))
    return list(lock["packages"])


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(f"package/{name}")
    assert file is not None
    return file.read()


def _entry(wheel: Path, folder: Path) -> tuple[str, dict[str, Any]]:
    """Copy a wheel beside Pyodide, and describe it as Pyodide's list of packages does."""
    content = wheel.read_bytes()
    (folder / wheel.name).write_bytes(content)
    name, version, *_ = parse_wheel_filename(wheel.name)
    return name, {
        "name": name,
        "version": str(version),
        "file_name": wheel.name,
        "sha256": sha256(content).hexdigest(),
        "package_type": "package",
        "install_dir": "site",
        "imports": [],
        "depends": [],
    }
