"""The experiments of the laboratory: which models are trained, one `Run` each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tailnb.models.nano import Recipe
from tailnb.tasks import task

SEEDS = (0, 1, 2)
Variants = Mapping[str, Mapping[str, Any]]  # by name, what each changes of a base recipe
POINTS = 12  # lengths of a curve, from the shortest to twice the longest of L


@dataclass(frozen=True)
class Run:
    """One model: trained by its recipe, then measured at S, M and L.

    experiment, variant: what it belongs to, and what it is called in tables and charts.
    problems: measured of each task and range. each: of each length of the curve; 0 for no curve.
    """

    experiment: str
    variant: str
    recipe: Recipe
    problems: int = 500
    each: int = 0

    @property
    def labels(self) -> dict[str, Any]:
        """What its rows begin with."""
        return {"experiment": self.experiment, "variant": self.variant, "trained_seed": self.recipe.seed}

    @property
    def name(self) -> str:
        """Such as "ablations-without-memory-fetcher-0"."""
        return self.name_of(self.labels)

    @staticmethod
    def name_of(row: Mapping[str, Any]) -> str:
        """The name of the run that a row is of."""
        variant = row["variant"].replace(" ", "-").replace(":", "")
        return f"{row['experiment']}-{variant}-{row['trained_seed']}"

    def lengths(self, name: str) -> list[int]:
        """The lengths of a task's curve."""
        longest = 2 * task(name).lengths["L"][1]
        return (
            sorted({max(2, round(longest * k / POINTS)) for k in range(1, POINTS + 1)}) if self.each else []
        )


def seeds(run: Run) -> list[Run]:
    """The same run with each seed."""
    return [replace(run, recipe=replace(run.recipe, seed=seed)) for seed in SEEDS]


def over(experiment: str, base: Recipe, variants: Variants) -> list[Run]:
    """A run for each variant and seed; a variant is what it changes of the base."""
    return [
        run
        for variant, changes in variants.items()
        for run in seeds(Run(experiment, variant, replace(base, **changes)))
    ]


TEN = (
    *("large_number_addition", "compare_numbers", "word_flip", "count_letters", "bubble_sort"),
    *("lcs", "levenshtein_distance", "palindrome_combination", "binary_search", "turing_machine"),
)
FOUR = ("large_number_addition", "compare_numbers", "word_flip", "count_letters")

PAIR = FOUR[:2]
UNSATURATED = ("bubble_sort", "binary_search")  # not solved at L by training on S alone

ABLATIONS: Variants = {
    "tail": {},
    "without memory fetcher": {"without": ("memory fetcher",)},
    "without linear transition": {"without": ("linear transition",)},
    "without atomic state": {"without": ("atomic state",)},
    "styled": {"wording": "styled"},
}
BASELINES: Variants = {method: {"method": method} for method in ("none", "plain", "index_hint", "reversed")}
RATIOS: Variants = {
    ":".join(map(str, ratio)): {"ratio": ratio}
    for ratio in ((1, 0, 0), (8, 1, 1), (7, 2, 1), (5, 3, 2), (4, 3, 3))
}
CAUSES: Variants = {
    "as it is": {},
    "ordinary positions": {"positions": "ordinary"},
    "fixed layouts": {"layouts": "fixed"},
    "random addresses": {"addresses": "random"},
    "no head looks back": {"looks_back": 0},
    "attention not softened": {"softest": 1.0},
    "attention softened more": {"softest": 0.35},
    "averaged weights": {"softest": 1.0, "average": 0.999},
    "logarithmic attention": {"attention": "log"},
}

EXPERIMENTS: dict[str, Sequence[Run]] = {
    "pair": over("pair", Recipe(tasks=PAIR), {"tail": {}, "none": {"method": "none"}}),
    "together": [
        replace(run, each=40) for run in over("together", Recipe(tasks=TEN, steps=12_000), {"together": {}})
    ],
    "alone": [Run("alone", name, Recipe(tasks=(name,), steps=3_000)) for name in TEN],
    "ablations": over("ablations", Recipe(tasks=FOUR), ABLATIONS),
    "baselines": over("baselines", Recipe(tasks=FOUR[:1], steps=4_000), BASELINES),
    "elsewhere": over(
        "elsewhere", Recipe(tasks=FOUR[1:]), {name: BASELINES[name] for name in ("none", "plain")}
    ),
    "activation": over("activation", Recipe(tasks=UNSATURATED, steps=4_000), RATIOS),
    "causes": over("causes", Recipe(tasks=PAIR, steps=4_000), CAUSES),
}
