"""QLoRA fine-tuning of a causal language model on traces, on one GPU or, with a small model, on a CPU."""

from tailnb.models.finetune.recipe import Recipe
from tailnb.models.finetune.rows import Lengths, measure, rows
from tailnb.models.finetune.training import Finetuning, Progress

__all__ = ["Finetuning", "Lengths", "Progress", "Recipe", "measure", "rows"]
