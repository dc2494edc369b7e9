"""A progress bar that also reads well in an executed notebook's page, where no widget is alive."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any


def progress_bar(items: Iterable[Any] | None = None, *, total: int, label: str, done: int = 0) -> Any:
    """A tqdm bar of text on standard output, to iterate over or to `update`.

    items: what is gone through; without it, call `update`. total: how many in all. done: of them, already.
    """
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread that looks after bars: in a browser there are none
    return tqdm(items, total=total, initial=done, desc=label, file=sys.stdout, ncols=80)
