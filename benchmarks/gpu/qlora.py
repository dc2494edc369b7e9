"""QLoRA on a GPU: peak memory and tokens a second of our loop and of transformers' plain Trainer; generation.

    python benchmarks/gpu/qlora.py random Qwen2.5-7B FOLDER   # its architecture, random weights, 15 GB
    python benchmarks/gpu/qlora.py train FOLDER               # or a model's name, if its weights can be had
    python benchmarks/gpu/qlora.py write FOLDER

Both loops take the same sequences, packed to the full length, at the same settings, in turns in one run. With
random weights, speed and memory count and nothing else. Rows go to qlora.jsonl.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    Trainer,
    TrainingArguments,
)

from tailnb.evaluation.provenance import provenance
from tailnb.models import smollm2
from tailnb.models.choose import choose
from tailnb.models.finetune import Finetuning, Recipe
from tailnb.models.generate import generate
from tailnb.models.load import load
from tailnb.models.memory import qlora
from tailnb.models.sizes import known, sizes

RESULTS = Path(__file__).with_name("qlora.jsonl")
GIB = 2**30
CUDA = torch.cuda.is_available()
OPERATIONS = 6  # a token and weight: forward 2, again for the checkpoint 2, back 2


@click.group()
def app() -> None:
    """Measure QLoRA on this machine's GPU."""


@app.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
def random(name: str, folder: Path) -> None:
    """Write a known model's architecture with random weights, and a tokenizer that fits into it."""
    kind = known(name)["model_type"]
    config = AutoConfig.for_model(**known(name) | {"model_type": kind, "torch_dtype": "bfloat16"})
    with torch.device("cuda" if CUDA else "cpu"):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(smollm2.unpacked(smollm2.packed())).save_pretrained(folder)  # needs no hub


@app.command()
@click.argument("model")
@click.option("--length", "lengths", multiple=True, default=(2048, 4096), show_default=True)
@click.option("--task", default="large_number_addition", show_default=True)
@click.option("--steps", default=6, show_default=True, help="Of each loop; the first two are not counted.")
@click.option("--rank", default=16, show_default=True)
def train(model: str, lengths: tuple[int, ...], task: str, steps: int, rank: int) -> None:
    """Train by both loops at each length."""
    rate = matmul_rate()
    for length in lengths:
        given: dict[str, Any] = {"max_length": length, "rank": rank, "batch": 1, "accumulate": 1}
        if choose(model, settings=None).kind == "nano":
            given["style"] = "tape"
        recipe = Recipe((task,), n=16 * steps, steps=steps, **given)
        for name, loop in (("tailnb", ours), ("transformers.Trainer", plain)):
            keep(
                {"measured": "training", "loop": name, "length": length, "rank": rank}
                | loop(model, recipe, rate)
            )


def ours(model: str, recipe: Recipe, rate: float) -> dict[str, Any]:
    """Our loop: TRL's trainer with what tailnb sets."""
    base, tokenizer = load(model, quantize=True)
    with TemporaryDirectory() as folder:
        run = Finetuning(recipe, base, tokenizer, folder, save_every=10**6)
        clock = Clock(base)
        run.train(progress=lambda at: clock.tick(at.tokens))
    return clock.row(rate, model, recipe)


def plain(model: str, recipe: Recipe, rate: float) -> dict[str, Any]:
    """transformers' own Trainer on the same sequences, with peft, at the same settings."""
    base, tokenizer = load(model, quantize=True)
    with TemporaryDirectory() as folder:
        run = Finetuning(recipe, base, tokenizer, folder)
        data, base = run.trainer.train_dataset, run.model.unload()  # without the adapter of that run
        adapter = LoraConfig(r=recipe.rank, lora_alpha=2 * recipe.rank, target_modules="all-linear")
        clock = Clock(base)
        trainer = TickingTrainer(
            model=get_peft_model(base, adapter),
            args=settings(recipe, folder),
            train_dataset=[{"input_ids": row["input_ids"][: recipe.max_length]} for row in data],
            data_collator=collated,
        )
        trainer.clock = clock
        trainer.train()
    return clock.row(rate, model, recipe)


