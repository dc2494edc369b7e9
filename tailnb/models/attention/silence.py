"""`silenced`: a model in which one head says nothing, to see what it was for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import PreTrainedModel


@contextmanager
def silenced(model: PreTrainedModel, layer: int, head: int) -> Iterator[None]:
    """Have a head's output be zero inside a `with` block.

    model: with layers like Qwen2's or Llama's. layer, head: counted from 1, as in "layer 1, head 3".
    Raises ValueError for one that the model does not have.
    """
    layers, heads = model.config.num_hidden_layers, model.config.num_attention_heads
    for what, number, most in (("layer", layer, layers), ("head", head, heads)):
        if not 1 <= number <= most:
            raise ValueError(f"{what} must lie between 1 and {most}, not {number!r}")
    base: Any = model.base_model
    output = base.layers[layer - 1].self_attn.o_proj
    size = output.in_features // heads

    def silence(module: torch.nn.Module, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        mixed = inputs[0].clone()
        mixed[..., (head - 1) * size : head * size] = 0
        return (mixed,)

    hook = output.register_forward_pre_hook(silence)
    try:
        yield
    finally:
        hook.remove()
