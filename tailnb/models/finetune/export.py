"""What leaves a run: the base and the adapter merged into one model, and a card that says what it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from tailnb.evaluation.results import Result
from tailnb.evaluation.table import table
from tailnb.models.finetune.checkpoints import MARK

CARD = "README.md"


def merge(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, adapter: Path | str, out: Path | str
) -> Path:
    """Write one plain model that holds base and adapter, in bfloat16; returns its folder.

    model: the quantized base. adapter: a run's adapter folder. The base is dequantized first, for the adapter
    was trained beside the rounded weights: merging into the original ones is further off.
    Raises ValueError when the folder already holds something.
    """
    out = Path(out)
    if out.exists() and any(out.iterdir()):
        raise ValueError(f"{out} is not empty; choose a new folder")
    plain: Any = PeftModel.from_pretrained(_dequantized(model), str(adapter)).merge_and_unload()
    partial = out.with_name(f".{out.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    plain.to(torch.bfloat16).save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    out.parent.mkdir(parents=True, exist_ok=True)
    return partial.replace(out)


def _dequantized(model: PreTrainedModel) -> Any:
    dequantize = getattr(model, "dequantize", None)
    quantized = getattr(model, "is_loaded_in_4bit", False)
    return dequantize() if quantized and dequantize else model


def write_card(adapter: Path | str, results: Iterable[Result] = (), base: str = "") -> Path:
    """Write the model card into an adapter's folder, from what the run noted there; returns its path.

    results: what was measured; without any, the card says so. base: the base model's name, such as on a hub.
    Raises ValueError for a folder that no run has made.
    """
    folder = Path(adapter)
    if not (folder / MARK).is_file():
        raise ValueError(f"{folder} holds no adapter of a whole run")
    about = json.loads((folder / MARK).read_text(encoding="utf-8"))
    base = base or about["base"]
    header = f"---\nlibrary_name: peft\nbase_model: {json.dumps(base)}\ntags: [tail, qlora]\n---\n"
    recipe = "\n".join(f"- {name}: {json.dumps(value)}" for name, value in about.items())
    path, partial = folder / CARD, folder / f".{CARD}.part"
    text = CARD_TEXT.format(base=base, recipe=recipe, measured=_measured(list(results)))
    partial.write_text(header + text, encoding="utf-8")
    return partial.replace(path)


def _measured(results: list[Result]) -> str:
    if not results:
        return "Not measured."
    seeds = sorted({one.seed for one in results})
    return f"{table(results).markdown()}. Seeds of the problems: {', '.join(map(str, seeds))}."


CARD_TEXT = """
# A LoRA adapter that writes Turing machine imitating chains of thought

Trained by tailnb on traces in the manner of TAIL (Hua et al., arXiv 2507.13332), by QLoRA: the base, {base},
was quantized to four bits and frozen. The paper trains all weights, on 100,000 problems of each task.

## Recipe

{recipe}

Prompt and completion are those of `Problem.prompt` and `Problem.completion`; the loss is of the completion.
Every problem was drawn from the split "train"; measure on the split "eval", which shares no key with it.

## Measured

{measured}
"""
