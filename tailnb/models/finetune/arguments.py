"""`arguments`: a recipe as TRL's settings, and where several processes share a run."""

from __future__ import annotations

from pathlib import Path

import torch
from trl import SFTConfig  # type: ignore[attr-defined]

from tailnb.models.finetune.recipe import Recipe
from tailnb.models.hardware import sharded

WARM_UP = 0.03  # the share of the steps in which the learning rate rises
KEPT = 2  # checkpoints: the newer one may be cut short by a kill


def arguments(recipe: Recipe, folder: Path | str, *, save_every: int = 50) -> SFTConfig:
    """The trainer's settings.

    Of several processes, each must make them before it loads the model: they tell it which GPU is its own.
    save_every: optimizer steps between two checkpoints. Raises ValueError for less than 1.
    """
    if type(save_every) is not int or save_every < 1:
        raise ValueError(f"save_every must be a whole number of steps from 1, not {save_every!r}")
    cuda = torch.cuda.is_available()
    return SFTConfig(
        output_dir=str(folder),
        max_length=recipe.max_length,
        packing=recipe.packing,
        completion_only_loss=True,
        per_device_train_batch_size=recipe.batch,
        gradient_accumulation_steps=recipe.accumulate,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=WARM_UP,
        num_train_epochs=recipe.epochs,
        max_steps=recipe.steps or -1,
        optim="paged_adamw_8bit" if cuda and not sharded() else "adamw_torch",
        bf16=True,
        use_cpu=not cuda,
        activation_checkpointing=True,
        save_steps=save_every,
        save_total_limit=KEPT,
        logging_steps=1,
        logging_nan_inf_filter=False,
        seed=recipe.seed,
        data_seed=recipe.seed,
        report_to="none",
        disable_tqdm=True,
        ddp_find_unused_parameters=False,
        dataloader_pin_memory=cuda,
    )
