"""`Finetuning`: QLoRA with TRL's trainer; it can be watched, stopped, killed and resumed.

The base is quantized to four bits and frozen; two small matrices beside each large one are trained, on the
completion alone (Dettmers et al. 2023, *QLoRA*). The paper trains every weight, on a cluster.
"""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from transformers import PreTrainedModel, PreTrainedTokenizerBase, PrinterCallback, TrainerCallback
from trl import SFTConfig, SFTTrainer  # type: ignore[attr-defined]

from tailnb.models.adapters import base_name, name_base
from tailnb.models.finetune import checkpoints
from tailnb.models.finetune.recipe import Recipe
from tailnb.models.finetune.rows import Row, measure, require_room, rows

ADAPTER = "adapter"


@dataclass(frozen=True)
class Progress:
    """How far a run is: the optimizer step, of how many, its mean loss, and seconds since the start."""

    step: int
    steps: int
    loss: float
    seconds: float


class Finetuning:
    """A fine-tuning run.

    recipe: what is learned, and how. model, tokenizer: from `tailnb.models.load`, the model quantized.
    folder: where checkpoints and, in the end, the adapter go; a run that was stopped there goes on.
    given: rows of prompt and completion to learn from, instead of the recipe's own problems.
    save_every: optimizer steps between two checkpoints.
    Raises ValueError for rows that max_length would cut, and for a folder that holds another recipe's run.
    """

    def __init__(
        self,
        recipe: Recipe,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        folder: Path | str,
        *,
        given: Sequence[Row] | None = None,
        save_every: int = 50,
    ) -> None:
        self.recipe, self.folder, self.tokenizer = recipe, Path(folder), tokenizer
        self.rows = rows(recipe) if given is None else list(given)
        self.lengths = measure(self.rows, tokenizer)
        require_room(self.lengths, recipe.max_length)
        self.base = base_name(str(model.config.name_or_path)) or type(model).__name__
        self.about = {"base": self.base, "rows": len(self.rows), **recipe.to_dict()}
        self._checkpoint = checkpoints.latest(self.folder, self.about)
        self._watch = _Watch(self)
        self.trainer = _trainer(recipe, model, tokenizer, self.folder, self.rows, save_every, self._watch)

    @property
    def model(self) -> Any:
        """The base with the adapter beside it, as it stands."""
        return self.trainer.model

    @property
    def steps(self) -> int:
        """How many optimizer steps the whole run takes."""
        return int(self.trainer.state.max_steps or self.recipe.steps or 0)

    def train(
        self,
        *,
        progress: Callable[[Progress], object] | None = None,
        look: Callable[[Finetuning, int], object] | None = None,
        look_every: int = 0,
    ) -> Path | None:
        """Train to the end, or until stopped; returns the adapter's folder, None when stopped before the end.

        progress: called after each step. look: called every look_every steps, and at the end, with this run
        and the step, for example to measure S, M and L. A first Ctrl-C stops after a checkpoint.
        """
        self._watch.begin(progress, look, look_every)
        resume = str(self._checkpoint) if self._checkpoint else None
        with _stopping_gently(self.stop):
            self.trainer.train(resume_from_checkpoint=resume)
        self._checkpoint = checkpoints.latest(self.folder, self.about)
        return None if self._watch.stopped else self._save_adapter()

    def stop(self) -> None:
        """Ask the run to write a checkpoint and end; the same call of `train` later goes on from there."""
        self._watch.stopped = True

    def _save_adapter(self) -> Path:
        """Write the adapter and the tokenizer, whole or not at all."""
        whole, partial = self.folder / ADAPTER, self.folder / f".{ADAPTER}.part"
        shutil.rmtree(partial, ignore_errors=True)
        self.model.save_pretrained(partial)
        name_base(partial, self.base)
        self.tokenizer.save_pretrained(partial)
        checkpoints.seal(partial, self.about)
        shutil.rmtree(whole, ignore_errors=True)
        return partial.rename(whole)


class _Watch(TrainerCallback):
    """Tells what the trainer does, looks on, and stops it when asked."""

    def __init__(self, run: Finetuning) -> None:
        self.run = run
        self.stopped = False
        self.begin(None, None, 0)

    def begin(
        self,
        progress: Callable[[Progress], object] | None,
        look: Callable[[Finetuning, int], object] | None,
        look_every: int,
    ) -> None:
        """Take the callers' functions for one call of train."""
        self.progress, self.look, self.look_every = progress, look, look_every
        self.stopped, self.started = False, time.perf_counter()

    def on_log(
        self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_: Any
    ) -> None:
        """After each step the trainer logs its loss."""
        if self.progress and logs and "loss" in logs:
            seconds = time.perf_counter() - self.started
            self.progress(Progress(state.global_step, state.max_steps, float(logs["loss"]), seconds))

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        """Between two steps the model may be looked at, and the run may end."""
        last = state.global_step >= state.max_steps
        if self.look and self.look_every and (last or state.global_step % self.look_every == 0):
            self._look(state.global_step)
        if self.stopped:
            control.should_save = control.should_training_stop = True
        return control

    def _look(self, step: int) -> None:
        """Look without a trace: the random streams and the training mode are as they were."""
        assert self.look is not None
        model = self.run.model
        with torch.random.fork_rng():
            self.look(self.run, step)
        model.train()

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """All of a checkpoint's files are written."""
        if state.is_world_process_zero:
            checkpoint = self.run.folder / f"checkpoint-{state.global_step}"
            checkpoints.seal(checkpoint, self.run.about)


def _trainer(
    recipe: Recipe,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    folder: Path,
    found: Sequence[Row],
    save_every: int,
    watch: _Watch,
) -> SFTTrainer:
    from datasets import Dataset

    cuda = torch.cuda.is_available()
    arguments = SFTConfig(
        output_dir=str(folder),
        max_length=recipe.max_length,
        packing=cuda,  # whole sequences side by side, kept apart by their positions
        completion_only_loss=True,
        per_device_train_batch_size=recipe.batch,
        gradient_accumulation_steps=recipe.accumulate,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.03,
        num_train_epochs=recipe.epochs,
        max_steps=recipe.steps or -1,
        optim="paged_adamw_8bit" if cuda else "adamw_torch",
        bf16=True,
        use_cpu=not cuda,
        gradient_checkpointing=True,
        gradient_checkpointing_kwargs={"use_reentrant": False},
        save_steps=save_every,
        save_total_limit=2,  # the newer one may be cut short by a kill
        logging_steps=1,
        seed=recipe.seed,
        data_seed=recipe.seed,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=cuda,
    )
    trainer = SFTTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_list(list(found)),
        processing_class=tokenizer,
        peft_config=LoraConfig(
            r=recipe.rank, lora_alpha=2 * recipe.rank, target_modules="all-linear", task_type="CAUSAL_LM"
        ),
        callbacks=[watch],
    )
    trainer.remove_callback(PrinterCallback)
    keep_adapter_exact(trainer.model)  # type: ignore[arg-type]  # typed as perhaps not there
    return trainer


def keep_adapter_exact(model: torch.nn.Module) -> None:
    """Train the adapter in float32: TRL rounds it to bfloat16, a resumed run loads float32 and differs."""
    for weight in model.parameters():
        if weight.requires_grad:
            weight.data = weight.data.float()


@contextmanager
def _stopping_gently(stop: Callable[[], None]) -> Iterator[None]:
    """A first Ctrl-C asks to stop, a second one interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def gently(*_: Any) -> None:
        stop()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, gently)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
