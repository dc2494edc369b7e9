"""The combinations of parameters that a sweep runs, all checked before the first one starts."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import nbformat

from tailnb.runner.notebooks import UsageError
from tailnb.runner.session import values_for

LONGEST = 60  # characters of a folder's name that tell the values


@dataclass(frozen=True)
class Combination:
    """One run of one notebook. chosen: the swept parameters; values: all that are injected."""

    notebook: Path
    chosen: Mapping[str, Any]
    values: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The swept parameters, such as "seed=0, model=nano-tail"."""
        return ", ".join(f"{name}={value}" for name, value in self.chosen.items())

    @property
    def folder(self) -> Path:
        """Where the run goes, inside the sweep's folder: readable, and different for different values."""
        readable = re.sub(r"[^\w.=-]+", "_", self.label)[:LONGEST]
        return Path(self.notebook.stem) / f"{readable}-{_digest(sorted(self.chosen.items()))[:8]}"

    @property
    def fingerprint(self) -> str:
        """Changes with the notebook's cells, with any parameter, and with the package's version."""
        cells = nbformat.read(self.notebook, as_version=4).cells
        sources = [(cell.cell_type, cell.source) for cell in cells]
        return _digest([version("tailnb"), sources, sorted(self.values.items())])


def combinations(
    notebooks: Sequence[Path], scale: str, pairs: Sequence[tuple[str, str]], sweeps: Sequence[str]
) -> list[Combination]:
    """Every notebook with every combination of the swept values.

    pairs: parameters that stay as they are. sweeps: texts such as "seed=0,1,2".
    Raises UsageError for a parameter that a notebook does not have, for a value of another type than its
    default, and for what is given twice.
    """
    swept = parse(sweeps)
    for name, _ in pairs:
        if name in swept:
            raise UsageError(f"parameter {name!r} is both swept and set by -p; choose one")
    made = [
        _combination(notebook, scale, [*pairs, *zip(swept, texts, strict=True)], list(swept))
        for notebook in notebooks
        for texts in product(*swept.values())
    ]
    counts = Counter(one.folder for one in made)
    twice = next((one for one in made if counts[one.folder] > 1), None)
    if twice:
        raise UsageError(f"the sweep has {twice.label} twice")
    return made


def parse(sweeps: Sequence[str]) -> dict[str, list[str]]:
    """Names and their values, as text. Raises UsageError for a text that is no such thing."""
    swept: dict[str, list[str]] = {}
    for text in sweeps:
        name, sign, values = text.partition("=")
        if not sign or not name or not values:
            raise UsageError(f"--sweep takes NAME=VALUE,VALUE such as seed=0,1,2, not {text!r}")
        if name in swept:
            raise UsageError(f"parameter {name!r} is swept twice; give all its values at once")
        swept[name] = [value.strip() for value in values.split(";" if ";" in values else ",")]
    return swept


def _combination(
    notebook: Path, scale: str, pairs: Sequence[tuple[str, str]], swept: Sequence[str]
) -> Combination:
    values = values_for(notebook, scale, pairs)
    return Combination(notebook, {name: values[name] for name in swept}, values)


def _digest(thing: object) -> str:
    return hashlib.sha256(json.dumps(thing, sort_keys=True).encode()).hexdigest()
