"""`keep_freed_memory`: what makes steps and passes of one size after another faster, where it is glibc."""

from __future__ import annotations

import ctypes
from contextlib import suppress

TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD = -1, -2, -3  # of malloc.h


def keep_freed_memory() -> None:
    """Have the C library keep the memory of one step for the next.

    By default it hands large blocks back to the system at once, and has to get them anew for every step.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        for option, size in ((MMAP_THRESHOLD, 2**30), (TRIM_THRESHOLD, 2**31 - 1), (TOP_PAD, 2**26)):
            library.mallopt(option, size)