def settings(recipe: Recipe, folder: str) -> TrainingArguments:
    """The plain trainer's settings, as near to ours as they can be."""
    return TrainingArguments(
        output_dir=folder,
        per_device_train_batch_size=1,
        max_steps=recipe.steps or -1,
        learning_rate=recipe.learning_rate,
        optim="paged_adamw_8bit" if CUDA else "adamw_torch",
        bf16=True,
        use_cpu=not CUDA,
        activation_checkpointing=True,
        logging_steps=10**6,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )


def collated(rows: list[dict[str, list[int]]]) -> dict[str, Tensor]:
    """One sequence as a batch; the loss counts all of it."""
    numbers = torch.tensor([row["input_ids"] for row in rows])
    return {"input_ids": numbers, "labels": numbers.clone()}


class Clock:
    """Tokens and seconds of the steps after the first two, and the peak of memory."""

    def __init__(self, model: PreTrainedModel) -> None:
        self.weights = sizes(model.config.to_dict()).parameters
        self.marks: list[tuple[float, int]] = []
        if CUDA:
            torch.cuda.reset_peak_memory_stats()

    def tick(self, tokens: int) -> None:
        """A step has ended; so many tokens were seen in all."""
        if CUDA:
            torch.cuda.synchronize()
        self.marks.append((time.perf_counter(), tokens))

    def row(self, rate: float, model: str, recipe: Recipe) -> dict[str, Any]:
        """What was measured. The share of the rate counts all weights, and no attention."""
        (start, before), (end, after) = self.marks[1], self.marks[-1]
        speed = (after - before) / (end - start)
        need = qlora(choose(model, settings=None).config, recipe.settings)
        return {
            "model": Path(model).name,
            "tokens_per_second": round(speed, 1),
            "peak_gib": round(torch.cuda.max_memory_allocated() / GIB, 2) if CUDA else None,
            "gib_by_arithmetic": round(need.total, 2),
            "share_of_matmul_rate": round(OPERATIONS * self.weights * speed / rate, 3),
        }


class TickingTrainer(Trainer):
    """A plain trainer whose steps are timed from outside its loop."""

    clock: Clock
    seen = 0

    def training_step(self, *given: Any, **more: Any) -> Tensor:
        """One step; the clock ticks before it, when the step before has ended."""
        self.clock.tick(self.seen)
        self.seen += given[1]["input_ids"].numel()
        loss: Tensor = super().training_step(*given, **more)
        return loss


def matmul_rate(side: int = 8192 if CUDA else 1024) -> float:
    """Floating point operations a second of this machine's bf16 matrix product: what could be had."""
    a, b = (torch.randn(side, side, dtype=torch.bfloat16, device="cuda" if CUDA else "cpu") for _ in "ab")
    best = min(seconds(lambda: a @ b) for _ in range(20))
    return 2 * side**3 / best


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    if CUDA:
        torch.cuda.synchronize()
    return time.perf_counter() - start


@app.command()
@click.argument("model")
@click.option("--batch", "batches", multiple=True, default=(1, 16, 64), show_default=True)
@click.option("--tokens", default=256, show_default=True, help="Written after each prompt.")
def write(model: str, batches: tuple[int, ...], tokens: int) -> None:
    """Write so many tokens after prompts of 128, batched."""
    base, tokenizer = load(model, quantize=True)
    for batch in batches:
        prompts = list(random_prompts(batch, base.config.vocab_size))
        base.generation_config.eos_token_id = None
        took = seconds(lambda: list(generate(base, tokenizer, prompts, [tokens] * batch)))  # noqa: B023
        row = {"measured": "generation", "model": Path(model).name, "batch": batch}
        keep(row | {"tokens_per_second": round(batch * tokens / took, 1)})


def random_prompts(n: int, vocabulary: int, length: int = 128) -> Iterator[list[int]]:
    """Prompts of random tokens."""
    for _ in range(n):
        yield torch.randint(10, min(vocabulary, 40_000), (length,)).tolist()


def keep(row: dict[str, Any]) -> None:
    """Print a row, and put it behind the others with where it comes from."""
    device = torch.cuda.get_device_name() if CUDA else "no GPU"
    command = f"python benchmarks/gpu/qlora.py {'train' if row['measured'] == 'training' else 'write'} MODEL"
    row |= {"provenance": provenance(command, device=device, torch=torch.__version__)}
    print(json.dumps(row))
    if CUDA:
        with RESULTS.open("a", encoding="utf-8") as file:
            print(json.dumps(row), file=file)


if __name__ == "__main__":
    app()
