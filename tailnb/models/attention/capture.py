"""`attention`: the attention weights of any causal language model of transformers, on any text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from tailnb.models.attention.picture import Attention, position

LARGEST = 2 * 2**30  # bytes of weights
NUMBER = 4  # bytes of one
CONTINUED = "…"  # a token that holds further bytes of a character which stands at an earlier one


def attention(
    model: Any, tokenizer: Any, prompt: str, completion: str, *, layers: Iterable[int] | None = None
) -> Attention:
    """How a model looks at a prompt and a completion, as if it were writing this completion.

    model, tokenizer: of transformers, any causal language model whose attention can be had.
    layers: to look at, counted from 1; all when not given. The model is left as it was.
    Raises ValueError for a text that the tokenizer or the model cannot take, for weights of more than 2 GiB
    and for a model that gives no weights.
    """
    front, back = read(tokenizer, prompt, special=True), read(tokenizer, completion, special=False)
    read_both = front + back
    chosen = _chosen(model, layers)
    _require_size(model, len(read_both), len(chosen))
    weights = _weights(model, [number for number, _ in read_both], chosen)
    return Attention(tuple(piece for _, piece in read_both), len(front), chosen, weights)


def read(tokenizer: Any, text: str, *, special: bool) -> list[tuple[int, str]]:
    """A text's tokens: the number of each, and what of the text it is.

    special: with what the tokenizer puts in front. Raises ValueError for a text that it cannot take.
    """
    fast = bool(getattr(tokenizer, "is_fast", False))
    try:
        found = tokenizer(text, add_special_tokens=special, return_offsets_mapping=fast)
    except Exception as error:  # the library raises nothing more special
        raise ValueError(f"the tokenizer cannot take the text: {error}") from error
    numbers = [int(number) for number in found["input_ids"]]
    if not fast:
        return [(number, tokenizer.decode([number])) for number in numbers]
    names = tokenizer.convert_ids_to_tokens(numbers)
    return list(zip(numbers, _pieces(text, found["offset_mapping"], names), strict=True))


def _pieces(text: str, offsets: Iterable[tuple[int, int]], names: Sequence[str]) -> Iterator[str]:
    """What of the text each token is, with the white space before it; a name where it is none of it."""
    done = 0
    for (start, end), name in zip(offsets, names, strict=True):
        if end > done:
            yield text[done:end]
            done = end
        else:
            yield f"{name} " if start == end else CONTINUED


def _chosen(model: Any, layers: Iterable[int] | None) -> tuple[int, ...]:
    config = _config(model)
    known = range(1, getattr(config, "num_hidden_layers", 0) + 1)
    chosen = tuple(known) if layers is None else tuple(sorted(set(layers)))
    if not chosen:
        raise ValueError("choose at least one layer" if known else _no_weights(model))
    for layer in chosen:
        position("layer", layer, known)
    return chosen


def _require_size(model: Any, tokens: int, layers: int) -> None:
    """Raise ValueError, with the size and the choice, for a text too long for the model or for memory."""
    config = _config(model)
    longest = getattr(config, "max_position_embeddings", None) or tokens
    if not 0 < tokens <= longest:
        raise ValueError(f"the text has {tokens:,} tokens; the model takes 1 to {longest:,}")
    heads = getattr(config, "num_attention_heads", 1)
    size = NUMBER * layers * heads * tokens**2
    if size > LARGEST:
        raise ValueError(
            f"{tokens:,} tokens make {layers} x {heads} x {tokens:,} x {tokens:,} weights in {layers} layers:"
            f" {size / 2**30:.1f} GiB, more than {LARGEST / 2**30:g}; choose fewer `layers` or a shorter text"
        )


def _weights(model: Any, numbers: list[int], chosen: tuple[int, ...]) -> Any:
    """The weights of the chosen layers, [layers, heads, tokens, tokens], as an array of float32."""
    inputs = torch.tensor([numbers], device=model.device)
    with torch.inference_mode(), eager(model), _dropping(model, chosen):
        # Without a mask of ones, a text with a padding token in it could be read another way.
        outputs = model(
            input_ids=inputs,
            attention_mask=torch.ones_like(inputs),
            output_attentions=True,
            use_cache=False,
        )
    kept = [layer for layer in getattr(outputs, "attentions", None) or () if layer is not None]
    if len(kept) > len(chosen):
        kept = [kept[layer - 1] for layer in chosen]
    if len(kept) < len(chosen) or any(layer.shape[-2:] != (len(numbers),) * 2 for layer in kept):
        raise ValueError(_no_weights(model))
    return torch.stack([layer[0].float().cpu() for layer in kept]).numpy()


@contextmanager
def eager(model: Any) -> Iterator[None]:
    """The model as it shows its weights: without dropout, its attention computed step by step."""
    if not hasattr(model, "set_attn_implementation"):
        raise ValueError(_no_weights(model))
    before, training = model.config._attn_implementation, [one for one in model.modules() if one.training]
    try:
        model.eval()
        model.set_attn_implementation("eager")
        yield
    finally:
        model.set_attn_implementation(before)
        for module in training:
            module.training = True


@contextmanager
def _dropping(model: Any, chosen: tuple[int, ...]) -> Iterator[None]:
    """Let go of the weights of other layers at once, before the library keeps them."""

    def drop(module: Any, inputs: Any, output: Any) -> Any:
        weighed = isinstance(output, tuple) and len(output) > 1 and module.layer_idx + 1 not in chosen
        return (output[0], None, *output[2:]) if weighed else output

    numbered = [module for module in model.modules() if isinstance(getattr(module, "layer_idx", None), int)]
    hooks = [module.register_forward_hook(drop, prepend=True) for module in numbered]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _config(model: Any) -> Any:
    config: Any = getattr(model, "config", None)
    return config.get_text_config() if hasattr(config, "get_text_config") else config


def _no_weights(model: Any) -> str:
    return (
        f"{type(model).__name__} gives no attention weights of each token on each;"
        " choose a causal language model of transformers with ordinary attention, such as Llama or Qwen2"
    )
