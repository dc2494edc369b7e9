"""TRL's trainer, with checkpoints that can be trusted and an adapter that resumes to the last bit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from peft import LoraConfig
from transformers import PreTrainedModel, PreTrainedTokenizerBase, PrinterCallback, TrainerCallback
from trl import SFTConfig, SFTTrainer  # type: ignore[attr-defined]

from tailnb.models.finetune.checkpoints import written
from tailnb.models.finetune.recipe import Recipe
from tailnb.models.finetune.rows import Row
from tailnb.models.hardware import sharded


class Trainer(SFTTrainer):
    """TRL's trainer for an adapter beside a quantized base."""

    model: Any  # typed as perhaps not there
    train_dataset: Any
    start: dict[str, torch.Tensor]  # the adapter before training
    wrapped: dict[str, Any]  # what accelerate puts into the model for training

    def go_on(self, checkpoint: Path | None) -> None:
        """Train from a checkpoint on, or from the start, whatever was trained in this process before."""
        if checkpoint is None:
            _put(self.model, self.start)
        self.optimizer = self.lr_scheduler = None
        self.model.__dict__.update(self.wrapped)
        try:
            self.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        finally:
            self.wrapped = unwrap(
                self.model
            )  # accelerate wraps a model once, but whoever writes wants it plain

    def restore(self, checkpoint: Path) -> None:
        """Put a checkpoint's weights into the adapter."""
        cast(Any, self)._load_from_checkpoint(str(checkpoint))

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """None beside the checkpoints: the adapter gets its own."""

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        with written(f"the checkpoint of step {self.state.global_step}", str(self.args.output_dir)):
            cast(Any, super())._save_checkpoint(model, trial)


def trainer(
    recipe: Recipe,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    settings: SFTConfig,
    rows: Sequence[Row],
    watch: TrainerCallback,
) -> Trainer:
    """The trainer of a run, with a new adapter beside every linear layer of the model but its head."""
    from datasets import Dataset

    made = Trainer(
        model=model,
        args=settings,
        train_dataset=Dataset.from_list(list(rows)),
        processing_class=tokenizer,
        peft_config=LoraConfig(
            r=recipe.rank, lora_alpha=2 * recipe.rank, target_modules="all-linear", task_type="CAUSAL_LM"
        ),
        callbacks=[watch],
    )
    made.remove_callback(PrinterCallback)
    if not sharded():  # FSDP wants all weights of one type
        keep_exact(made.model)
    made.start = {name: weight.detach().cpu().clone() for name, weight in _trained(made.model).items()}
    made.wrapped = {}
    return made


def keep_exact(model: torch.nn.Module) -> None:
    """Train the adapter in float32: TRL rounds it to bfloat16, a resumed run loads float32 and differs."""
    for weight in _trained(model).values():
        weight.data = weight.data.float()


def unwrap(model: torch.nn.Module) -> dict[str, Any]:
    """Take the trainer's autocast from the model's forward pass; returns what was taken."""
    names = ("forward", "_original_forward")
    return {name: model.__dict__.pop(name) for name in names if name in model.__dict__}


def _trained(model: torch.nn.Module) -> dict[str, torch.nn.Parameter]:
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}


def _put(model: torch.nn.Module, values: dict[str, torch.Tensor]) -> None:
    with torch.no_grad():
        for name, weight in _trained(model).items():
            weight.copy_(values[name])
