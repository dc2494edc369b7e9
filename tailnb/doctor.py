"""What this machine can run, and how to mend what it cannot, in one screen."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tailnb.models.hardware import GIB, Card
from tailnb.models.hardware import card as _card
from tailnb.models.hardware import machine_memory as _memory
from tailnb.models.hub import cached
from tailnb.models.memory import DEFAULT, LARGER, qlora, what_fits
from tailnb.runner.notebooks import UsageError, find_notebooks

INSTALL = 'pip install -c constraints.txt -e ".[{}]"'
PAGES = ("jupyterlab", "ipykernel", "papermill", "nbconvert", "anywidget", "altair", "vl-convert-python")
MODELS = ("torch", "transformers", "safetensors")
LAB = (*PAGES, *MODELS, "joblib", "pyarrow")
GPU = ("accelerate", "bitsandbytes", "datasets", "peft", "trl")
KERNEL = "python -m ipykernel install --sys-prefix"
SITE = ("hatchling", "jupyterlite-core", "jupyterlite-pyodide-kernel")
MODEL = "Qwen/Qwen2.5-7B"
# A kernel with torch takes half a gibibyte, a training step of a nano model one or two.
MEMORY = 3 * GIB
DISK = GIB  # free, for what notebooks write
NAMED = 2  # missing packages that are named; of more, the number


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
    findings = [python(), packages("lab", LAB, False), packages("gpu", GPU, None), jupyter(), processor()]
    findings += [memory(), disk(), gpu(), model(online), room(), site(), *notebooks(), scale()]
    failed = any(one.fine is False for one in findings)
    screen = console or Console()
    screen.print(_report(findings, screen.width))
    screen.print("Mend what has a ✗; then: tailnb lab" if failed else "To begin: tailnb lab", highlight=False)
    return int(failed)


def _report(findings: list[Finding], width: int) -> Table:
    """The findings as a table; a command that would be broken at the edge begins a line of its own."""
    table = Table.grid(padding=(0, 1))
    marks = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[yellow]–[/yellow]"}
    left = width - max(len(one.topic) for one in findings) - len("✓   → ")
    for one in findings:
        between = " " if len(one.found) + len(one.mend) < left else "\n"
        mend = f"{between}[bold]→[/bold] {escape(one.mend)}" if one.mend else ""
        table.add_row(marks[one.fine], one.topic, escape(one.found) + mend)
    return table


def python() -> Finding:
    """The version of the running interpreter."""
    fine = sys.version_info >= (3, 11)
    return Finding("Python", platform.python_version(), fine, "" if fine else "install Python 3.11 or later")


def packages(extra: str, names: tuple[str, ...], verdict: bool | None) -> Finding:
    """The packages that an extra brings; `verdict` is what it means if some are missing."""
    if sys.platform == "emscripten":
        return Finding(
            f"extra {extra}", "in a browser: enough for notebooks 00 to 04", None, "install tailnb"
        )
    absent, topic = _absent(names), f"extra {extra}"
    if not absent:
        return Finding(topic, f"all {len(names)} packages")
    more = f" and {len(absent) - NAMED} more" if len(absent) > NAMED else ""
    purpose = "" if verdict is False else ", to fine-tune"
    found = f"missing: {', '.join(absent[:NAMED])}{more}{purpose}"
    return Finding(topic, found, verdict, INSTALL.format(extra))


def _absent(names: tuple[str, ...]) -> list[str]:
    """Those packages that are not installed."""
    absent = []
    for name in names:
        try:
            version(name)
        except PackageNotFoundError:
            absent.append(name)
    return absent


def jupyter() -> Finding:
    """Whether JupyterLab is here, and its kernel is this very Python."""
    if absent := _absent(("jupyterlab", "ipykernel")):
        return Finding("JupyterLab", f"missing: {', '.join(absent)}", False, "see extra lab")
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        program = Path(KernelSpecManager().get_kernel_spec("python3").argv[0])
    except NoSuchKernel:
        return Finding("JupyterLab", "no kernel python3", None, KERNEL)
    # A bare name stands for the Python that starts it.
    if not program.is_absolute() or program.parent == Path(sys.executable).parent:
        return Finding("JupyterLab", f"{version('jupyterlab')}, its kernel is this Python")
    return Finding("JupyterLab", f"its kernel is another Python, {program}", None, KERNEL)


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


def disk() -> Finding:
    """The space that is free for what notebooks write, and for models from the hub."""
    here = shutil.disk_usage(Path.cwd()).free
    found, fine = f"{here / GIB:.0f} GiB free here", here >= DISK or None
    if folder := _hub():
        there = shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists())).free
        found += f", {there / GIB:.0f} for models in {_short(folder)}"
    return Finding("disk", found, fine, "" if fine else "make room, or choose another folder by --out")


def _hub() -> Path | None:
    """The folder of the hub's cache, which need not be there yet; None without huggingface_hub."""
    if importlib.util.find_spec("huggingface_hub") is None:
        return None
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def _short(folder: Path) -> str:
    """The folder as a user would write it."""
    home = Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)


