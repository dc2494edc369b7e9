"""The paper's own figures, kept apart from everything measured here.

Hua et al., *The Imitation Game: Turing Machine Imitator is Length Generalizable Reasoner*, arXiv 2507.13332:
Table 1 (addition against Index Hint and Reversed Format), Table 2 (without each core module), Table J1
(tokens beside a reasoning model's) and Table K1 (beside a distilled one). They are of Qwen2.5-7B, fully
fine-tuned and judged by a model; ours are scored by exact match.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from tailnb.evaluation.results import Row

TABLES = ("1", "2", "J1", "K1")


def published_rows(task: str | None = None, *, table: str | None = None) -> list[Row]:
    """The published figures as tidy rows, each with source "published" and its table as reference.

    task: such as "compare_numbers"; Table 2's "permutation_combination" is called Palindrome Combination
    elsewhere in the paper. table: "1", "2", "J1" or "K1". The rows of Table J1 have no range.
    Without a table, of figures that two tables print only the first is given.
    Raises ValueError for an unknown table.
    """
    if table is None:
        rows = list({_cell(row): row for row in reversed(_rows())}.values())[::-1]
    elif table in TABLES:
        rows = [row for row in _rows() if row["reference"].endswith(f" {table}")]
    else:
        raise ValueError(f"no table {table!r}; choose from {', '.join(TABLES)}")
    return [dict(row) for row in rows if task in (None, row["task"])]


@cache
def _rows() -> list[Row]:
    text = files(__package__).joinpath("published.json").read_text(encoding="utf-8")
    return [dict(row) for row in json.loads(text)]


def _cell(row: Row) -> tuple[str, ...]:
    return row["model"], row["task"], row["method"], row["range"]
