"""How many parameters a causal language model has, and of which kind, from the numbers of its config.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

QWEN = {"model_type": "qwen2", "vocab_size": 151936, "tie_word_embeddings": True}
KNOWN: dict[str, dict[str, Any]] = {  # from each model's own config.json
    name: kind
    | {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "intermediate_size": intermediate,
    }
    for name, kind, hidden, layers, heads, kv_heads, intermediate in (
        ("SmolLM2-135M", QWEN | {"model_type": "llama", "vocab_size": 49152}, 576, 30, 9, 3, 1536),
        ("Qwen2.5-0.5B", QWEN, 896, 24, 14, 2, 4864),
        ("Qwen2.5-1.5B", QWEN, 1536, 28, 12, 2, 8960),
        ("Qwen2.5-3B", QWEN, 2048, 36, 16, 2, 11008),
        ("Qwen2.5-7B", QWEN | {"vocab_size": 152064, "tie_word_embeddings": False}, 3584, 28, 28, 4, 18944),
    )
}
NEEDED = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size")
EXPERTS = ("num_experts", "num_local_experts", "n_routed_experts")


@dataclass(frozen=True)
class Sizes:
    """The sizes of a decoder of the Llama kind: attention, a gated feed-forward part, RMS norms.

    hidden, intermediate, queries, keys: widths of the residual stream, of the feed-forward part, of all the
    queries and of all the keys of a layer. biases: parameters of a layer that are biases. tied: whether the
    head is the embedding.
    """

    hidden: int
    intermediate: int
    queries: int
    keys: int
    layers: int
    vocabulary: int
    biases: int
    tied: bool

    @property
    def matrices(self) -> tuple[tuple[int, int], ...]:
        """Inputs and outputs of a layer's linear maps: queries, keys, values, output; gate, up, down."""
        h, i, q, k = self.hidden, self.intermediate, self.queries, self.keys
        return (h, q), (h, k), (h, k), (q, h), (h, i), (h, i), (i, h)

    @property
    def linear(self) -> int:
        """Parameters in the linear maps of all layers, which NF4 quantizes."""
        return self.layers * sum(inputs * outputs for inputs, outputs in self.matrices)

    @property
    def other(self) -> int:
        """All other parameters: embeddings, head, norms and biases."""
        embeddings = self.vocabulary * self.hidden * (1 if self.tied else 2)
        return embeddings + self.layers * (2 * self.hidden + self.biases) + self.hidden

    @property
    def parameters(self) -> int:
        """All parameters."""
        return self.linear + self.other

    def adapter(self, rank: int) -> int:
        """Parameters of LoRA on all linear maps."""
        return self.layers * rank * sum(inputs + outputs for inputs, outputs in self.matrices)


def sizes(model: str | Mapping[str, Any]) -> Sizes:
    """The sizes of a known model by its name, with or without the owner's, or of any config.json as a dict.

    Raises ValueError for an unknown name, a config that lacks a number, and a mixture of experts.
    """
    config = known(model) if isinstance(model, str) else model.get("text_config") or model
    lacking = [name for name in NEEDED if not isinstance(config.get(name), int)]
    if lacking:
        raise ValueError(
            f"this config has no {', '.join(lacking)}; the memory of such a model is not known here"
        )
    if any((config.get(name) or 1) > 1 for name in EXPERTS):
        raise ValueError("a mixture of experts; only dense models' memory is known here")
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    head = config.get("head_dim") or hidden // heads
    queries, keys = heads * head, (config.get("num_key_value_heads") or heads) * head
    intermediate = config["intermediate_size"]
    biases = queries + 2 * keys if config.get("model_type") == "qwen2" else 0
    biases += (queries + 2 * keys + hidden) * bool(config.get("attention_bias"))
    biases += (2 * intermediate + hidden) * bool(config.get("mlp_bias"))
    layers, vocabulary = config["num_hidden_layers"], config["vocab_size"]
    tied = bool(config.get("tie_word_embeddings", False))
    return Sizes(hidden, intermediate, queries, keys, layers, vocabulary, biases, tied)


def known(name: str) -> dict[str, Any]:
    """The config numbers of a known model. Raises ValueError for another name, with the choices."""
    short = name.rpartition("/")[2].removesuffix("-Instruct")
    if short not in KNOWN:
        raise ValueError(
            f"the sizes of {name!r} are not known; choose from {', '.join(KNOWN)}, or give its config"
        )
    return KNOWN[short]
