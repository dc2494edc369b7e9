"""Which notebooks there are, and which ones a user means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tailnb.machines.errors import choices


class UsageError(ValueError):
    """A user's mistake: a notebook, parameter or scale that does not exist; the text names the choices."""


def find_notebooks() -> dict[str, Path]:
    """The notebooks by stem, from `./notebooks`, else from beside the installed source.

    Raises:
        UsageError: neither folder holds a notebook.
    """
    for folder in (Path.cwd() / "notebooks", Path(__file__).resolve().parents[2] / "notebooks"):
        if found := sorted(folder.glob("*.ipynb")):
            return {path.stem: path for path in found}
    raise UsageError("no notebooks in ./notebooks; run this in tailnb's source folder")


def choose(available: dict[str, Path], names: Sequence[str]) -> list[Path]:
    """The notebooks meant by stems, beginnings such as `05` or `train`, or paths, in order; all for no names.

    Raises:
        UsageError: a name fits no notebook, or several; two files have the same stem, as outputs would have.
    """
    chosen: dict[str, Path] = {}
    for path in [_match(name, available) for name in names] or available.values():
        other = chosen.setdefault(path.stem, path)
        if not other.samefile(path):
            raise UsageError(f"{other} and {path} would have the same output; run them with different --out")
    return [chosen[stem] for stem in sorted(chosen)]


def _match(name: str, available: dict[str, Path]) -> Path:
    if name.endswith(".ipynb") and Path(name).is_file():
        return Path(name)
    wanted, stems = name.removesuffix(".ipynb"), list(available)
    fitting = [stem for stem in stems if stem.startswith(wanted) or stem.partition("_")[2].startswith(wanted)]
    if wanted in stems or len(fitting) == 1:
        return available[wanted if wanted in stems else fitting[0]]
    if fitting:
        raise UsageError(f"{name!r} fits several notebooks: {', '.join(fitting)}")
    raise UsageError(f"no notebook {name!r}; {choices(wanted, stems)}")
