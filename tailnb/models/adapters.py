"""LoRA adapters: put beside the base that they were made for, and no other."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from transformers import PreTrainedModel

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
CACHED = re.compile(r"models--(.+?)--(.+?)[\\/]snapshots")
BASE = "base_model_name_or_path"


def attach(model: PreTrainedModel, adapter: Path | str, name: str) -> PreTrainedModel:
    """The model with an adapter beside its weights, ready to write.

    adapter: the folder that peft wrote. name: the model's.
    Raises ValueError for a folder without an adapter, and for one made for another base.
    """
    try:
        from peft import PeftModel
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"adapters need {missing.name}: pip install 'tailnb[gpu]'", name=missing.name
        ) from None

    folder = Path(adapter)
    base = base_of(folder)
    if base and not same_base(base, name):
        raise ValueError(f"the adapter in {folder} was made for {base}, not for {name}")
    _require_shapes(model, folder, name)
    with warnings.catch_warnings():
        # peft asks transformers by a name that is going out of use.
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        together: Any = PeftModel.from_pretrained(model, str(folder))
    return together  # type: ignore[no-any-return]  # a PreTrainedModel in all but its class


def base_of(folder: Path) -> str:
    """The name of the base that an adapter was made for, "" if it does not say.

    Raises ValueError for a folder without an adapter.
    """
    missing = [name for name in (CONFIG, WEIGHTS) if not (folder / name).is_file()]
    if missing:
        raise ValueError(f"{folder} holds no adapter; it lacks {' and '.join(missing)}")
    try:
        return base_name(json.loads((folder / CONFIG).read_text(encoding="utf-8")).get(BASE) or "")
    except (ValueError, AttributeError):
        raise ValueError(f"{folder / CONFIG} cannot be read") from None


def base_name(source: str) -> str:
    """A model's name from where it was loaded: the hub's cache, a folder, or the hub."""
    if cached := CACHED.search(source):
        return "/".join(cached.groups())
    parts = [part for part in re.split(r"[\\/]", source) if part]
    return source if len(parts) == 2 and "/".join(parts) == source else "".join(parts[-1:])


def same_base(one: str, other: str) -> bool:
    """Whether two names mean one model; a name without an owner's means any owner's."""
    if "/" in one and "/" in other:
        return one == other
    return one.rpartition("/")[2] == other.rpartition("/")[2]


def name_base(folder: Path, name: str) -> None:
    """Write the base's name into an adapter's config, where peft wrote its place on this machine."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    partial = folder / f".{CONFIG}.part"
    partial.write_text(json.dumps(config | {BASE: name}, indent=2) + "\n", encoding="utf-8")
    partial.replace(folder / CONFIG)


def _require_shapes(model: PreTrainedModel, folder: Path, name: str) -> None:
    """Raise ValueError unless each pair of matrices fits a linear layer of the model."""
    layers = {path: layer for path, layer in model.named_modules() if hasattr(layer, "in_features")}
    try:
        with safe_open(folder / WEIGHTS, "pt") as weights:
            shapes = {key: weights.get_slice(key).get_shape() for key in weights.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{folder / WEIGHTS} cannot be read: {error}") from None
    for key, shape in shapes.items():
        path, _, part = key.removeprefix("base_model.model.").partition(".lora_")
        if part not in ("A.weight", "B.weight"):
            continue
        layer: Any = layers.get(path)
        if layer is None:
            raise ValueError(f"the adapter in {folder} is for a layer {path}, which {name} has not")
        found, wanted = (shape[1], layer.in_features) if part[0] == "A" else (shape[0], layer.out_features)
        if found != wanted:
            raise ValueError(f"the adapter in {folder} is {found} wide at {path}, {name} is {wanted}")
