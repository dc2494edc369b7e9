"""How sharply a model's attention picks a token: scaled by hand, by length, or by its own entropy.

The longer the context, the more tokens share the weight of a softmax, and the less is left for the one that
is fetched (Veličković et al. 2024, arXiv 2410.01104). Each of these holds inside a `with` block, for any
model of transformers with Qwen2's or Llama's layers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, Qwen2ForCausalLM
from transformers.masking_utils import AttentionMaskInterface

ADAPTIVE = "nano_adaptive"
FIT = (-0.037, 0.481, -2.3, 4.917, -1.791)  # of the sharpness over the entropy in nats, by Veličković et al.
SURE = 0.5  # nats; below, attention is sharp enough


@contextmanager
def scaled(model: Qwen2ForCausalLM, factor: float) -> Iterator[None]:
    """Multiply the queries of every layer by a factor: above 1, attention is sharper, below 1 softer.

    In training with random factors below 1 a model learns to fetch through softer attention than it will
    have, so that on long inputs it has sharpness to spare.
    """
    with _queries(model, lambda queries: queries * factor):
        yield


@contextmanager
def log_scaled(model: Qwen2ForCausalLM, usual: int = 300) -> Iterator[None]:
    """Multiply the queries by log n / log `usual`, n being how many tokens a token sees.

    Scalable-Softmax (Nakanishi 2025, arXiv 2501.19399) with one fixed scale; for training and evaluation,
    without a cache.
    """

    def sharpen(queries: Tensor) -> Tensor:
        seen = torch.arange(1, queries.shape[1] + 1, dtype=queries.dtype).log() / math.log(usual)
        return queries * seen[:, None]

    with _queries(model, sharpen):
        yield


@contextmanager
def _queries(model: Qwen2ForCausalLM, change: Callable[[Tensor], Tensor]) -> Iterator[None]:
    hooks = [
        layer.self_attn.q_proj.register_forward_hook(lambda module, inputs, queries: change(queries))
        for layer in model.model.layers
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def adaptive(model: Qwen2ForCausalLM) -> Iterator[None]:
    """Sharpen each token's attention by its own entropy: adaptive temperature, of Veličković et al. 2024.

    For evaluation without a cache.
    """
    before = model.config._attn_implementation
    model.set_attn_implementation(ADAPTIVE)
    try:
        yield
    finally:
        model.set_attn_implementation(before)


def adaptive_attention(
    module: torch.nn.Module,
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    mask: None,
    scaling: float,
    **_: Any,
) -> tuple[Tensor, None]:
    """Causal attention, each row as sharp as the fit says for its entropy, and never softer than it was.

    queries, keys, values: [rows, heads, tokens, head size]. Returns [rows, tokens, heads, head size].
    """
    tokens = queries.shape[2]
    future = torch.full((tokens, tokens), float("-inf")).triu(1)
    scores = queries @ keys.transpose(2, 3) * scaling + future
    weights = scores.softmax(-1)
    entropy = torch.special.entr(weights).sum(-1, keepdim=True)
    fitted = sum(c * entropy**power for c, power in zip(FIT, (4, 3, 2, 1, 0), strict=True))
    sharpness = torch.where(entropy > SURE, torch.as_tensor(fitted).clamp(min=1), 1.0)
    return ((scores * sharpness).softmax(-1) @ values).transpose(1, 2).contiguous(), None


AttentionInterface.register(ADAPTIVE, adaptive_attention)
AttentionMaskInterface.register(ADAPTIVE, lambda *args, **kwargs: None)
