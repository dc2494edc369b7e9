"""Checkpoints of a training run: written whole or not at all, and exact to resume from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file

from tailnb.models.nano.recipe import Recipe

if TYPE_CHECKING:
    from tailnb.models.nano.training import Training

COUNTERS = ("step", "tokens", "seconds", "pool", "pool_start", "used")


def save(training: Training, folder: Path) -> Path:
    """Write the checkpoint of this step under `folder`, then remove the one before it."""
    whole = folder / f"step-{training.step:06d}"
    if whole.exists():
        return whole
    partial = folder / f"{whole.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, model in _models(training).items():
        weights = {key: weight.detach().contiguous() for key, weight in model.state_dict().items()}
        save_file(weights, partial / f"{name}.safetensors")
    save_file(_optimizer_tensors(training), partial / "optimizers.safetensors")
    counters = {name: getattr(training, name) for name in COUNTERS}
    state = {"recipe": training.recipe.to_dict(), **counters}
    (partial / "training.json").write_text(json.dumps(state, indent=1), encoding="utf-8")
    earlier = latest(folder)
    partial.rename(whole)
    if earlier is not None:
        shutil.rmtree(earlier)
    return whole


def latest(folder: Path) -> Path | None:
    """The newest whole checkpoint under a folder, or None."""
    found = [path for path in folder.glob("step-*") if not path.name.endswith(".partial")]
    return max(found, default=None)


def resume(training: Training, folder: Path) -> None:
    """Bring a new run to where the folder's checkpoint stands, if there is one.

    Raises ValueError when that is the checkpoint of another recipe.
    """
    found = latest(folder)
    if found is None:
        return
    state = json.loads((found / "training.json").read_text(encoding="utf-8"))
    recipe, stood = training.recipe.to_dict(), Recipe.from_dict(state["recipe"]).to_dict()
    other = [
        f"{name} {stood[name]!r} instead of {value!r}"
        for name, value in recipe.items()
        if stood[name] != value
    ]
    if other:
        raise ValueError(
            f"{folder} holds a run of another recipe ({', '.join(other)}); choose another folder"
        )
    for name, model in _models(training).items():
        model.load_state_dict(load_file(found / f"{name}.safetensors"))
    _load_optimizers(training, load_file(found / "optimizers.safetensors"))
    for name in COUNTERS:
        setattr(training, name, state[name])


def _models(training: Training) -> Mapping[str, torch.nn.Module]:
    own = {"model": training.model}
    return own if training.mean is training.model else own | {"mean": training.mean}


def _optimizer_tensors(training: Training) -> dict[str, torch.Tensor]:
    return {
        f"{number}/{weight}/{name}": tensor
        for number, optimizer in enumerate(training.optimizers)
        for weight, state in optimizer.state_dict()["state"].items()
        for name, tensor in state.items()
    }


def _load_optimizers(training: Training, tensors: dict[str, torch.Tensor]) -> None:
    for number, optimizer in enumerate(training.optimizers):
        whole = optimizer.state_dict()
        for key, tensor in tensors.items():
            owner, weight, name = key.split("/")
            if int(owner) == number:
                whole["state"].setdefault(int(weight), {})[name] = tensor
        optimizer.load_state_dict(whole)
