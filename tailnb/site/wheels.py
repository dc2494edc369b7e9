"""The wheels that a notebook in the browser needs: all pure Python, at the versions that are tested."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from packaging.utils import canonicalize_name, parse_wheel_filename

from tailnb.site.fetching import cache, run

# Made for processors, but as good without their compiled parts.
COMPILED = ("markupsafe", "pyyaml")
# Python in the browser, as pip knows it.
ANYWHERE = ("--implementation", "py", "--abi", "none", "--platform", "any", "--python-version", "3.14")
PARTS = (".so", ".pyd")
WEIGHTS = (".safetensors",)  # no notebook that runs there opens a model


def all_wheels(source: Path, scratch: Path) -> list[Path]:
    """The wheels of all packages, the project's own among them. Raises SiteError where one cannot be had.

    source: the project's folder. scratch: an empty folder for wheels that are made on the way.
    """
    tested = versions(source / "constraints.txt")
    wanted = versions(Path(__file__).parent / "browser.txt")
    pure = download({name: version or tested[name] for name, version in wanted.items()}, ANYWHERE)
    compiled = download({name: tested[name] for name in COMPILED})
    return [*pure, *(without(PARTS, wheel, scratch) for wheel in compiled), own(source, scratch)]


def versions(path: Path) -> dict[str, str]:
    """The packages in a file of requirements, by normalized names; "" where no version is named."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    named = (line.partition("==") for line in lines if line)
    return {canonicalize_name(name): version for name, _, version in named}


def download(wanted: Mapping[str, str], options: Sequence[str] = ()) -> list[Path]:
    """Wheels from the cache, or by pip into it. Raises SiteError where pip cannot fetch one."""
    folder = cache()
    missing = [f"{name}=={version}" for name, version in wanted.items() if not kept(name, version, folder)]
    if missing:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--only-binary=:all:", "--dest", str(folder), *options, *missing]
        run(command, "fetching wheels by pip")
    found = [kept(name, version, folder) for name, version in wanted.items()]
    return [wheel for wheel in found if wheel]


def kept(name: str, version: str, folder: Path) -> Path | None:
    """A package's wheel in a folder, if it is there."""
    for wheel in folder.glob("*.whl"):
        found, its_version, *_ = parse_wheel_filename(wheel.name)
        if (found, str(its_version)) == (name, version):
            return wheel
    return None


def own(source: Path, scratch: Path) -> Path:
    """The project's own wheel, made from its source, without the weights of models."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    made = scratch / "own"
    run([*command, "--no-build-isolation", "--wheel-dir", made, source], "making tailnb's wheel")
    return without(WEIGHTS, next(made.glob("tailnb-*.whl")), scratch)


def without(endings: tuple[str, ...], wheel: Path, folder: Path) -> Path:
    """A copy of a wheel that lacks files with some endings, named as a pure one."""
    name, version = wheel.name.split("-")[:2]
    copy = folder / f"{name}-{version}-py3-none-any.whl"
    with ZipFile(wheel) as old, ZipFile(copy, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if not entry.filename.endswith(endings):
                new.writestr(entry, old.read(entry))
    return copy
