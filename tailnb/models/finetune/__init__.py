"""QLoRA fine-tuning of a causal language model on traces, on one GPU or, with a small model, on a CPU."""

from tailnb.models.finetune.arguments import arguments
from tailnb.models.finetune.export import merge, write_card
from tailnb.models.finetune.recipe import Recipe
from tailnb.models.finetune.rows import Lengths, measure, rows
from tailnb.models.finetune.training import Finetuning
from tailnb.models.finetune.watch import Progress

__all__ = [
    "Finetuning",
    "Lengths",
    "Progress",
    "Recipe",
    "arguments",
    "measure",
    "merge",
    "rows",
    "write_card",
]
