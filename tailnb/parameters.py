"""Checks of the parameters that every notebook has, for the cell after its `parameters` cell."""

from __future__ import annotations

SCALES = ("smoke", "demo", "full")


def check_scale(scale: str) -> str:
    """The scale, if it is one. Raises ValueError naming the choices."""
    if scale not in SCALES:
        raise ValueError(f"no scale {scale!r}; choose from {', '.join(SCALES)}")
    return scale


def check_seed(seed: int) -> int:
    """The seed, if it is a whole number. Raises ValueError otherwise."""
    if type(seed) is not int:
        raise ValueError(f"seed must be a whole number, not {seed!r}")
    return seed


def by_scale(scale: str, *, smoke: int, demo: int, full: int) -> int:
    """The number that belongs to a scale."""
    return {"smoke": smoke, "demo": demo, "full": full}[check_scale(scale)]
