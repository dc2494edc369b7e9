"""Fine-tuning from the command line, on one GPU or several, on one machine or several.

    python -m tailnb.models.finetune compare_numbers --model Qwen/Qwen2.5-7B --out runs/compare
    torchrun --nproc_per_node 4 -m tailnb.models.finetune compare_numbers --out runs/compare

With `torchrun`, or `accelerate launch --multi_gpu --module`, each GPU holds the whole quantized model and
takes its share of the sequences: a step has batch x accumulate x processes of them. Of several machines, each
runs the same command with torchrun's `--nnodes`, `--rdzv_backend c10d` and `--rdzv_endpoint`, and --out in a
folder that all of them share. The same command goes on from the last checkpoint; Ctrl-C ends torchrun without
a new one.

A model that is too large for one GPU is spread over several by FSDP (not measured):

    accelerate launch --use_fsdp --fsdp_version 1 --num_processes 2 --mixed_precision bf16 \\
        --fsdp_auto_wrap_policy TRANSFORMER_BASED_WRAP --fsdp_sharding_strategy FULL_SHARD \\
        --fsdp_cpu_ram_efficient_loading true --fsdp_sync_module_states true \\
        --fsdp_use_orig_params false --fsdp_state_dict_type FULL_STATE_DICT \\
        --module tailnb.models.finetune compare_numbers --out runs/compare

FSDP shards floating point numbers alone. So where accelerate says that it shards, the four-bit weights are
stored as bfloat16 (`bnb_4bit_quant_storage`), and the adapter is trained in bfloat16, by AdamW in 32 bits.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from tailnb.models.finetune.recipe import CARDS, Recipe

LINES = 20  # of progress, where there is no terminal
RENAMED = {"n": "problems"}  # torchrun takes --n for one of its own
DEFAULTS = {field.name: field.default for field in fields(Recipe)}
OPTIONS: dict[str, tuple[Any, str]] = {
    "method": (str, "What the model should write."),
    "style": (str, "The traces' text: core, styled or tape."),
    "n": (int, "Problems of each task."),
    "ratio": (str, "Their mix of S:M:L."),
    "max_length": (int, "Tokens of a sequence."),
    "batch": (int, "Sequences of a pass on each GPU."),
    "accumulate": (int, "Passes of an optimizer step."),
    "packing": (bool, "Whether short texts share a sequence."),
    "rank": (int, "Of LoRA's matrices."),
    "learning_rate": (float, "The highest of a cosine schedule."),
    "epochs": (float, "Passes over the problems."),
    "steps": (int, "Optimizer steps, instead of epochs."),
    "seed": (int, "Of the problems, the adapter's start and the order."),
}


def recipe_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The recipe's values as options; what is not given stays None."""
    for name, (kind, text) in reversed(OPTIONS.items()):
        default = "" if DEFAULTS[name] is None else f"  [default: {DEFAULTS[name]}]"
        option = RENAMED.get(name, name).replace("_", "-")
        command = click.option(f"--{option}", name, type=kind, help=text + default)(command)
    return command


@click.command()
@click.argument("tasks", nargs=-1, required=True, metavar="TASK...")
@click.option("--model", default="auto", show_default=True, help="A name, a folder, or an id of the hub.")
@click.option("--card", type=click.Choice(list(map(str, CARDS))), help="GB of the GPU: sizes that fit it.")
@click.option("--without", multiple=True, metavar="MODULE", help="Leave out a core module.")
@click.option("--data", type=click.Path(path_type=Path), help="Learn from a folder of `tailnb synth`.")
@click.option("--save-every", default=50, show_default=True, help="Steps between two checkpoints.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the run."
)
@recipe_options
def finetune(
    tasks: tuple[str, ...],
    model: str,
    card: str | None,
    without: tuple[str, ...],
    data: Path | None,
    save_every: int,
    out: Path,
    **given: Any,
) -> None:
    """Fine-tune a model by QLoRA to write the traces of tasks.

    The same command again, also after it was killed, goes on from the last checkpoint.
    """
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    chosen |= {"tasks": tasks, "without": [module.replace("-", " ") for module in without]}
    recipe = Recipe.for_card(int(card), **chosen) if card else Recipe(**chosen)
    adapter = _train(recipe, model, data, save_every, out)
    if adapter:
        _say(f"the adapter is in {adapter}")
    else:
        _say("stopped after a checkpoint; the same command goes on from it")
        sys.exit(130)


def _train(recipe: Recipe, model: str, data: Path | None, save_every: int, out: Path) -> Path | None:
    from rich.console import Console
    from rich.progress import Progress

    from tailnb.models.choose import choose
    from tailnb.models.finetune.arguments import arguments
    from tailnb.models.finetune.training import Finetuning
    from tailnb.models.load import load

    arguments(recipe, out, save_every=save_every)  # before the model: each process learns its GPU by it
    choice = choose(model, settings=recipe.settings)
    _say(str(choice))
    run = Finetuning(recipe, *load(choice, quantize=True), out, given=data, save_every=save_every)
    with Progress(transient=True, disable=not (_is_first() and Console().is_terminal)) as bar:
        job = bar.add_task("training", total=run.steps)

        def report(at: Any) -> None:
            bar.update(job, completed=at.step, description=f"loss {at.loss:.3f}")
            if bar.disable and at.step % math.ceil(run.steps / LINES) == 0:
                _say(
                    f"step {at.step} of {at.steps}, loss {at.loss:.3f}, {at.tokens / at.seconds:.0f} tokens/s"
                )

        return run.train(progress=report)


def _is_first() -> bool:
    return os.environ.get("RANK", "0") == "0"


def _say(text: str) -> None:
    if _is_first():
        click.echo(text)


def main() -> None:
    """Run the command, with one line instead of a traceback for what a user can mend."""
    try:
        finetune.main(prog_name="python -m tailnb.models.finetune")
    except ValueError as error:
        _stop(str(error), 2)
    except (OSError, ModuleNotFoundError, ArithmeticError) as error:
        _stop(str(error), 1)


def _stop(message: str, code: int) -> None:
    click.echo(f"tailnb: {message}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
