"""What a model can run on: the CUDA GPU, if there is one, and the machine's memory."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

GIB = 2**30


@dataclass(frozen=True)
class Card:
    """A GPU's name, its memory and how much of it can be had, in bytes."""

    name: str
    memory: int
    free: int


def card() -> Card | None:
    """The current CUDA GPU as torch sees it; None without one, or without torch."""
    if importlib.util.find_spec("torch") is None:
        return None
    import torch

    if not torch.cuda.is_available():
        return None
    free, memory = torch.cuda.mem_get_info()
    # What this process holds already is taken over by what it loads next.
    return Card(torch.cuda.get_device_name(), memory, min(free + torch.cuda.memory_reserved(), memory))


def machine_memory() -> int | None:
    """Bytes of memory: the machine's, or a container's limit if that is less; None if neither is known."""
    known = []
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        known.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.is_file() and (text := limit.read_text().strip()).isdigit():
        known.append(int(text))
    return min(known, default=None)
