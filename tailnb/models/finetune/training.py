"""`Finetuning`: QLoRA with TRL's trainer; it can be watched, stopped, killed and resumed.

The base is quantized to four bits and frozen; two small matrices beside each large one are trained, on the
completion alone (Dettmers et al. 2023, *QLoRA*). The paper trains every weight, on a cluster.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from peft.tuners.tuners_utils import BaseTunerLayer
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from transformers.trainer import TRAINING_ARGS_NAME

from tailnb.dataset.folder import save_text
from tailnb.models.adapters import base_name, name_base
from tailnb.models.finetune import checkpoints
from tailnb.models.finetune.arguments import arguments
from tailnb.models.finetune.export import ABOUT, write_card
from tailnb.models.finetune.quiet import quiet
from tailnb.models.finetune.recipe import Recipe
from tailnb.models.finetune.rows import digest, measure, read, require_room, rows
from tailnb.models.finetune.trainer import Trainer, trainer
from tailnb.models.finetune.watch import Look, Report, Watch, stopping_gently
from tailnb.models.hardware import sharded
from tailnb.models.writers.causal import CausalWriter

ADAPTER = "adapter"


class Finetuning:
    """A fine-tuning run.

    recipe: what is learned, and how. model, tokenizer: from `tailnb.models.load`, the model quantized.
    folder: where checkpoints and, in the end, the adapter go; a run that was stopped there goes on.
    given: what to learn from instead of the recipe's own problems: the folder of a data set that
    `tailnb synth` wrote, or rows of prompt and completion. save_every: optimizer steps between checkpoints.
    Raises ValueError for rows that max_length would cut or that are of another form than the recipe's, for a
    model that is not quantized or has an adapter, and for a folder that holds anything else.
    """

    def __init__(
        self,
        recipe: Recipe,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        folder: Path | str,
        *,
        given: Path | str | Sequence[Mapping[str, Any]] | None = None,
        save_every: int = 50,
    ) -> None:
        _require_trainable(model)
        self.recipe, self.folder, self.tokenizer = recipe, Path(folder), tokenizer
        self.rows = rows(recipe) if given is None else read(given, recipe)
        self.lengths = measure(self.rows, tokenizer)
        require_room(self.lengths, recipe.max_length)
        self.base = base_name(str(model.config.name_or_path)) or type(model).__name__
        settings = arguments(recipe, self.folder, save_every=save_every)
        self.about = self._about(settings.world_size, drawn=given is None)
        with settings.distributed_state.main_process_first():
            checkpoints.claim(self.folder, self.about)
        self._watch = Watch(self)
        with quiet():
            self.trainer: Trainer = trainer(recipe, model, tokenizer, settings, self.rows, self._watch)

    def _about(self, processes: int, *, drawn: bool) -> dict[str, Any]:
        """What decides the adapter, JSON-able. drawn: whether the rows are the recipe's own problems."""
        recipe = self.recipe.to_dict()
        if not drawn:
            del recipe["n"], recipe["ratio"]
        rows = {"rows": len(self.rows), "digest": digest(self.rows)}
        return {"base": self.base, **recipe, **rows, "processes": processes}

    @property
    def model(self) -> Any:
        """The base with the adapter beside it, as it stands."""
        return self.trainer.model

    @property
    def steps(self) -> int:
        """How many optimizer steps the whole run takes."""
        recipe, settings = self.recipe, self.trainer.args
        passes = math.ceil(len(self.trainer.train_dataset) / (recipe.batch * settings.world_size))
        return recipe.steps or math.ceil(recipe.epochs * math.ceil(passes / recipe.accumulate))

    @property
    def done(self) -> int:
        """The optimizer step of the newest checkpoint, from which `train` goes on."""
        return checkpoints.step(checkpoints.latest(self.folder))

    def batch(self, n: int | None = None) -> dict[str, Any]:
        """The first sequences as the trainer gets them: input_ids, labels (-100 where nothing is learned).

        n: how many; the recipe's batch if not given.
        """
        data = self.trainer.train_dataset
        return dict(
            self.trainer.data_collator([data[at] for at in range(min(n or self.recipe.batch, len(data)))])
        )

    def writer(self, name: str = "", **more: Any) -> CausalWriter:
        """The model as it stands, to be evaluated. name: shown in tables. more: what `CausalWriter` takes."""
        recipe = self.recipe
        form = {"method": recipe.method, "style": recipe.style, "without": recipe.without}
        return CausalWriter(self.model, self.tokenizer, name or f"{self.base}, tuned", **form | more)

    def train(
        self, *, progress: Report | None = None, look: Look | None = None, look_every: int = 0
    ) -> Path | None:
        """Train to the end, or until stopped; returns the adapter's folder, None when stopped before the end.

        progress: called after each step. look: called every look_every steps, and at the end, with this run
        and the step, for example to measure S, M and L; of several processes, the first one looks while the
        others wait. A first Ctrl-C stops after a checkpoint.
        Raises OSError for a checkpoint that cannot be written; those before it stay, and `train` goes on from
        them. ValueError for a folder that another process trains in.
        """
        if look and sharded():
            raise ValueError("a model that is spread over several GPUs cannot be looked at by one of them")
        self._watch.begin(progress, look, look_every)
        with self._alone(), quiet(), stopping_gently(self.stop):
            checkpoint = checkpoints.latest(self.folder)
            if checkpoint and self.done >= self.steps:
                self.trainer.restore(checkpoint)
            else:
                self.trainer.go_on(checkpoint)
            return self._save_adapter() if self.done >= self.steps else None

    def stop(self) -> None:
        """Ask the run to write a checkpoint and end; the same call of `train` later goes on from there."""
        self._watch.stopped = True

    def sealed(self, step: int) -> None:
        """Declare the checkpoint of a step whole, once each process has written its part."""
        together = self.trainer.accelerator
        together.wait_for_everyone()
        if self._first:
            checkpoints.seal(self.folder / f"{checkpoints.PREFIX}{step}")
        together.wait_for_everyone()  # so that all of them know where the run stands

    @property
    def _first(self) -> bool:
        """Whether this is the process that writes."""
        return bool(self.trainer.accelerator.is_main_process)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder, without what was cut short in it."""
        with checkpoints.held(self.folder) if self._first else nullcontext():
            if self._first:
                checkpoints.clear(self.folder)
            self.trainer.accelerator.wait_for_everyone()
            yield

    def _save_adapter(self) -> Path:
        """Write the adapter, the tokenizer and the card, whole or not at all."""
        whole, partial = self.folder / ADAPTER, self.folder / f".{ADAPTER}.part"
        there = whole.exists()
        self.trainer.accelerator.wait_for_everyone()  # before it can be there for one and not for another
        if there:
            return whole
        if self._first:
            shutil.rmtree(partial, ignore_errors=True)
        with checkpoints.written("the adapter", partial):
            self.trainer.save_model(str(partial))  # by all processes: each may hold a part of the weights
            if self._first:
                (partial / TRAINING_ARGS_NAME).unlink()  # a pickle, with places on this machine
                name_base(partial, self.base)
                save_text(partial / ABOUT, json.dumps(self.about, indent=1) + "\n")
                write_card(partial)
                partial.rename(whole)
        self.trainer.accelerator.wait_for_everyone()
        return whole


def _require_trainable(model: PreTrainedModel) -> None:
    if any(isinstance(module, BaseTunerLayer) for module in model.modules()):
        raise ValueError("this model has an adapter already; load its base anew")
    if not getattr(model, "is_loaded_in_4bit", False):
        raise ValueError("the base is not quantized; load it with quantize=True")
