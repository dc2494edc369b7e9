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
    """The current CUDA GPU as torch sees it; None without one, or without torch.

    Where accelerate spreads a model over all processes' GPUs, it has the memory of all of them.
    """
    if importlib.util.find_spec("torch") is None:
        return None
    import torch

    if not torch.cuda.is_available():
        return None
    free, memory = torch.cuda.mem_get_info()
    # What this process holds already is taken over by what it loads next.
    free = min(free + torch.cuda.memory_reserved(), memory)
    cards = int(os.environ.get("WORLD_SIZE", "1")) if sharded() else 1
    return Card(torch.cuda.get_device_name(), memory * cards, free * cards)


def sharded() -> bool:
    """Whether accelerate was told to spread a model's weights over several GPUs, by FSDP."""
    return os.environ.get("ACCELERATE_USE_FSDP") == "true"


def machine_memory() -> int | None:
    """Bytes of memory: the machine's, or a container's limit if that is less; None if neither is known."""
    known = []
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        known.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.is_file() and (text := limit.read_text().strip()).isdigit():
        known.append(int(text))
    return min(known, default=None)
