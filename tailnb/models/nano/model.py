"""A Qwen2-architecture model of about half a million parameters, built from transformers' own classes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, Qwen2Config, Qwen2ForCausalLM
from transformers.masking_utils import AttentionMaskInterface

MAX_POSITIONS = 4096
TRAINING_ATTENTION = "nano_training"


def new_model(
    tokens: int, *, seed: int = 0, width: int = 128, layers: int = 2, heads: int = 4, head_size: int = 64
) -> Qwen2ForCausalLM:
    """An untrained model with `tokens` tokens in its vocabulary (rounded up to a multiple of 16).

    The feed-forward part is twice the width; RoPE has base 1e5; embeddings and head are not tied.
    """
    torch.manual_seed(seed)
    config = Qwen2Config(
        vocab_size=-(-tokens // 16) * 16,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        head_dim=head_size,  # type: ignore[call-arg]  # read by Qwen2, though not declared
        max_position_embeddings=MAX_POSITIONS,
        rope_parameters={"rope_type": "default", "rope_theta": 1e5},
        tie_word_embeddings=False,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    model = Qwen2ForCausalLM(config)
    _initialize(model)
    return model


def _initialize(model: Qwen2ForCausalLM) -> None:
    """Wide embeddings, narrow outputs: from them, fetches are learned sooner than from the default."""
    config = model.config
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "embed_tokens" in name:
                weight.normal_(0, 1)
            elif "lm_head" in name:
                weight.normal_(0, 0.02)
            elif "o_proj" in name or "down_proj" in name:
                weight.normal_(0, 0.02 / math.sqrt(2 * config.num_hidden_layers))
            elif weight.ndim == 2:
                weight.normal_(0, config.hidden_size**-0.5)


def parameters(model: torch.nn.Module) -> int:
    """How many parameters a model has."""
    return sum(weight.numel() for weight in model.parameters())


@contextmanager
def softened(model: Qwen2ForCausalLM, factor: float) -> Iterator[None]:
    """Multiply the queries of every layer by a factor: below 1, attention is softer than it will be.

    In training with random factors the model learns to fetch through softer attention than it will have, so
    that on long inputs, where attention spreads over more cells, it has sharpness to spare.
    """
    hooks = [
        layer.self_attn.q_proj.register_forward_hook(lambda module, inputs, queries: queries * factor)
        for layer in model.model.layers
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def training_attention(
    module: torch.nn.Module,
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    mask: None,
    scaling: float,
    **_: Any,
) -> tuple[Tensor, None]:
    """Causal attention as two matrix products, which on a CPU in bf16 beat the fused kernel.

    queries, keys, values: [rows, heads, tokens, head size]. Returns [rows, tokens, heads, head size].
    """
    rows, heads, tokens, size = queries.shape
    query, key, value = (part.reshape(rows * heads, tokens, size) for part in (queries, keys, values))
    future = torch.full((tokens, tokens), float("-inf"), dtype=query.dtype).triu(1)
    scores = torch.baddbmm(future.expand(rows * heads, -1, -1), query, key.transpose(1, 2), alpha=scaling)
    mixed = torch.bmm(scores.softmax(-1), value).view(rows, heads, tokens, size)
    return mixed.transpose(1, 2).contiguous(), None


AttentionInterface.register(TRAINING_ATTENTION, training_attention)
AttentionMaskInterface.register(TRAINING_ATTENTION, lambda *args, **kwargs: None)
