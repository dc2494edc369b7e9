"""The Wilson score interval of a measured share."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

LEVEL = 0.95


def wilson(correct: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """The interval in which the true share lies, at the given level, when `correct` of n came out right.

    Unlike the textbook interval it stays inside 0 … 1 and has a width even at 0 or n of n.
    Raises ValueError unless 0 <= correct <= n, n >= 1 and 0 < level < 1.
    Source: E. B. Wilson, Probable inference, JASA 22 (1927), 209–212.

    >>> low, high = wilson(500, 500)
    >>> f"{low:.4f} {high:.4f}"
    '0.9924 1.0000'
    """
    if n < 1 or not 0 <= correct <= n:
        raise ValueError(f"correct must lie between 0 and n, and n be at least 1; not {correct} of {n}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    share = correct / n
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    spread = sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    # Rounding must put no end outside 0 … 1, or on the wrong side of the measured share.
    return max(0.0, min(share, middle - spread)), min(1.0, max(share, middle + spread))
