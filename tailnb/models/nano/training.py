"""`Training`: a nano model trained from zero, step by step; it can be stopped, resumed and repeated."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor
from torch.nn import functional
from transformers import Qwen2ForCausalLM

from tailnb.models.nano import checkpoint
from tailnb.models.nano.batches import Batch, pool
from tailnb.models.nano.memory import keep_freed_memory
from tailnb.models.nano.model import TRAINING_ATTENTION, compose_registers, lay_on_circles, new_model
from tailnb.models.nano.nano import Nano
from tailnb.models.nano.recipe import Recipe
from tailnb.models.nano.sharpness import log_scaled, scaled
from tailnb.models.nano.texts import draw, texts
from tailnb.models.nano.tokenizer import make_tokenizer, vocabulary
from tailnb.models.nano.whole import whole
from tailnb.tasks import task

VOCABULARY_SAMPLE = 300  # problems of each task that show every symbol
WARM_STEPS = 50
AVERAGED_STEPS = 10  # at first an average reaches back about a tenth of the run so far
LEAST_RATE = 0.02  # the cosine ends at this share of the learning rate


@dataclass(frozen=True)
class Progress:
    """Where a training run stands after a step. seconds: of training alone, over all its sittings."""

    step: int
    steps: int
    loss: float
    tokens: int
    seconds: float


class Training:
    """A training run to iterate over: each round of the loop is one optimizer step.

    recipe: what is trained. folder: where checkpoints go; a run that finds its own checkpoint there goes on
    from it. The loop may be interrupted at any time, and begun again: it goes on behind the last whole step.
    Raises ValueError when the folder holds a run of another recipe.

    >>> training = Training(Recipe(tasks=("compare_numbers",), steps=3, tokens=64))
    >>> [progress.step for progress in training]
    [1, 2, 3]
    """

    def __init__(self, recipe: Recipe, folder: Path | None = None) -> None:
        self.recipe = recipe
        self.folder = folder
        self.tokenizer = make_tokenizer(recipe_vocabulary(recipe))
        self.ids: dict[str, int] = self.tokenizer.get_vocab()
        shape = {
            name: getattr(recipe, name) for name in ("width", "layers", "heads", "looks_back", "matches")
        }
        self.model = new_model(len(self.ids), seed=recipe.seed, **shape)
        if recipe.addresses == "circles":
            lay_on_circles(self.model, [self.ids[f"<{n}>"] for n in range(recipe.ring)], recipe.seed)
        if recipe.registers == "composed":
            compose_registers(self.model, sorted(self.ids, key=self.ids.__getitem__), recipe.seed)
        self.mean = deepcopy(self.model) if recipe.average else self.model
        self.optimizers = _optimizers(self.model, recipe)
        self.step, self.tokens, self.seconds = 0, 0, 0.0
        self.pool, self.pool_start, self.used = 0, 0, 0  # where in the stream of batches the run stands
        if folder is not None:
            checkpoint.resume(self, folder)

    def __iter__(self) -> Iterator[Progress]:
        keep_freed_memory()
        started = time.perf_counter()
        while self.step < self.recipe.steps:
            share = self.pool_start / self.recipe.steps
            for batch in pool(self.recipe, self.pool, share, self.ids)[self.used :]:
                with whole():
                    loss = self._train_on(batch)
                    self.step, self.used = self.step + 1, self.used + 1
                    self.tokens += batch.numbers.numel()
                self.seconds += time.perf_counter() - started
                yield Progress(self.step, self.recipe.steps, loss, self.tokens, self.seconds)
                started = time.perf_counter()  # what the loop's body does is not training
                if self.step == self.recipe.steps:
                    return
            self.pool, self.pool_start, self.used = self.pool + 1, self.step, 0

    def nano(self, name: str = "nano") -> Nano:
        """The model as it is now, ready to write; with averaged weights if the recipe says so."""
        return Nano(name, self.recipe, self.mean, self.tokenizer)

    def save(self) -> None:
        """Write a checkpoint from which the run can go on."""
        if self.folder is None:
            raise ValueError("this training run has no folder to save to")
        checkpoint.save(self, self.folder)

    def _train_on(self, batch: Batch) -> float:
        sharpness = self._sharpness()
        self._set_rates()
        self.model.train()
        self.model.set_attn_implementation(TRAINING_ATTENTION)
        try:
            with sharpness, torch.autocast("cpu", dtype=torch.bfloat16):
                loss = batch_loss(self.model, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            for optimizer in self.optimizers:
                optimizer.step()
            self._average()
        finally:  # also when it fails, so that the model can be used and the run can go on
            self.model.zero_grad(set_to_none=True)
            self.model.set_attn_implementation("sdpa")
        return float(loss.detach())

    def _sharpness(self) -> AbstractContextManager[None]:
        if self.recipe.attention == "log":
            return log_scaled(self.model)
        rng = Random(f"softened/{self.recipe.seed}/{self.step}")
        return scaled(self.model, rng.uniform(self.recipe.softest, 1))

    @torch.no_grad()
    def _average(self) -> None:
        if self.mean is self.model:
            return
        kept = min(self.recipe.average, self.step / (self.step + AVERAGED_STEPS))
        for mean, weight in zip(self.mean.parameters(), self.model.parameters(), strict=True):
            mean.lerp_(weight, 1 - kept)

    def _set_rates(self) -> None:
        rise = min(1.0, (self.step + 1) / WARM_STEPS)
        fall = 0.5 * (1 + math.cos(math.pi * self.step / self.recipe.steps))
        for optimizer, rate in zip(
            self.optimizers, (self.recipe.muon_rate, self.recipe.adam_rate), strict=True
        ):
            for group in optimizer.param_groups:
                group["lr"] = rate * rise * (LEAST_RATE + (1 - LEAST_RATE) * fall)


def batch_loss(model: Qwen2ForCausalLM, batch: Batch) -> Tensor:
    """Mean cross-entropy of the tokens that are learned: those of the completion."""
    hidden = _hidden(model, batch)
    wanted = batch.learned[:, 1:]
    logits = model.lm_head(hidden[wanted])
    return functional.cross_entropy(logits.float(), batch.numbers[:, 1:][wanted])


def _hidden(model: Qwen2ForCausalLM, batch: Batch) -> Tensor:
    inputs = batch.numbers[:, :-1]
    # Without a mask of ones, transformers takes jumping positions for packed sequences and cuts attention.
    ones = torch.ones_like(inputs)
    positions = batch.positions[:, :-1]
    states: Tensor = model.model(
        input_ids=inputs, position_ids=positions, attention_mask=ones, use_cache=False
    ).last_hidden_state
    return states


def recipe_vocabulary(recipe: Recipe) -> list[str]:
    """The tokens that the recipe's tasks use, found in a fixed sample of their problems."""
    rng = Random("vocabulary")
    found: list[str] = []
    for name in recipe.tasks:
        for _ in range(VOCABULARY_SAMPLE):
            problem = draw(name, rng, *task(name).lengths["S"])
            found += texts(problem, recipe, seed=0)
    return vocabulary(found, recipe.ring)


def _optimizers(model: torch.nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embeddings, head and vectors."""
    named = dict(model.named_parameters())
    matrices = [
        w for name, w in named.items() if w.ndim == 2 and "embed" not in name and "lm_head" not in name
    ]
    inside = {id(weight) for weight in matrices}
    rest = [weight for weight in named.values() if id(weight) not in inside]
    return [
        torch.optim.Muon(matrices, lr=recipe.muon_rate, weight_decay=recipe.decay, momentum=0.95),
        torch.optim.AdamW(rest, lr=recipe.adam_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]
