"""How much GPU memory QLoRA and inference of a causal model need: arithmetic, not measured.

>>> from tailnb.models import memory
>>> need = memory.qlora("Qwen2.5-7B", memory.Settings(max_length=2048, rank=16))
>>> need.fits(16), need.fits(8)
(True, False)
>>> memory.what_fits(12, "Qwen2.5-7B", memory.Settings(max_length=4096, rank=64, batch=4))
Settings(max_length=4096, rank=64, batch=1, optimizer_bits=8)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tailnb.models.sizes import Sizes, sizes

GIB = 2**30
BF16, FP32 = 2, 4  # bytes
# NF4 with double quantization: four bits, eight more for each block of 64 parameters, 32 more for 256 blocks.
NF4_BITS = 4 + 8 / 64 + 32 / (64 * 256)
CONTEXT = 1.2  # GiB assumed for the CUDA context, its libraries and fragmentation
# TRL projects onto the vocabulary in tiles of so many tokens and entries.
TILE_TOKENS, TILE_ENTRIES = 4096, 32768
# Bytes alive at the peak of a layer's pass, for a token and a unit of width. The tests count them on a real
# layer, forward and backward with LoRA and SDPA attention, and forward alone.
TRAINING = {"intermediate": 12, "hidden": 20, "keys": 8, "rank": 12}
PREFILL = {"intermediate": 6, "hidden": 9, "keys": 4}
LEAST_LENGTH, LEAST_RANK = 256, 8

Model = str | Mapping[str, Any]


@dataclass(frozen=True)
class Settings:
    """What memory depends on in QLoRA.

    max_length: tokens of a row. rank: of LoRA, on all linear layers. batch: rows of a step on one GPU.
    optimizer_bits: of each of AdamW's two states, 8 or 32.
    """

    max_length: int = 2048
    rank: int = 16
    batch: int = 1
    optimizer_bits: int = 8

    def __post_init__(self) -> None:
        for name in ("max_length", "rank", "batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; at least 1 is needed")
        if self.optimizer_bits not in (8, 32):
            raise ValueError(f"optimizer_bits is {self.optimizer_bits}; choose 8 or 32")

    def __str__(self) -> str:
        return f"max_length {self.max_length}, rank {self.rank}, batch {self.batch}"


# For Qwen2.5-7B: cards of 16 and of 24 GB.
DEFAULT, LARGER = Settings(), Settings(max_length=4096, rank=64)


@dataclass(frozen=True)
class Memory:
    """The parts of a need for GPU memory, in GiB."""

    title: str
    parts: dict[str, float]

    @property
    def total(self) -> float:
        """All parts together, in GiB."""
        return sum(self.parts.values())

    def fits(self, card_gib: float) -> bool:
        """Whether a card with so many GiB has room for it."""
        return self.total <= card_gib

    def __str__(self) -> str:
        rows = [*self.parts.items(), ("total", self.total)]
        width = max(len(name) for name, _ in rows)
        lines = [f"{name:{width}} {gib:6.2f} GiB" for name, gib in rows]
        return "\n".join([f"{self.title}: arithmetic, not measured", *lines])


def qlora(model: Model, settings: Settings = DEFAULT) -> Memory:
    """The memory that a step of QLoRA needs: NF4 base, LoRA on all linear layers, activation checkpoints.

    model: a known model's name, or its config.json as a dict. LoRA is without dropout, packed rows lie one
    after the other, and the loss never holds all logits. Parts that are not at their peak together are added
    all the same. Raises ValueError for a model whose sizes are not known.
    """
    size, tokens = sizes(model), settings.batch * settings.max_length
    adapter = size.adapter(settings.rank)
    parts = {
        **_weights(size, quantized=True),
        "adapter's weights, fp32 and bf16": adapter * (FP32 + BF16),  # autocast keeps a copy
        "adapter's gradients, fp32": adapter * FP32,
        f"optimizer, {settings.optimizer_bits} bits": adapter * _optimizer(settings.optimizer_bits),
        "activation checkpoints": tokens * size.layers * size.hidden * BF16,
        "one layer's work": tokens * _token(TRAINING, size, settings.rank) + _mask(tokens) + _largest(size),
        "loss, in tiles": _loss(size, tokens),
    }
    name = model if isinstance(model, str) else "this model"
    return _memory(f"QLoRA of {name}, {settings}", parts)


def inference(
    model: Model, *, prompt: int, completion: int, batch: int = 1, quantized: bool = False
) -> Memory:
    """The memory that writing needs: weights, keys and values of all tokens, the pass over the prompts.

    prompt, completion: tokens of the longest. batch: texts at a time. quantized: NF4 instead of bf16.
    """
    size = sizes(model)
    work = batch * prompt * _token(PREFILL, size) + (_largest(size) if quantized else 0)
    parts = {
        **_weights(size, quantized),
        "keys and values": batch * (prompt + completion) * kv_bytes(model),
        "one layer's work": work,
        "logits, fp32": batch * size.vocabulary * FP32,
    }
    name = model if isinstance(model, str) else "this model"
    return _memory(f"inference of {name}, batch {batch} of {prompt} + {completion} tokens", parts)


def kv_bytes(model: Model) -> int:
    """Bytes of the keys and values of one token in bf16, over all layers."""
    size = sizes(model)
    return 2 * size.layers * size.keys * BF16


def what_fits(card_gib: float, model: Model, settings: Settings = DEFAULT) -> Settings | None:
    """The settings nearest to these that fit a card, or None.

    The batch is halved first, then the rank down to 8, and the length last, as it must hold the longest row.
    """
    return next((one for one in _smaller(settings) if qlora(model, one).fits(card_gib)), None)


def _smaller(settings: Settings) -> Iterator[Settings]:
    yield settings
    for name, least in (("batch", 1), ("rank", LEAST_RANK), ("max_length", LEAST_LENGTH)):
        while (value := getattr(settings, name)) > least:
            settings = replace(settings, **{name: max(value // 2, least)})
            yield settings


def _memory(title: str, parts: dict[str, float]) -> Memory:
    gib = {name: number / GIB for name, number in parts.items()}
    return Memory(title, gib | {"context and fragmentation": CONTEXT})


def _weights(size: Sizes, quantized: bool) -> dict[str, float]:
    if not quantized:
        return {"weights, bf16": size.parameters * BF16}
    return {"linear weights, NF4": size.linear * NF4_BITS / 8, "other weights, bf16": size.other * BF16}


def _optimizer(bits: int) -> float:
    """Bytes a parameter of AdamW's two states; 8-bit ones have a scale for each block of 256."""
    return 2 * FP32 if bits == 32 else 2 * (1 + FP32 / 256)


def _token(widths: Mapping[str, int], size: Sizes, rank: int = 0) -> int:
    """Bytes of a layer's pass for one token."""
    own = {"intermediate": size.intermediate, "hidden": size.hidden, "keys": size.keys, "rank": rank}
    return sum(number * own[name] for name, number in widths.items())


def _mask(tokens: int) -> int:
    """Rows packed one after the other need a mask, as booleans and in bf16."""
    return tokens * tokens * (1 + BF16)


def _largest(size: Sizes) -> int:
    """The largest linear map, dequantized."""
    return max(inputs * outputs for inputs, outputs in size.matrices) * BF16


def _loss(size: Sizes, tokens: int) -> int:
    """One tile of logits, and the last layer's output with its gradient, in bf16 and fp32."""
    return min(tokens, TILE_TOKENS) * TILE_ENTRIES * BF16 + tokens * size.hidden * (3 * BF16 + 2 * FP32)
