"""The experiments of the laboratory: which models are trained, one `Run` each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tailnb.models.nano import Recipe
from tailnb.tasks import task

THREE = (0, 1, 2)  # seeds of the main models, and of those that train in minutes
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
        labels = {"experiment": self.experiment, "variant": self.variant, "trained_seed": self.recipe.seed}
        return {"learned": ", ".join(self.recipe.tasks), **labels}

    @property
    def name(self) -> str:
        """Such as "ablations-word_flip-without-memory-fetcher-0"; a model of several tasks names none."""
        return self.name_of(self.labels)

    @staticmethod
    def name_of(row: Mapping[str, Any]) -> str:
        """The name of the run that a row is of."""
        learned = "" if "," in row["learned"] else f"-{row['learned']}"
        variant = row["variant"].replace(" ", "-").replace(":", "").replace(",", "")
        return f"{row['experiment']}{learned}-{variant}-{row['trained_seed']}"

    def lengths(self, name: str) -> list[int]:
        """The lengths of a task's curve."""
        longest = 2 * task(name).lengths["L"][1]
        return (
            sorted({max(2, round(longest * k / POINTS)) for k in range(1, POINTS + 1)}) if self.each else []
        )


def over(
    experiment: str, base: Recipe, variants: Variants, seeds: Sequence[int] = (0,), **more: Any
) -> list[Run]:
    """A run for each variant and seed; a variant is what it changes of the base, more is of the runs."""
    return [
        Run(experiment, variant, replace(base, seed=seed, **changes), **more)
        for variant, changes in variants.items()
        for seed in seeds
    ]


ADDITION, PAIR = "large_number_addition", ("large_number_addition", "compare_numbers")
FIVE = (*PAIR, "word_flip", "count_letters", "turing_machine")
# These do not carry to L; of the last three, texts of twice L have no room on the ring of addresses.
LISTS, OTHERS = ("bubble_sort", "binary_search"), ("palindrome_combination", "lcs", "diophantine_equation")
HARDER = (*LISTS, *OTHERS)
STEPS = dict.fromkeys((*FIVE, *HARDER), 2_400) | {"compare_numbers": 2_000, "word_flip": 3_000}
SHARED = Recipe(tasks=FIVE, steps=9_000)  # one model for five tasks, which help each other
LONGER, LONGEST, TWICE = (replace(SHARED, steps=steps) for steps in (15_000, 20_000, 30_000))
ALONE = {name: Recipe(tasks=(name,), steps=steps) for name, steps in STEPS.items()}
SHORT = replace(ALONE[ADDITION], steps=1_600)
UNSATURATED = (  # at L by S alone; a step has room for texts of L, so that all mixtures are as many tokens
    replace(ALONE["turing_machine"], steps=1_500),
    replace(ALONE["bubble_sort"], steps=1_200, tokens=4_096),
)
UNLEARNED = replace(ALONE["binary_search"], steps=1_500)  # even at S

TAIL: Mapping[str, Any] = {}
SOFTER: Mapping[str, Any] = {"softest": 0.35}
WIDER: Mapping[str, Any] = {"span": 2_200}
SCATTERED: Mapping[str, Any] = {**SOFTER, "scattered": 0.5}
QUARTER: Mapping[str, Any] = {**SOFTER, "scattered": 0.25}
FAR: Mapping[str, Any] = {**QUARTER, **WIDER}
CORE = ("memory fetcher", "linear transition", "atomic state")
WITHOUT_ONE: Variants = {f"without {module}": {"without": (module,)} for module in CORE}
SENTENCES: Variants = {"styled": {"wording": "styled"}}
WITHOUT_MATCH = {"matches": False}
# As the shipped nano-none was trained, before there were composed registers and a head that matches.
NONE = {"method": "none", "steps": 9_000, "warm_up": 0.3, "registers": "random", "matches": False}
BASELINES: Variants = {method: {"method": method} for method in ("none", "plain", "index_hint", "reversed")}
EVERYWHERE: Variants = {method: BASELINES[method] for method in ("none", "plain")}
RATIOS: Variants = {
    ":".join(map(str, ratio)): {"ratio": ratio}
    for ratio in ((1, 0, 0), (8, 1, 1), (7, 2, 1), (5, 3, 2), (4, 3, 3))
}
CAUSES: Variants = {
    "as it is": {},
    "ordinary positions": {"positions": "ordinary"},
    "fixed layouts": {"layouts": "fixed"},
    "random addresses": {"addresses": "random"},
    "random registers": {"registers": "random"},
    "no head matches": WITHOUT_MATCH,
    "no head looks back": {"looks_back": 0, "matches": False},
    "attention not softened": {"softest": 1.0},
    "attention softened more": SOFTER,
    "averaged weights": {"softest": 1.0, "average": 0.999},
    "logarithmic attention": {"attention": "log"},
}
TRIES: Variants = {
    "attention softened more": CAUSES["attention softened more"],
    "three layers": {"layers": 3},
    "twice as long": {"steps": 4_800},
}
SORTING: Variants = {
    "random addresses": CAUSES["random addresses"],
    **{name: TRIES[name] for name in ("attention softened more", "three layers")},
    "beside Binary Search": {"tasks": ("bubble_sort", "binary_search"), "steps": 4_800},
}

