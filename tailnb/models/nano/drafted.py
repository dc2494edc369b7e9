"""Greedy generation with the true completion as a draft: the same texts, mostly in one pass over each.

This is speculative decoding, and the truth is what is speculated. One pass over prompt and draft tells, at
each place, what the model would write there after all that stands before. As long as that is the draft's
own token, the draft is the greedy text; where it is not, the model's own token is taken, and nothing behind
it counts. So each token is the model's likeliest after its own earlier ones, as in any greedy generation: a
draft saves time where it is right, and never changes a token. (Of two tokens equally likely up to rounding
either may be taken: a pass adds up in another order than generation token by token, as another batch does,
too.)
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from tailnb.models.generate import BATCH_SIZE, BATCH_TOKENS, Row, end_marks, generate, until
from tailnb.models.nano.memory import keep_freed_memory

CPU_TOKENS = 2048  # of a pass, so that what it computes stays in the processor's cache
WORTH = 1 / 8  # share of a pass's tokens that must prove right; below, writing token by token is faster
TRIAL = 4096  # tokens of passes, after which drafts that proved less are given up for the next texts


@dataclass
class Text:
    """A text under way. place: its prompt's. draft: what may come next. ended: whether an end mark came."""

    place: int
    prompt: list[int]
    draft: list[int]
    budget: int
    written: list[int]
    ended: bool = False
    seconds: float = 0.0

    @property
    def tokens(self) -> list[int]:
        """What a pass reads."""
        return self.prompt + self.written + self.draft

    @property
    def done(self) -> bool:
        """Whether nothing more may be written."""
        return self.ended or len(self.written) >= self.budget

    def row(self) -> Row:
        """The text as `generate` yields it."""
        return Row(self.place, self.written, self.ended, self.seconds)

    def take(self, likeliest: Sequence[int], marks: Sequence[int]) -> int:
        """Write what a pass proved, and return how many tokens that are.

        likeliest: the model's own tokens at each place of the draft, and behind it.
        """
        wrong = (place for place, token in enumerate(self.draft) if token != likeliest[place])
        proved = next(wrong, len(self.draft)) + 1
        new, self.ended = until(likeliest[: min(proved, self.budget - len(self.written))], marks)
        self.written += new
        self.draft = self.draft[proved:]  # an error is often one token, and the text goes on as before
        return proved


def drafted(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    drafts: Sequence[Sequence[int]],
    budgets: Sequence[int],
) -> Iterator[Row]:
    """What `generate` yields for these prompts and budgets, sooner where drafts are right.

    drafts: for each prompt what the model may well write, as numbers of tokens without the end mark.
    Rows come as they are done, the shorter ones first.
    """
    texts = [
        Text(place, list(prompt), list(draft), budget, [])
        for place, (prompt, draft, budget) in enumerate(zip(prompts, drafts, budgets, strict=True))
    ]
    marks = end_marks(model, tokenizer)
    model.eval()
    keep_freed_memory()
    tried: list[Text] = []
    waiting: list[Text] = []
    for batch in _batches(texts, CPU_TOKENS if model.device.type == "cpu" else BATCH_TOKENS):
        if _worth(tried):
            _prove(model, batch, marks)
            tried += batch
        yield from (text.row() for text in batch if text.done)
        waiting += [text for text in batch if not text.done]
        if len(waiting) >= BATCH_SIZE:
            yield from _write(model, tokenizer, waiting)
            tried, waiting = [], []
    yield from _write(model, tokenizer, waiting)


def holds(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    drafts: Sequence[Sequence[int]],
) -> list[bool]:
    """Whether each draft, and the end mark behind it, is what the model would write: one pass over each."""
    texts = [
        Text(n, list(prompt), list(draft), 0, [])
        for n, (prompt, draft) in enumerate(zip(prompts, drafts, strict=True))
    ]
    model.eval()
    found = [False] * len(texts)
    for batch in _batches(texts, CPU_TOKENS if model.device.type == "cpu" else BATCH_TOKENS):
        for text, tokens in zip(batch, _likeliest(model, batch), strict=True):
            found[text.place] = tokens == [*text.draft, tokenizer.eos_token_id]
    return found


def _batches(texts: Sequence[Text], tokens: int) -> Iterator[list[Text]]:
    """Texts of like length together, as many as make `tokens` tokens with their padding, at least one."""
    batch: list[Text] = []
    for text in sorted(texts, key=lambda text: len(text.tokens)):
        if batch and len(text.tokens) * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _worth(tried: Sequence[Text]) -> bool:
    """Whether drafts proved so much of these texts that others are worth a pass; few texts tell nothing."""
    read = sum(len(text.tokens) for text in tried)
    proved = sum(len(text.tokens) if text.done else len(text.written) for text in tried)
    return read < TRIAL or proved >= WORTH * read


def _prove(model: PreTrainedModel, batch: Sequence[Text], marks: Sequence[int]) -> None:
    """Passes over the texts, as long as they prove enough to be worth their time."""
    hopeful = list(batch)
    while hopeful:
        started = time.perf_counter()
        found = _likeliest(model, hopeful)
        proved = [text.take(tokens, marks) for text, tokens in zip(hopeful, found, strict=True)]
        for text in hopeful:
            text.seconds += (time.perf_counter() - started) / len(hopeful)
        pairs = zip(hopeful, proved, strict=True)
        hopeful = [text for text, n in pairs if not text.done and n >= WORTH * len(text.tokens)]


@torch.no_grad()  # not inference_mode: a model in training must stay trainable
def _likeliest(model: PreTrainedModel, texts: Sequence[Text]) -> list[list[int]]:
    """For each text the model's likeliest token at each place of its draft, and behind it."""
    rows = [text.tokens for text in texts]
    longest = max(map(len, rows))
    # Padding behind a text is seen by no token of the text, so that no mask is needed.
    inputs = torch.tensor([row + row[-1:] * (longest - len(row)) for row in rows], device=model.device)
    states = model.base_model(input_ids=inputs, use_cache=False).last_hidden_state
    ends = [(len(row) - len(text.draft) - 1, len(row)) for row, text in zip(rows, texts, strict=True)]
    head = model.get_output_embeddings()
    return [head(states[n, start:end]).argmax(-1).tolist() for n, (start, end) in enumerate(ends)]


def _write(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, texts: Sequence[Text]
) -> Iterator[Row]:
    """The texts' rows when the rest of each is written token by token."""
    prompts = [text.prompt + text.written for text in texts]
    budgets = [text.budget - len(text.written) for text in texts]
    for row in generate(model, tokenizer, prompts, budgets):
        text = texts[row.place]
        yield Row(text.place, text.written + row.numbers, row.ended, text.seconds + row.seconds)
