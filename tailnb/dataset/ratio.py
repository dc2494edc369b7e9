"""Mixtures of ranges: S:M:L at a constant total."""

from __future__ import annotations

from tailnb.tasks import RANGES


def ratio_counts(ratio: str, total: int) -> dict[str, int]:
    """How many problems of each range a mixture S:M:L holds; they add up to the total exactly.

    ratio: three whole numbers, such as "8:1:1". The largest remainders are rounded up, S before M before L.
    Raises ValueError for any other ratio, and for a negative total.
    """
    require_count(total, least=0)
    parts = [part.strip() for part in ratio.split(":")] if isinstance(ratio, str) else []
    if len(parts) != len(RANGES) or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"a ratio is three whole numbers S:M:L, such as 8:1:1, not {ratio!r}")
    weights = [int(part) for part in parts]
    whole = sum(weights)
    if not whole:
        raise ValueError(f"the ratio {ratio!r} asks for no problem of any range")
    counts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(RANGES)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(counts)]:
        counts[place] += 1
    return dict(zip(RANGES, counts, strict=True))


def require_count(n: int, *, least: int) -> None:
    """Raise ValueError unless n is a whole number, at least as large as said."""
    if type(n) is not int or n < least:
        raise ValueError(f"the number of problems must be a whole number from {least}, not {n!r}")