EXPERIMENTS: dict[str, Sequence[Run]] = {
    "pair": over("pair", Recipe(tasks=PAIR, steps=6_000), {"tail": WITHOUT_MATCH, "none": NONE}, each=40),
    "alone": [
        *(run for name in (*FIVE, *LISTS) for run in over("alone", ALONE[name], {"tail": TAIL}, each=40)),
        *(run for name in OTHERS for run in over("alone", ALONE[name], {"tail": TAIL})),
        *(run for name in HARDER for run in over("alone", ALONE[name], {"tail": TAIL}, (1, 2))),
    ],
    "together": [
        *over("together", SHARED, {"tail": TAIL}, each=40),
        *over("together", SHARED, {"tail": TAIL}, (1,)),
        *over("together", LONGER, {"softer": SOFTER}, THREE, each=40),
    ],
    "ablations": [
        *over("ablations", SHARED, WITHOUT_ONE, (0, 1), problems=200),
        *over("ablations", SHARED, SENTENCES, problems=200),
        *over("ablations", ALONE[ADDITION], WITHOUT_ONE),
    ],
    "baselines": [
        *over("baselines", SHARED, EVERYWHERE, (0, 1), problems=200),
        *over("baselines", ALONE[ADDITION], BASELINES),
    ],
    "activation": [
        *(run for base in UNSATURATED for run in over("activation", base, RATIOS, problems=200)),
        *over("activation", UNLEARNED, {ratio: RATIOS[ratio] for ratio in ("1:0:0", "8:1:1")}, problems=200),
    ],
    "causes": over("causes", SHORT, CAUSES, problems=200),
    "seeds": over("seeds", replace(ALONE["turing_machine"], steps=500), {"tail": TAIL}, THREE, problems=200),
    "farther": [
        *over("farther", LONGER, {"longer": TAIL, "wider": WIDER}, each=40),
        *over("farther", LONGER, {"softer, scattered": SCATTERED}, (1,), each=40),
        *over("farther", LONGER, {"softer, a quarter scattered": QUARTER}, THREE, each=40),
        *over("farther", LONGEST, {"softer, a quarter scattered, longer": QUARTER}, THREE, each=40),
        *over("farther", TWICE, {"softer, a quarter scattered, twice as long": QUARTER}, THREE, each=40),
        *over("farther", TWICE, {"softer, a quarter scattered, wider, twice as long": FAR}, (0, 1), each=40),
        *over("farther", LONGEST, {"softer and longer": SOFTER}, (1,), each=40),
        *over("farther", LONGEST, {"softer, wider and longer": {**SOFTER, **WIDER}}, each=40),
        *over("farther", LONGEST, {"softer, scattered, wider and longer": {**SCATTERED, **WIDER}}, each=40),
    ],
    "harder": [
        *over("harder", ALONE["bubble_sort"], SORTING, problems=200),
        *(run for name in HARDER[1:] for run in over("harder", ALONE[name], TRIES, problems=200)),
    ],
}

ON_REQUEST = ("farther", "harder")  # tries, where the answers to the paper's questions fell short
