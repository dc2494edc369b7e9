"""Greedy generation in batches, with any causal model of transformers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase


def generate(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[str],
    budgets: Sequence[int],
    *,
    batch_size: int = 64,
    progress: Callable[[int], object] | None = None,
) -> list[list[int]]:
    """What the model writes after each prompt: the numbers of its tokens, the end mark left out.

    budgets: for each prompt, how many tokens may be written; a batch may write its largest budget.
    progress: called after each batch with the number of prompts it held.
    Prompts of like budget share a batch; they are padded on the left.
    """
    written: list[list[int]] = [[] for _ in prompts]
    order = sorted(range(len(prompts)), key=lambda place: budgets[place])
    model.eval()
    for start in range(0, len(order), batch_size):
        places = order[start : start + batch_size]
        texts = _write(model, tokenizer, [prompts[p] for p in places], max(budgets[p] for p in places))
        for place, text in zip(places, texts, strict=True):
            written[place] = text
        if progress is not None:
            progress(len(places))
    return written


@torch.inference_mode()
def _write(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prompts: list[str], budget: int
) -> list[list[int]]:
    inputs = tokenizer(prompts, return_tensors="pt", padding=True, return_token_type_ids=False).to(
        model.device
    )
    end = tokenizer.eos_token_id
    writer: Any = model  # transformers' own types for `generate` do not fit its models
    output = writer.generate(
        **inputs,
        max_new_tokens=budget,
        do_sample=False,
        cache_implementation="static",  # a growing cache is copied whole at every token
        disable_compile=True,
        eos_token_id=end,
        pad_token_id=tokenizer.pad_token_id,
    )
    rows = output[:, inputs["input_ids"].shape[1] :].tolist()
    return [row[: row.index(end)] if end in row else row for row in rows]
