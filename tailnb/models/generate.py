"""Greedy generation in batches, with any causal model of transformers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from transformers import DynamicCache, PreTrainedModel, PreTrainedTokenizerBase, StoppingCriteria
from transformers.cache_utils import DynamicLayer

BATCH_SIZE = 64
BATCH_TOKENS = 1 << 16  # of a batch, written ones included; 3.5 GiB of keys and values with Qwen2.5-7B
# A model's own generation_config.json may ask for sampling, or forbid to repeat what a trace must repeat.
GREEDY = {
    "do_sample": False,
    "num_beams": 1,
    "temperature": 1.0,
    "top_k": 50,
    "top_p": 1.0,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
    "min_new_tokens": 0,
    "use_cache": True,
}


class Row(NamedTuple):
    """What was written after one prompt.

    place: the prompt's. numbers: of the tokens, the end mark left out. ended: whether the end mark came
    before the budget was spent. seconds: this row's share of its batch's time.
    """

    place: int
    numbers: list[int]
    ended: bool
    seconds: float


def generate(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    budgets: Sequence[int],
    *,
    batch_size: int = BATCH_SIZE,
    batch_tokens: int = BATCH_TOKENS,
) -> Iterator[Row]:
    """What the model writes after each prompt, batch by batch, the shorter ones first.

    prompts: numbers of tokens. budgets: for each prompt, how many tokens may be written, whatever batch it
    is in. batch_size, batch_tokens: rows of a batch, and tokens with those to be written, at most; a batch
    that does not fit into a GPU's memory is halved, and so are all later ones.
    Raises torch.OutOfMemoryError where there is no room for a single row.
    """
    waiting = sorted(range(len(prompts)), key=lambda place: (budgets[place], len(prompts[place])))
    model.eval()
    while waiting:
        places = _batch(waiting, prompts, budgets, batch_size, batch_tokens)
        started = time.perf_counter()
        rows = _attempt(model, tokenizer, [prompts[p] for p in places], [budgets[p] for p in places])
        if rows is None:
            batch_size = len(places) // 2
            torch.cuda.empty_cache()
            continue
        seconds = (time.perf_counter() - started) / len(places)
        for place, (numbers, ended) in zip(places, rows, strict=True):
            yield Row(place, numbers, ended, seconds)
        waiting = waiting[len(places) :]


def end_marks(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """The tokens that end a text: the tokenizer's, and those of the model's own generation_config.json."""
    own = getattr(model.generation_config, "eos_token_id", None)
    marks = own if isinstance(own, list) else [own]
    return sorted({mark for mark in (tokenizer.eos_token_id, *marks) if mark is not None})


def until(numbers: Sequence[int], marks: Sequence[int]) -> tuple[list[int], bool]:
    """The tokens before the first end mark, and whether there was one."""
    end = next((place for place, number in enumerate(numbers) if number in marks), None)
    return list(numbers[:end]), end is not None


def _batch(
    waiting: Sequence[int],
    prompts: Sequence[Sequence[int]],
    budgets: Sequence[int],
    batch_size: int,
    batch_tokens: int,
) -> list[int]:
    """The first of those that wait, as many as make a batch: at least one."""
    places: list[int] = []
    longest = written = 0
    for place in waiting[:batch_size]:
        longest, written = max(longest, len(prompts[place])), max(written, budgets[place])
        if places and (longest + written) * (len(places) + 1) > batch_tokens:
            break
        places.append(place)
    return places


def _attempt(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    budgets: Sequence[int],
) -> list[tuple[list[int], bool]] | None:
    """What is written, or None when the GPU has no room for so many rows but may have for fewer."""
    try:
        return _write(model, tokenizer, prompts, budgets)
    except torch.OutOfMemoryError:
        if len(prompts) == 1:
            raise
    return None  # only here, where the error no longer holds on to the memory


@torch.no_grad()  # not inference_mode: a model in training must stay trainable
def _write(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    budgets: Sequence[int],
) -> list[tuple[list[int], bool]]:
    numbers, mask = _padded(prompts, tokenizer.pad_token_id)
    marks, width = end_marks(model, tokenizer), numbers.shape[1]
    writer: Any = model  # transformers' own types for `generate` do not fit its models
    output = writer.generate(
        input_ids=numbers.to(model.device),
        attention_mask=mask.to(model.device),
        max_new_tokens=max(budgets),
        stopping_criteria=[_Budgets(width, torch.tensor(budgets, device=model.device))],
        past_key_values=_cache(model, width + max(budgets)),
        disable_compile=True,
        eos_token_id=marks,
        pad_token_id=tokenizer.pad_token_id,
        **GREEDY,
    )
    rows = output[:, width:].tolist()
    return [until(row[:budget], marks) for row, budget in zip(rows, budgets, strict=True)]


def _padded(prompts: Sequence[Sequence[int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Prompts as one tensor, padded on the left, and which tokens count. Both [rows, longest]."""
    width = max(map(len, prompts))
    rows = [[pad] * (width - len(prompt)) + list(prompt) for prompt in prompts]
    mask = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    return torch.tensor(rows), torch.tensor(mask)


def _cache(model: PreTrainedModel, tokens: int) -> DynamicCache | None:
    """Room for all tokens at once, where the model takes it: else all of it is copied at each token."""
    if not getattr(model, "_can_compile_fullgraph", False):
        return None
    cache = DynamicCache(config=model.config.get_text_config(decoder=True))
    cache.layers = [_Room(tokens) if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


class _Room(DynamicLayer):
    """Keys and values at the front of larger tensors; attention sees those that are there, and no room."""

    def __init__(self, tokens: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.tokens = tokens

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        super().lazy_initialization(key_states, value_states)
        self.room = [
            states.new_empty(*states.shape[:2], self.tokens, states.shape[3])
            for states in (key_states, value_states)
        ]
        self.keys, self.values = (room[:, :, :0] for room in self.room)

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Put new keys and values behind the others. Returns all: [rows, heads, tokens, head size]."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start = self.get_seq_length()
        end = start + key_states.shape[2]
        for room, new in zip(self.room, (key_states, value_states), strict=True):
            room[:, :, start:end] = new
        self.keys, self.values = (room[:, :, :end] for room in self.room)
        return self.keys, self.values


class _Budgets(StoppingCriteria):
    """Ends each row at its own budget, so that it does not keep the others waiting."""

    def __init__(self, width: int, budgets: torch.Tensor) -> None:
        self.width, self.budgets = width, budgets

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> Any:
        return input_ids.shape[1] - self.width >= self.budgets
