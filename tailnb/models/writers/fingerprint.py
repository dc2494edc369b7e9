"""A short hash of a model's weights, so that texts of two trainings are never taken for one's."""

from __future__ import annotations

import hashlib

import torch

SMALL = 1 << 20  # numbers of a tensor; larger ones, such as a frozen base's matrices, are left out
ADAPTER = "lora_"


def fingerprint(model: torch.nn.Module) -> str:
    """The hash of the norms, the biases, the adapter and other small weights, on whatever device they are.

    Every training changes one of them.
    """
    digest = hashlib.blake2b(digest_size=8)
    for name, weight in model.named_parameters():
        if weight.numel() <= SMALL or ADAPTER in name:
            digest.update(f"{name} {weight.dtype} {tuple(weight.shape)}".encode())
            digest.update(weight.detach().cpu().flatten().contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
