"""What a model is fine-tuned on: prompt and completion, and how long they are in its own tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from transformers import PreTrainedTokenizerBase

from tailnb.dataset import problems, ratio_counts
from tailnb.models.finetune.recipe import Recipe
from tailnb.tasks import Problem

Row = dict[str, str]
PARTS = ("prompt", "completion")


@dataclass(frozen=True)
class Lengths:
    """Tokens of prompt, completion and end mark together: of each row, in order, and of its prompt alone."""

    whole: tuple[int, ...]
    prompt: tuple[int, ...]

    @property
    def longest(self) -> int:
        """The longest row."""
        return max(self.whole)

    @property
    def learned(self) -> int:
        """How many tokens the loss counts."""
        return sum(self.whole) - sum(self.prompt)


def rows(recipe: Recipe) -> list[Row]:
    """The recipe's training problems as prompt and completion, in random order."""
    found = [
        row(problem, recipe, index)
        for name in recipe.tasks
        for range, n in ratio_counts(recipe.ratio, recipe.n).items()
        for index, problem in enumerate(problems(name, range, n, seed=recipe.seed))
    ]
    Random(f"order/{recipe.seed}").shuffle(found)
    return found


def row(problem: Problem, recipe: Recipe, index: int = 0) -> Row:
    """One problem as prompt and completion. index: in style "tape", of the layout."""
    method, style = recipe.method, recipe.style
    layout = Random(f"layout/{recipe.seed}/{index}").randrange(2**31) if style == "tape" else 0
    return {
        "prompt": problem.prompt(method, style, seed=layout),
        "completion": problem.completion(method, style, recipe.without, seed=layout),
    }


def measure(rows: Sequence[Mapping[str, str]], tokenizer: PreTrainedTokenizerBase) -> Lengths:
    """The lengths of rows in a model's own tokens.

    Raises ValueError for no rows, and for a row without a prompt and a completion as text.
    """
    if not rows:
        raise ValueError("there are no rows to learn from")
    for number, one in enumerate(rows):
        for part in PARTS:
            if not isinstance(one.get(part), str):
                raise ValueError(
                    f"row {number} has no {part} as text; rows need {' and '.join(PARTS)}, as of tailnb synth"
                )
    prompts = tokenizer([one["prompt"] for one in rows])["input_ids"]
    wholes = tokenizer([one["prompt"] + one["completion"] for one in rows])["input_ids"]
    end = 1  # the mark that says that the text is over
    return Lengths(tuple(len(ids) + end for ids in wholes), tuple(map(len, prompts)))


def require_room(lengths: Lengths, max_length: int) -> None:
    """Raise ValueError with the numbers if a completion would be cut: without its end it teaches wrong."""
    over = [length for length in lengths.whole if length > max_length]
    if over:
        raise ValueError(
            f"{len(over)} of {len(lengths.whole)} rows are longer than max_length={max_length} tokens, and"
            f" would lose their ends; the longest has {max(over)}. Raise max_length, or take shorter problems"
        )
