"""What this machine can run, and how to mend what it cannot."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tailnb.models.hardware import GIB, Card
from tailnb.models.hardware import card as _card
from tailnb.models.hardware import machine_memory as _memory
from tailnb.models.hub import cached
from tailnb.models.memory import DEFAULT, LARGER, qlora, what_fits

INSTALL = 'pip install -c constraints.txt -e ".[{}]"'
LAB = (
    "jupyterlab",
    "ipykernel",
    "papermill",
    "nbconvert",
    "anywidget",
    "altair",
    "vl-convert-python",
    "torch",
    "transformers",
    "safetensors",
    "joblib",
    "pyarrow",
)
GPU = ("accelerate", "bitsandbytes", "datasets", "peft", "trl")
MODEL = "Qwen/Qwen2.5-7B"
# A kernel with torch takes half a gibibyte, a training step of a nano model one or two.
MEMORY = 3 * GIB


@dataclass(frozen=True)
class Finding:
    """One line of the report; `fine` is False where `tailnb run` cannot work, None where it can without."""

    topic: str
    found: str
    fine: bool | None = True
    mend: str = ""


def examine(online: bool = False, console: Console | None = None) -> int:
    """Print what this machine has and can run.

    Args:
        online: also ask the model hub whether the model can be had.
        console: where to print.

    Returns:
        The exit code: 1 if something is missing that `tailnb run` needs, else 0.
    """
    findings = [python(), packages("lab", LAB, False), packages("gpu", GPU, None)]
    findings += [processor(), memory(), gpu(), model(online), room(), scale()]
    table = Table(title="What this machine can run", title_justify="left")
    table.add_column()
    table.add_column("what", no_wrap=True)
    table.add_column("found", overflow="fold")
    table.add_column("how to mend it", overflow="fold")
    marks = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[yellow]–[/yellow]"}
    for one in findings:
        table.add_row(marks[one.fine], one.topic, escape(one.found), escape(one.mend))
    (console or Console()).print(table)
    return int(any(one.fine is False for one in findings))


def python() -> Finding:
    """The version of the running interpreter."""
    fine = sys.version_info >= (3, 11)
    return Finding("Python", platform.python_version(), fine, "" if fine else "install Python 3.11 or later")


def packages(extra: str, names: tuple[str, ...], verdict: bool | None) -> Finding:
    """The packages of one extra; `verdict` is what it means if some are missing."""
    if sys.platform == "emscripten":
        return Finding(
            f"extra {extra}", "in a browser: enough for notebooks 00 to 04", None, "install tailnb"
        )
    have, missing = [], []
    for name in names:
        try:
            have.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    topic = f"extra {extra}"
    if not missing:
        return Finding(topic, ", ".join(have))
    found = f"missing: {', '.join(missing)}" + (f"; installed: {', '.join(have)}" if have else "")
    purpose = "" if verdict is False else ", for fine-tuning on a GPU only"
    return Finding(topic, found, verdict, INSTALL.format(extra) + purpose)


def processor() -> Finding:
    """The cores that this process may use."""
    return Finding("processor", f"{_cores()} cores, {platform.machine()}")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> Finding:
    """The memory that this process may use."""
    size = _memory()
    if size is None:
        return Finding("memory", "not known on this system", None)
    if size < MEMORY:
        return Finding("memory", f"{size / GIB:.1f} GiB", None, "use the scale smoke")
    return Finding("memory", f"{size / GIB:.1f} GiB")


def gpu() -> Finding:
    """The CUDA GPU and its memory, as torch sees it."""
    if importlib.util.find_spec("torch") is None:
        return Finding("GPU", "not looked for without torch", None, INSTALL.format("lab"))
    card = _card()
    if card:
        return Finding("GPU", f"{card.name}, {card.memory / GIB:.0f} GiB")
    if shutil.which("nvidia-smi"):
        return Finding("GPU", "there, but not for this torch", None, "install torch built for CUDA")
    return Finding("GPU", "none", None, f"only fine-tuning {MODEL} wants one")


def room() -> Finding:
    """Whether the GPU has room to fine-tune the 7B model, with the default and with larger settings."""
    card, told = _card(), []
    for settings in (DEFAULT, LARGER):
        need = qlora(MODEL, settings)
        verdict = (
            "" if card is None else ", fits" if need.fits(card.memory / GIB) else ", too much for this GPU"
        )
        told.append(f"{need.total:.1f} GiB at {settings.max_length} tokens, rank {settings.rank}{verdict}")
    found = "; ".join(told) + " (arithmetic)"
    return Finding("QLoRA of it", found, _trains() or None, "" if _trains() else _smaller(card))


def _trains() -> bool:
    """Whether the GPU has room for the default settings."""
    card = _card()
    return card is not None and qlora(MODEL).fits(card.memory / GIB)


def _smaller(card: Card | None) -> str:
    """What the GPU has room for instead."""
    if card is None:
        return "the nano models and SmolLM2-135M train on a processor"
    fitting = what_fits(card.memory / GIB, MODEL)
    return f"{fitting} would fit" if fitting else "choose a smaller model, such as Qwen2.5-1.5B"


def model(online: bool) -> Finding:
    """Whether the 7B model is in the local cache, and, if asked to look, on a hub that can be reached."""
    fetch = f"hf download {MODEL}; without it the notebooks use the nano models that come with tailnb"
    if importlib.util.find_spec("huggingface_hub") is None:
        return Finding(MODEL, "not looked for without huggingface_hub", None, INSTALL.format("lab"))
    from huggingface_hub import HfApi

    if cached(MODEL):
        return Finding(MODEL, "in the local cache")
    if not online:
        return Finding(MODEL, "not in the local cache; --online asks the hub", None, fetch)
    try:
        HfApi().model_info(MODEL, timeout=10)
    except Exception as error:  # the client's own errors and those of the network below it
        reason = str(error).strip().partition("\n")[0]
        return Finding(MODEL, f"hub not reached: {reason}", None, "check network, proxy and HF_ENDPOINT")
    return Finding(MODEL, "not in the local cache; the hub has it", None, fetch)


def scale() -> Finding:
    """The largest sensible scale."""
    if _trains():
        return Finding("scale", "full: tailnb run --scale full")
    if _cores() < 2 or (_memory() or MEMORY) < MEMORY:
        return Finding("scale", "smoke: tailnb run --scale smoke")
    return Finding("scale", "demo: tailnb run")
