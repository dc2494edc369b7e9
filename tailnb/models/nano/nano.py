"""`Nano`: a trained nano model with its tokenizer; shipped ones load at once, without any download."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import PreTrainedTokenizerFast, Qwen2ForCausalLM
from transformers.utils import logging

from tailnb.evaluation.measure import evaluate
from tailnb.evaluation.results import Result
from tailnb.evaluation.writer import Written
from tailnb.models.nano.drafted import drafted, holds
from tailnb.models.nano.recipe import Recipe
from tailnb.models.nano.texts import layouts, texts
from tailnb.models.nano.tokenizer import BOS, encode
from tailnb.models.writers.budgets import budget
from tailnb.tasks import Problem
from tailnb.traces.answer import FINAL

SHIPPED = Path(__file__).parent / "checkpoints"
LONGEST_PATH = 1000
UNUSED = "[UNUSED]"  # the vocabulary is rounded up; an untrained model may write what stands for nothing


@dataclass(frozen=True)
class Nano:
    """A nano model, ready to write.

    name: shown in tables. recipe: how it was trained. model, tokenizer: stock transformers objects.
    """

    name: str
    recipe: Recipe
    model: Qwen2ForCausalLM
    tokenizer: PreTrainedTokenizerFast

    @cached_property
    def ids(self) -> dict[str, int]:
        """The number of each token."""
        return dict(self.tokenizer.get_vocab())

    def write(
        self,
        problems: Sequence[Problem],
        *,
        layout: int | None = 0,
        progress: Callable[[int], object] | None = None,
    ) -> list[str]:
        """The model's text in tape style for each problem, greedily.

        layout: the seed of the addresses; None has one for each problem.
        progress: called with the number of problems done since then.
        Raises ValueError for a problem of another task, or one too long for the model's ring.
        """
        found = [""] * len(problems)
        for written in self.writing(problems, layout=layout):
            found[written.place] = written.text
            if progress is not None:
                progress(1)
        return found

    def writing(self, problems: Sequence[Problem], *, layout: int | None = 0) -> Iterator[Written]:
        """The same texts as they come, the shorter ones first."""
        seeds = layouts(problems, layout)
        prompts, drafts = self._numbers(problems, seeds)  # what it does not know is refused before it starts
        budgets = [budget(len(true)) for true in drafts]
        for row in drafted(self.model, self.tokenizer, prompts, drafts, budgets):
            text, seed = self.read(row.numbers), seeds[row.place]
            yield Written(row.place, text, len(row.numbers), row.seconds, row.ended, seed)

    def _numbers(
        self, problems: Sequence[Problem], layouts: Sequence[int]
    ) -> tuple[list[list[int]], list[list[int]]]:
        """The prompts and true completions as numbers of tokens."""
        pairs = [texts(one, self.recipe, seed=seed) for one, seed in zip(problems, layouts, strict=True)]
        prompts = [[self.ids[BOS], *encode(self.ids, prompt)] for prompt, _ in pairs]
        return prompts, [encode(self.ids, true) for _, true in pairs]

    def read(self, numbers: Sequence[int]) -> str:
        """Token numbers as a text in tape style, with the final answer on a line of its own.

        An answer that is to be written in reverse is turned round.
        """
        tokens = [token or UNUSED for token in self.tokenizer.convert_ids_to_tokens(list(numbers))]
        if self.recipe.method == "reversed":
            mark = len(FINAL.split())
            tokens = tokens[:mark] + tokens[: mark - 1 : -1]
        return " ".join(tokens).replace(f" {FINAL}", f"\n{FINAL}")

    def evaluate(
        self,
        problems: Sequence[Problem],
        *,
        layout: int | None = None,
        by: Literal["range", "length"] = "range",
        seed: int = 0,
        progress: Callable[[int], object] | None = None,
        provenance: dict[str, Any] | None = None,
    ) -> list[Result]:
        """Result rows by task and range, or length, for what the model writes, with first errors.

        layout: the seed of the addresses; None has one for each problem, so that many are tried.
        First errors are told of whole traces in core style, which can be checked; of others, only how many
        texts are right in every token.
        """
        started = time.perf_counter()
        written = self.write(problems, layout=layout, progress=progress)
        return evaluate(
            problems,
            written,
            model=self.name,
            method=self.recipe.label,
            style="tape",
            layouts=layouts(problems, layout),
            by=by,
            tokens=[len(text.split()) for text in written],
            seconds=time.perf_counter() - started,
            seed=seed,
            provenance=provenance,
        )

    def exactness(self, problems: Sequence[Problem], *, layout: int | None = None) -> list[bool]:
        """Whether each whole completion is the model's likeliest at every token, given the true ones before.

        Equal to a greedy run writing the true completion, at the cost of one forward pass.
        """
        return holds(self.model, self.tokenizer, *self._numbers(problems, layouts(problems, layout)))

    def save(self, folder: Path) -> None:
        """Write the model, its tokenizer and its recipe into a folder."""
        with without_bars():
            self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        (folder / "recipe.json").write_text(
            json.dumps(self.recipe.to_dict(), indent=1) + "\n", encoding="utf-8"
        )


def load(name: str | Path) -> Nano:
    """A shipped nano model by name, or one from a folder that `Nano.save` wrote.

    Raises ValueError for an unknown name, naming the shipped ones, and for a folder whose parts do not fit.
    """
    folder = SHIPPED / name if str(name) in shipped() else Path(name)
    if len(str(name)) > LONGEST_PATH or not (folder / "recipe.json").is_file():
        raise ValueError(f"no nano model {str(name)!r}; choose from {', '.join(shipped())}, or give a folder")
    recipe = _recipe(folder)
    with without_bars():
        tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
        model = Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.float32)
    if len(tokenizer) > model.config.vocab_size:
        raise ValueError(
            f"{folder.name}: the tokenizer has {len(tokenizer)} tokens, the model {model.config.vocab_size}"
        )
    return Nano(folder.name, recipe, model, tokenizer)


def _recipe(folder: Path) -> Recipe:
    """The recipe that a folder holds. Raises ValueError for one that is broken."""
    try:
        return Recipe.from_dict(json.loads((folder / "recipe.json").read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{folder.name}/recipe.json is no recipe: {error}") from None


@contextmanager
def without_bars() -> Iterator[None]:
    """Keep transformers from showing a progress bar for a file of two megabytes."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def shipped() -> list[str]:
    """The names of the models that come with the package."""
    return sorted(path.parent.name for path in SHIPPED.glob("*/recipe.json"))
