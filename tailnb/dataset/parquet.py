"""Lines of JSON as a Parquet file, by pyarrow, some megabytes at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tailnb.dataset.rows import Row

GROUP = 2**23  # bytes of lines that become one group of rows
NUMBERS = ("length", "seed", "index", "layout")  # columns of whole numbers; most others hold text


def require_pyarrow() -> None:
    """Raise ModuleNotFoundError with the install command where pyarrow is missing."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"Parquet needs {missing.name}: pip install 'tailnb[lab]'", name=missing.name
        ) from missing


def to_parquet(lines: Path, out: Path) -> None:
    """Write a file of lines as Parquet; the same lines give the same bytes.

    Raises ValueError when the parameters of the rows are too different from one another for a column.
    """
    from pyarrow import RecordBatch
    from pyarrow.parquet import ParquetWriter

    columns = schema(lines)
    with ParquetWriter(out, columns, compression="zstd") as writer:
        for rows in groups(lines):
            writer.write_batch(RecordBatch.from_pylist(rows, columns))


def schema(lines: Path) -> Any:
    """The columns' types; that of `params` is what all rows together need."""
    import pyarrow as pa

    params = pa.schema([])
    first: Row = {}
    try:
        for rows in groups(lines):
            first = first or rows[0]
            found = pa.array([row["params"] for row in rows]).type
            params = pa.unify_schemas([params, pa.schema([("params", found)])], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise ValueError(
            f"the parameters of {first['task']} do not fit a column of Parquet ({error});"
            " choose format 'jsonl'"
        ) from error
    known = {"params": params.field("params").type, "without": pa.list_(pa.string())}
    known |= dict.fromkeys(NUMBERS, pa.int64())
    return pa.schema([(name, known.get(name, pa.string())) for name in first])


def groups(lines: Path) -> Iterator[list[Row]]:
    """The rows of a file, as many at a time as come from some megabytes."""
    with lines.open("rb") as file:
        while texts := file.readlines(GROUP):
            yield [json.loads(text) for text in texts]
