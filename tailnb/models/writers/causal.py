"""`CausalWriter`: any causal model of transformers, in memory, with an adapter or without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from tailnb.evaluation.lengths import counter
from tailnb.evaluation.writer import BASE, Writer, Written
from tailnb.models.generate import BATCH_SIZE, BATCH_TOKENS, generate
from tailnb.models.writers.budgets import Budgets
from tailnb.models.writers.fingerprint import fingerprint
from tailnb.models.writers.prompts import chats, encoded, first_answer
from tailnb.tasks import Problem


@dataclass(frozen=True, eq=False)
class CausalWriter(Writer):
    """A causal model with its tokenizer, as `tailnb.models.load` gives them; it writes greedily.

    method, style, without: what it was fine-tuned to write; "base" for a model that was not.
    max_tokens: a limit for every text, instead of one from the true texts' lengths.
    batch_size, batch_tokens: what `generate` takes.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    name: str
    method: str = BASE
    style: str = "core"
    without: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    max_tokens: int | None = None
    batch_size: int = BATCH_SIZE
    batch_tokens: int = BATCH_TOKENS

    @property
    def about(self) -> Mapping[str, Any]:
        """The hash of the weights as they are now, whether they are quantized, and the limit."""
        quantized = bool(getattr(self.model, "is_loaded_in_4bit", False))
        return {
            "weights": fingerprint(self.model),
            "dtype": "nf4" if quantized else str(self.model.dtype).removeprefix("torch."),
            "max_tokens": self.max_tokens,
        }

    @property
    def context(self) -> int | None:
        """The tokens that the model holds; None for one that sets no limit."""
        config = self.model.config.get_text_config(decoder=True)
        return getattr(config, "max_position_embeddings", None)

    def write(self, problems: Sequence[Problem]) -> Iterator[Written]:
        """A text for each problem, the shorter ones first.

        Raises ValueError, before the first text, for a prompt that does not fit into the context.
        """
        prompts = [encoded(self, problem, self.tokenizer) for problem in problems]
        budgets = [self._budget(one, len(prompt)) for one, prompt in zip(problems, prompts, strict=True)]
        sizes = {"batch_size": self.batch_size, "batch_tokens": self.batch_tokens}
        for row in generate(self.model, self.tokenizer, prompts, budgets, **sizes):
            yield Written(row.place, self.read(row.numbers), len(row.numbers), row.seconds, row.ended)

    def read(self, numbers: Sequence[int]) -> str:
        """Token numbers as a text, nothing left out."""
        text = self.tokenizer.decode(
            list(numbers), skip_special_tokens=False, clean_up_tokenization_spaces=False
        )
        plain = self.method == BASE and not chats(self, self.tokenizer)
        return first_answer(str(text)) if plain else str(text)

    @cached_property
    def _budget(self) -> Budgets:
        count = counter(self.tokenizer)
        return Budgets(self, count, context=self.context, most=self.max_tokens)
