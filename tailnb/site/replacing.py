"""A site that takes an earlier one's place only when it is whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tailnb.site.fetching import SiteError


@contextmanager
def replacing(out: Path, mark: str) -> Iterator[Path]:
    """A folder to build in, beside `out`, that takes its place when nothing was raised.

    mark: the file that tells an earlier site from any other folder.
    Raises SiteError where `out` holds anything but an earlier site.
    """
    refuse_other(out, mark)
    partial, earlier = (out.with_name(f".{out.name}.{name}") for name in ("partial", "earlier"))
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        shutil.rmtree(earlier, ignore_errors=True)
        if out.exists():
            out.rename(earlier)  # at once, so that no site is ever half removed
        partial.rename(out)
        shutil.rmtree(earlier, ignore_errors=True)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def refuse_other(out: Path, mark: str) -> None:
    """Raise SiteError where a folder holds anything but an earlier site."""
    if out.exists() and not (out / mark).exists() and (not out.is_dir() or any(out.iterdir())):
        raise SiteError(f"{out} holds something else than an earlier site; choose another folder")
