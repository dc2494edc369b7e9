"""What leaves a run: the base and the adapter merged into one model, and a card that says what it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from tailnb.dataset.folder import save_text
from tailnb.evaluation.results import Result
from tailnb.evaluation.table import table
from tailnb.models.adapters import attach
from tailnb.models.finetune.checkpoints import written
from tailnb.models.finetune.quiet import quiet

ABOUT = "recipe.json"  # in an adapter's folder: the recipe, the base and the rows
CARD = "README.md"


def merge(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, adapter: Path | str, out: Path | str
) -> Path:
    """Write one plain model that holds base and adapter, in bfloat16; returns its folder.

    model: the quantized base, which is used up. adapter: a run's adapter folder. The base is dequantized
    first: the adapter was trained beside rounded weights, and merging into the original ones is further off.
    Raises ValueError for a base that is not quantized, an adapter for another one, and a folder that holds
    something.
    """
    out = Path(out)
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise ValueError(f"{out} is not empty; choose a new folder")
    if not getattr(model, "is_loaded_in_4bit", False):
        raise ValueError("the base is not quantized; load it with quantize=True, as it was for training")
    partial = out.with_name(f".{out.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    with quiet(), written("the merged model", partial):
        together: Any = attach(cast(Any, model).dequantize(), adapter, str(model.config.name_or_path))
        plain = together.merge_and_unload().to(torch.bfloat16)
        plain.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
    return partial.replace(out)


def write_card(adapter: Path | str, results: Iterable[Result] = (), base: str = "") -> Path:
    """Write the model card into an adapter's folder, from what the run noted there; returns its path.

    results: what was measured; without any, the card says so. base: the base model's name, such as on a hub.
    Raises ValueError for a folder that no run has made.
    """
    folder = Path(adapter)
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        base = base or about["base"]
    except (OSError, ValueError, LookupError, TypeError):
        raise ValueError(f"{folder} holds no adapter of a whole run") from None
    recipe = "\n".join(f"- {name}: {json.dumps(value)}" for name, value in about.items())
    text = CARD_TEXT.format(
        name=json.dumps(base), base=base, recipe=recipe, measured=_measured(list(results))
    )
    save_text(folder / CARD, text)
    return folder / CARD


def _measured(results: list[Result]) -> str:
    if not results:
        return "Not measured."
    seeds = sorted({one.seed for one in results})
    return f"{table(results).markdown()}. Seeds of the problems: {', '.join(map(str, seeds))}."


CARD_TEXT = """---
library_name: peft
base_model: {name}
tags: [tail, qlora]
---

# A LoRA adapter that writes Turing machine imitating chains of thought

Trained by tailnb on traces in the manner of TAIL (Hua et al., arXiv 2507.13332), by QLoRA: the base, {base},
was quantized to four bits and frozen. The paper trains all weights, on 100,000 problems of each task.

## Recipe

{recipe}

The loss is of the completion alone. No problem was of the split "eval"; measure on that one.

## Measured

{measured}
"""
