"""A Qwen2-architecture model of about 600,000 parameters, built from transformers' own classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, Qwen2Config, Qwen2ForCausalLM
from transformers.masking_utils import AttentionMaskInterface

MAX_POSITIONS = 4096
ROPE_BASE = 1e5
NARROW = 0.07  # of the head's weights for addresses: wider than others, so that the circles show
LOOK = 6.0  # how sharply a head begins by looking back
MATCH = 2.4  # how sharply a head begins by matching
TRAINING_ATTENTION = "nano_training"


def new_model(
    tokens: int,
    *,
    seed: int = 0,
    width: int = 128,
    layers: int = 2,
    heads: int = 4,
    head_size: int = 64,
    looks_back: int = 0,
    matches: bool = False,
) -> Qwen2ForCausalLM:
    """An untrained model with `tokens` tokens in its vocabulary (rounded up to a multiple of 16).

    The feed-forward part is twice the width; RoPE has base 1e5; embeddings and head are not tied.
    looks_back: how many heads of the first layer begin by looking at the token so many places before.
    matches: whether a head of the second begins by looking for what stood behind the present token before.
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
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_BASE},
        tie_word_embeddings=False,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    model = Qwen2ForCausalLM(config)
    _initialize(model)
    for back in range(looks_back):
        _look_back(model, head=back, distance=back + 1)
    if matches:
        _match(model, seed)
    return model


@torch.no_grad()
def _look_back(model: Qwen2ForCausalLM, head: int, distance: int) -> None:
    """Have a head of the first layer begin by looking at the token `distance` places before.

    Its queries and keys get biases that RoPE brings into line at this distance. A fetch needs such a head:
    it marks each value with the address before it, which the second layer looks for.
    """
    attention, size = model.model.layers[0].self_attn, model.config.head_dim
    angles = distance / ROPE_BASE ** (torch.arange(0, size, 2) / size)
    own = slice(head * size, (head + 1) * size)
    attention.q_proj.bias[own] = LOOK * torch.cat([torch.ones(size // 2), torch.zeros(size // 2)])
    attention.k_proj.bias[own] = LOOK * torch.cat([angles.cos(), angles.sin()])


@torch.no_grad()
def _match(model: Qwen2ForCausalLM, seed: int) -> None:
    """Have the second layer's first head begin by looking for what stood behind the present token before.

    The first layer's first head, which looks at the token before, marks each token with it; the second
    layer's looks for the mark that is the present token, in dimensions that positions hardly turn. Together
    they are an induction head (Olsson et al. 2022), which is what a fetch needs.
    """
    size, width = model.config.head_dim, model.config.hidden_size
    rng = torch.Generator().manual_seed(seed)
    reads, marks = (torch.linalg.qr(torch.randn(width, size, generator=rng))[0] for _ in range(2))
    first, second = (layer.self_attn for layer in model.model.layers[:2])
    first.v_proj.weight[:size] = reads.T
    first.o_proj.weight[:, :size] = marks
    slow = [*range(size // 4, size // 2), *range(3 * size // 4, size)]
    second.q_proj.weight[slow] = MATCH * reads.T[slow]
    second.k_proj.weight[slow] = MATCH * marks.T[slow]


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


@torch.no_grad()
def lay_on_circles(model: Qwen2ForCausalLM, ring: Sequence[int], seed: int = 0) -> None:
    """Have the addresses of a ring begin as points on circles, so that the next one is the same turn away.

    ring: the numbers of their tokens, in order. Each pair of dimensions is a circle, which the ring goes
    round a random number of times. To step from one address to the next is then one turn to be learned, not
    a fact about each address.
    """
    rng = torch.Generator().manual_seed(seed)
    half = model.config.hidden_size // 2
    rounds = torch.randint(1, max(2, len(ring) // 2), (half,), generator=rng)
    turns = torch.arange(len(ring))[:, None] * rounds * (2 * math.pi / len(ring))
    points = torch.cat([turns.cos(), turns.sin()], 1)
    model.model.embed_tokens.weight[list(ring)] = math.sqrt(2) * points
    model.lm_head.weight[list(ring)] = NARROW * points


@torch.no_grad()
def compose_registers(model: Qwen2ForCausalLM, tokens: Sequence[str], seed: int = 0) -> None:
    """Have a register's token begin as its name and its value: "carry=1" as "carry=" and "1".

    tokens: the vocabulary, in order. That two places hold the same value is then seen from the beginning.
    """
    rng = torch.Generator().manual_seed(seed)
    numbers = {token: number for number, token in enumerate(tokens)}
    parts = {token: token.partition("=") for token in tokens}
    names: dict[str, Tensor] = {}
    for token, (name, equals, value) in parts.items():
        if name and equals and value in numbers:
            named = names.setdefault(name, torch.randn(model.config.hidden_size, generator=rng))
            embeddings = model.model.embed_tokens.weight
            embeddings[numbers[token]] = (embeddings[numbers[value]] + named) / math.sqrt(2)


def parameters(model: torch.nn.Module) -> int:
    """How many parameters a model has."""
    return sum(weight.numel() for weight in model.parameters())


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
