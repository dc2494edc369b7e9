"""How fast nano models learn and write: this package beside transformers' own loops, in one run.

    python benchmarks/nano_speed.py                      # about ten minutes; writes nano_speed.jsonl
    python benchmarks/nano_speed.py --look --rounds 1    # only prints it

Training: `nano.Training` beside `Trainer` on the same batches, padded by its collator, with its own AdamW,
in float32; and two runs at a time, a thread each, as `laboratory.py study --jobs 2` trains. Writing:
`Nano.write`, and `tailnb.models.generate`, which knows no draft, beside `generate` as the manual shows it,
64 padded prompts at once. They take turns; the median of the rounds counts, for ratios that of the ratios
within a round. Tokens are real ones: no padding, and no end marks.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count, islice
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click
import torch
from transformers import DataCollatorForSeq2Seq, Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_callback import PrinterCallback

from tailnb.evaluation.provenance import provenance
from tailnb.models import nano
from tailnb.models.generate import BATCH_SIZE, generate, until
from tailnb.models.nano.batches import Batch, pool
from tailnb.models.nano.texts import texts
from tailnb.models.writers.budgets import budget
from tailnb.tasks import Problem

RESULTS = Path(__file__).parent / "nano_speed.jsonl"
RECIPE = nano.Recipe(warm_up=0.0)  # the longest problems from the first step on
WARM, STEPS = 4, 44  # steps before the clock starts, and steps that count: three pools of problems
TASK, RANGE = "large_number_addition", "L"
SEED = 7  # of the problems


class Moment(NamedTuple):
    """A reading of the clock, and of the processor time of all threads; both in seconds."""

    clock: float
    processor: float

    def until(self, later: Moment) -> Moment:
        """What went by."""
        return Moment(later.clock - self.clock, later.processor - self.processor)


class Measured(NamedTuple):
    """What an engine did: tokens, the time they took, and the texts if it writes."""

    tokens: int
    took: Moment
    texts: Sequence[str] = ()

    @property
    def rate(self) -> float:
        """Tokens a second."""
        return self.tokens / self.took.clock

    @property
    def processor_rate(self) -> float:
        """Tokens a second of processor time."""
        return self.tokens / self.took.processor


Engine = Callable[[], Measured]


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Of all engines in turn.")
@click.option("--threads", default=2, show_default=True)
@click.option("--problems", default=BATCH_SIZE, show_default=True, help="To be written.")
@click.option("--look", is_flag=True, help="Print only.")
def main(rounds: int, threads: int, problems: int, look: bool) -> None:
    """Measure tokens a second of training and of greedy writing, as ratios to transformers' plain loops."""
    torch.set_num_threads(threads)
    where = provenance(
        f"python benchmarks/nano_speed.py --rounds {rounds} --threads {threads} --problems {problems}",
        threads=threads,
        load_before=round(os.getloadavg()[0], 1),  # of other work, on all cores
    )
    rows = []
    for row in measured(rounds, problems):
        click.echo("  ".join(f"{key}: {value}" for key, value in row.items()))
        rows.append(row | {"provenance": where})
    if not look:
        partial = RESULTS.with_suffix(".partial")
        partial.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        partial.rename(RESULTS)


def measured(rounds: int, n: int) -> Iterator[dict[str, Any]]:
    """The rows of all engines."""
    batches = list(islice(drawn(), WARM + STEPS))
    engines: dict[str, Engine] = {
        "Training, two at a time": lambda: trained_side_by_side(2 * real(batches[WARM:])),
        "Training": lambda: Measured(real(batches[WARM:]), trained()),
        "Trainer, plain": lambda: trained_plainly(batches),
    }
    yield from compared("training", "nano-tail's recipe", engines, rounds)
    problems = nano.problems(TASK, RANGE, n, seed=SEED)
    models = [nano.load("nano-tail"), nano.load("nano-none"), nano.Training(RECIPE).nano("untrained")]
    for model in models:
        yield from compared("writing", model.name, writers(model, problems), rounds)


def compared(kind: str, what: str, engines: dict[str, Engine], rounds: int) -> Iterator[dict[str, Any]]:
    """A row for each engine; the last one is the plain one."""
    runs = [{name: engine() for name, engine in engines.items()} for _ in range(rounds)]
    plain = list(engines)[-1]
    for name in engines:
        first, others = runs[0][name], runs[0][plain]  # the same texts, if "texts unlike plain" is 0
        yield {
            "kind": kind,
            "what": what,
            "engine": name,
            "tokens": first.tokens,
            "tokens a second": spread([run[name].rate for run in runs]),
            "times plain": spread([run[name].rate / run[plain].rate for run in runs]),
            "times plain, by processor time": spread(
                [run[name].processor_rate / run[plain].processor_rate for run in runs]
            ),
            "texts unlike plain": sum(a != b for a, b in zip(first.texts, others.texts, strict=True)),
            "rounds": rounds,
        }


