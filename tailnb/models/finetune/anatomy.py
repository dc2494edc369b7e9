"""What QLoRA makes of a model: which weights are rounded, which are trained, and what NF4's rounding does.

>>> levels()[:2], levels()[-1]
((-1.0, -0.6961928009986877), 1.0)
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from tailnb.models.memory import NF4_BITS

BLOCK = 64  # weights that share a scale


def levels() -> tuple[float, ...]:
    """The sixteen numbers of NF4: of a normal distribution cut into parts of like weight, from -1 to 1."""
    from bitsandbytes import functional

    found: Any = functional
    return tuple(found.get_4bit_type("nf4", device="cpu").tolist())


def rounded(weights: Tensor) -> tuple[list[float], list[float]]:
    """Weights in units of their block's largest, before NF4 and after it.

    weights: of any shape, whole blocks of them.
    """
    from bitsandbytes.functional import dequantize_4bit, quantize_4bit

    before = weights.detach().float().cpu().contiguous()
    packed, state = quantize_4bit(before, quant_type="nf4", compress_statistics=True)
    after = dequantize_4bit(packed, state)
    blocks = [values.reshape(-1, BLOCK) for values in (before, after)]
    one, other = (block / block.abs().amax(dim=1, keepdim=True) for block in blocks)
    return one.flatten().tolist(), other.flatten().tolist()


def parameters(model: torch.nn.Module) -> dict[str, int]:
    """How many of a model's parameters are quantized, kept as they are, and trained."""
    counts = {"quantized": 0, "kept": 0, "trained": 0}
    for weight in model.parameters():
        packed: Any = getattr(weight, "quant_state", None)
        if packed is not None:
            counts["quantized"] += packed.shape.numel()
        else:
            counts["trained" if weight.requires_grad else "kept"] += weight.numel()
    return counts


def bytes_of(counts: dict[str, int]) -> dict[str, float]:
    """The bytes of counted parameters: NF4 with its scales, bfloat16, and float32 for what is trained."""
    sizes = {"quantized": NF4_BITS / 8, "kept": 2.0, "trained": 4.0}
    return {kind: count * sizes[kind] for kind, count in counts.items()}
