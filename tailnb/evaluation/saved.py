"""Saved results: measured before, kept with the package, and shown as such.

Each is a file of rows in `saved/`, written by a script of the repository's `benchmarks/`; a row's provenance
has the command, the commit, the processor and the date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "saved"


def saved_rows(name: str, **only: Any) -> list[dict[str, Any]]:
    """The rows of a file of saved results; only: certain values, such as experiment="pair".

    Raises ValueError for an unknown name, with the choices.
    """
    known = sorted(path.stem for path in HERE.glob("*.jsonl"))
    if name not in known:
        raise ValueError(f"no saved results {name!r}; choose from {', '.join(known) or 'none yet'}")
    lines = (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if all(row.get(key) == value for key, value in only.items())]