def spread(values: Sequence[float]) -> dict[str, float]:
    """The median of some values, the least and the greatest, to three digits."""
    found = {"median": median(values), "least": min(values), "greatest": max(values)}
    return {name: float(f"{value:.3g}") for name, value in found.items()}


def now() -> Moment:
    """This moment."""
    return Moment(time.perf_counter(), time.process_time())


# --- Training


def drawn() -> Iterator[Batch]:
    """The batches of a run, pool by pool."""
    ids = nano.Training(RECIPE).ids
    return chain.from_iterable(pool(RECIPE, number, 0.0, ids) for number in count())


def real(batches: Sequence[Batch]) -> int:
    """Tokens without padding."""
    return sum(int((batch.numbers != 0).sum()) for batch in batches)


def trained(ready: Callable[[], object] = lambda: None) -> Moment:
    """The first steps of a run, from when it is ready; drawing the problems counts, too."""
    steps = iter(nano.Training(RECIPE))
    list(islice(steps, WARM))
    ready()
    started = now()
    list(islice(steps, STEPS))
    return started.until(now())


def trained_side_by_side(tokens: int) -> Measured:
    """The same in two processes at once, a thread each."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(2, initializer=_wait_at, initargs=(spawn.Barrier(2),)) as pool:
        took = pool.map(_one_of_two, range(2), chunksize=1)
    return Measured(tokens, Moment(max(one.clock for one in took), sum(one.processor for one in took)))


def _wait_at(barrier: Any) -> None:
    global _barrier
    _barrier = barrier
    torch.set_num_threads(1)


def _one_of_two(_: int) -> Moment:
    return trained(_barrier.wait)


class Clock(TrainerCallback):
    """The moment after each step."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Note it."""
        self.moments.append(now())


def trained_plainly(batches: Sequence[Batch]) -> Measured:
    """The same steps by transformers' Trainer, as its manual shows it; the batches are made before."""
    training, clock = nano.Training(RECIPE), Clock()
    collate = DataCollatorForSeq2Seq(training.tokenizer, padding="longest")
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            max_steps=len(batches),
            per_device_train_batch_size=1,  # an item is a batch, with as many rows as there are
            use_cpu=True,
            remove_unused_columns=False,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
        )
        trainer = Trainer(
            model=training.model,
            args=arguments,
            train_dataset=[rows(batch) for batch in batches],
            data_collator=lambda items: collate(items[0]),
            callbacks=[clock],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    return Measured(real(batches[WARM:]), clock.moments[WARM - 1].until(clock.moments[-1]))


def rows(batch: Batch) -> list[dict[str, list[int]]]:
    """A batch's rows as the Trainer takes them, without padding."""
    pairs = zip(batch.numbers.tolist(), batch.learned.tolist(), strict=True)
    return [
        {
            "input_ids": [number for number in numbers if number],
            "labels": [n if counts else -100 for n, counts in zip(numbers, learned, strict=True) if n],
        }
        for numbers, learned in pairs
    ]


# --- Writing


def writers(model: nano.Nano, problems: Sequence[Problem]) -> dict[str, Engine]:
    """The engines, by which the model writes after the same prompts, within the same budgets."""
    prompts, true = zip(*(texts(problem, model.recipe, seed=0) for problem in problems), strict=True)
    budgets = [budget(len(text.split())) for text in true]

    def without_drafts() -> list[str]:
        numbers = [model.tokenizer(prompt)["input_ids"] for prompt in prompts]
        rows = sorted(generate(model.model, model.tokenizer, numbers, budgets))
        return [model.read(row.numbers) for row in rows]

    def plainly() -> list[str]:
        inputs = model.tokenizer(
            list(prompts), padding=True, return_tensors="pt", return_token_type_ids=False
        )
        writer: Any = model.model  # transformers' own types for `generate` do not fit its models
        output = writer.generate(**inputs, do_sample=False, max_new_tokens=max(budgets))
        rows = zip(output[:, inputs["input_ids"].shape[1] :].tolist(), budgets, strict=True)
        return [model.read(until(row[:limit], [model.tokenizer.eos_token_id])[0]) for row, limit in rows]

    return {
        "Nano.write": lambda: written(lambda: model.write(problems)),
        "without drafts": lambda: written(without_drafts),
        "generate, plain": lambda: written(plainly),
    }


def written(write: Callable[[], list[str]]) -> Measured:
    """The texts, and how long they took."""
    started = now()
    found = write()
    return Measured(sum(len(text.split()) for text in found), started.until(now()), found)


if __name__ == "__main__":
    main()