def gpu() -> Finding:
    """The CUDA GPU and its memory, as torch sees it."""
    if importlib.util.find_spec("torch") is None:
        return Finding("GPU", "not looked for without torch", None, INSTALL.format("lab"))
    card = _card()
    if card:
        return Finding("GPU", f"{card.name}, {card.memory / GIB:.0f} GiB")
    if shutil.which("nvidia-smi"):
        return Finding("GPU", "there, but not for this torch", None, "install torch built for CUDA")
    return Finding("GPU", "none", None, "only fine-tuning a large model wants one")


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
        return "nano models and SmolLM2-135M train without"
    fitting = what_fits(card.memory / GIB, MODEL)
    return f"{fitting} would fit" if fitting else "choose a smaller model, such as Qwen2.5-1.5B"


def model(online: bool) -> Finding:
    """Whether the 7B model is in the local cache, and, if asked to look, on a hub that can be reached."""
    fetch = f"hf download {MODEL} (15 GB); no notebook needs it"
    topic = MODEL.rpartition("/")[2]
    if importlib.util.find_spec("huggingface_hub") is None:
        return Finding(topic, "not looked for without huggingface_hub", None, INSTALL.format("lab"))
    from huggingface_hub import HfApi

    if cached(MODEL):
        return Finding(topic, "in the local cache")
    if not online:
        return Finding(topic, "not in the local cache; --online asks the hub", None, fetch)
    try:
        HfApi().model_info(MODEL, timeout=10)
    except Exception as error:  # the client's own errors and those of the network below it
        reason = str(error).strip().partition("\n")[0]
        return Finding(topic, f"hub not reached: {reason}", None, "check network, proxy and HF_ENDPOINT")
    return Finding(topic, "not in the local cache; the hub has it", None, fetch)


def site() -> Finding:
    """Whether the site of the notebooks in the browser can be built."""
    absent = _absent(SITE)
    npm = shutil.which("npm") is not None
    if npm and not absent:
        return Finding("site", "npm and extra site are here: tailnb site lite")
    lacking = [*([] if npm else ["npm"]), *(["extra site"] if absent else [])]
    mends = [*([] if npm else ["install Node.js"]), *([INSTALL.format("site")] if absent else [])]
    found = f"no {' and no '.join(lacking)}; only to build it"
    return Finding("site", found, None, "; ".join(mends))


def notebooks() -> Iterator[Finding]:
    """Which notebooks can run here, together with those that need the same."""
    try:
        found = find_notebooks()
    except UsageError as error:
        yield Finding("notebooks", str(error), None)
        return
    needs = {stem: _need(path) for stem, path in found.items()}
    for need, stems in groupby(sorted(needs, key=lambda stem: (len(needs[stem]), stem)), needs.get):
        yield _runs(" ".join(stem.partition("_")[0] for stem in stems), need or ())


def _need(path: Path) -> tuple[str, ...]:
    """The packages that a notebook needs beside JupyterLab and the charts', by what it imports."""
    imported = set(
        re.findall(r"(?:from|import) tailnb\.models(\.finetune)?", path.read_text(encoding="utf-8"))
    )
    if not imported:
        return ()
    return (*MODELS, *GPU) if ".finetune" in imported else MODELS


def _runs(topic: str, need: tuple[str, ...]) -> Finding:
    """Whether notebooks of this need can run here."""
    if absent := _absent((*PAGES, *need)):
        return Finding(topic, f"cannot run without {absent[0]}", None, "see above")
    if not need:
        return Finding(topic, "run here; no torch needed")
    return Finding(topic, "run here, with torch" + (" and extra gpu; no GPU needed" if len(need) > 3 else ""))


def scale() -> Finding:
    """The largest sensible scale."""
    if _trains():
        return Finding("scale", "full: tailnb run --scale full")
    if _cores() < 2 or (_memory() or MEMORY) < MEMORY:
        return Finding("scale", "smoke: tailnb run --scale smoke")
    return Finding("scale", "demo: tailnb run")
