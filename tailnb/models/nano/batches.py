"""Training batches: recorded traces of short problems as token numbers, with positions that jump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

import torch
from torch import Tensor

from tailnb.models.nano.recipe import Recipe
from tailnb.models.nano.scattered import scattered, values
from tailnb.models.nano.texts import draw, texts
from tailnb.models.nano.tokenizer import BOS, EOS, encode
from tailnb.tasks import RANGES, task
from tailnb.traces.answer import FINAL
from tailnb.traces.layout import ADDRESS

BATCHES_OF_A_TASK = 8  # drawn together, so that problems of like length share a batch
FEWEST_ROWS = 8
GRAIN = 32  # batches are this many tokens long, or twice, …: the CPU's kernels are made anew for each shape
SHORTEST, SHORTEST_CAP = 2, 3  # problems of S begin here; the longest of the very first batches


@dataclass(frozen=True)
class Example:
    """One problem as token numbers: where the prompt ends, where the answer begins, where addresses stand."""

    numbers: list[int]
    prompt: int
    answer: int
    addresses: list[int]  # behind the prompt
    learned: frozenset[int]


@dataclass(frozen=True)
class Batch:
    """numbers, positions: [rows, tokens], whole numbers. learned: the same shape, true where loss counts."""

    task: str
    numbers: Tensor
    positions: Tensor
    learned: Tensor


def pool(recipe: Recipe, number: int, progress: float, ids: dict[str, int]) -> list[Batch]:
    """The pool of batches with this number: for each task BATCHES_OF_A_TASK, in random order.

    progress: the share of the steps that are done, which sets how long the problems may be.
    """
    rng = Random(f"pool/{recipe.seed}/{number}")
    batches = []
    for name in recipe.tasks:
        longest = task(name).lengths["S"][1]
        grown = min(1.0, progress / recipe.warm_up) if recipe.warm_up else 1.0
        cap = round(SHORTEST_CAP + (longest - SHORTEST_CAP) * grown)
        for rows in _sorted_rows(_examples(recipe, name, rng, cap, ids), recipe.tokens):
            batches.append(_batch(name, rows, recipe, rng))
    rng.shuffle(batches)
    return batches


def _examples(recipe: Recipe, name: str, rng: Random, cap: int, ids: dict[str, int]) -> list[Example]:
    examples: list[Example] = []
    room = BATCHES_OF_A_TASK * recipe.tokens
    while room > 0:
        problem = draw(name, rng, *_lengths(recipe, name, rng, cap))
        shuffle = rng if rng.random() < recipe.shuffled else None
        layout = rng.getrandbits(32) if recipe.layouts == "random" else 0
        prompt, completion = texts(problem, recipe, seed=layout, shuffle=shuffle)
        scatter = bool(recipe.scattered) and rng.random() < recipe.scattered
        other = scattered(prompt, completion, rng, recipe.ring) if scatter else completion
        examples.append(_example(prompt, other, ids, values_only=other != completion))
        room -= len(examples[-1].numbers)
    return examples


def _lengths(recipe: Recipe, name: str, rng: Random, cap: int) -> tuple[int, int]:
    """The least and the greatest length of the next problem."""
    range = rng.choices(RANGES, recipe.ratio)[0] if any(recipe.ratio[1:]) else "S"
    return (SHORTEST, cap) if range == "S" else task(name).lengths[range]


def _example(prompt: str, completion: str, ids: dict[str, int], *, values_only: bool) -> Example:
    """values_only: of the answer, learn what stands in its cells alone, for no order says which is next."""
    front, back = [ids[BOS], *encode(ids, prompt)], [*encode(ids, completion), ids[EOS]]
    said = [BOS, *prompt.split(), *completion.split()]
    addresses = [place for place in range(len(front), len(said)) if ADDRESS.fullmatch(said[place])]
    answer = len(front) + back.index(ids[FINAL.split()[0]])
    learned = set(range(len(front), len(front) + len(back)))
    if values_only:
        learned = {place for place in learned if place < answer} | values(said, answer + len(FINAL.split()))
    return Example(front + back, len(front), answer, addresses, frozenset(learned))


def _sorted_rows(examples: list[Example], tokens: int) -> Iterator[list[Example]]:
    """Examples of like length together, as many as make `tokens` tokens with their padding."""
    rows: list[Example] = []
    for example in sorted(examples, key=lambda example: len(example.numbers)):
        if len(rows) >= FEWEST_ROWS and len(example.numbers) * (len(rows) + 1) > tokens:
            yield rows
            rows = []
        rows.append(example)
    yield rows


def _batch(name: str, rows: list[Example], recipe: Recipe, rng: Random) -> Batch:
    longest = -(-max(len(row.numbers) for row in rows) // GRAIN) * GRAIN
    numbers = torch.tensor([row.numbers + [0] * (longest - len(row.numbers)) for row in rows])
    learned = torch.tensor([[place in row.learned for place in range(longest)] for row in rows])
    positions = torch.tensor([_positions(row, longest, recipe, rng) for row in rows])
    return Batch(name, numbers, positions, learned)


def _positions(row: Example, longest: int, recipe: Recipe, rng: Random) -> list[int]:
    """Positions with random jumps, so that no fetch can be learned as a distance."""
    steps = [0.0] + [1.0] * (longest - 1)
    if recipe.positions == "jumps":
        for place, size in _jumps(row, max(recipe.span - longest, 1), rng):
            steps[place] += size
    return list(accumulate(int(step) for step in steps))


def _jumps(example: Example, room: float, rng: Random) -> Iterator[tuple[int, float]]:
    """Where positions jump, and how far: inside the prompt and behind it, often before the answer.

    Often also inside the trace or the answer, but before an address, so that what was written just now stays
    where heads look back to.
    """
    total = rng.random() ** 2 * room if rng.random() > 0.25 else 0.0
    inside = rng.random() * total
    yield rng.randrange(1, example.prompt), inside
    yield example.prompt, total - inside
    in_answer = [place for place in example.addresses if place > example.answer]
    for places, share in (([example.answer], 0.5), (in_answer, 0.5), (example.addresses, 0.3)):
        if places and rng.random() < share:
            yield rng.choice(places), rng.random() * room / 2
