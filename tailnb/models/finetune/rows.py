"""What a model is fine-tuned on: prompt and completion, and how long they are in its own tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

from transformers import PreTrainedTokenizerBase

from tailnb.dataset import CONFIGURATION, problems, ratio_counts
from tailnb.dataset.folder import is_whole
from tailnb.models.finetune.recipe import Recipe
from tailnb.models.nano.texts import options
from tailnb.tasks import Problem

Row = dict[str, str]
PARTS = ("prompt", "completion")
CHUNK = 1000  # rows whose tokens are held at a time
FORM = ("method", "style", "without")  # columns that must say what the recipe says


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
        for index, problem in enumerate(_problems(recipe, name, range, n))
    ]
    Random(f"order/{recipe.seed}").shuffle(found)
    return found


def _problems(recipe: Recipe, name: str, range: str, n: int) -> list[Problem]:
    """In style "tape", they are in the form that nano models read, such as whole numbers for addition."""
    return problems(name, range, n, seed=recipe.seed, **(options(name) if recipe.style == "tape" else {}))


def row(problem: Problem, recipe: Recipe, index: int = 0) -> Row:
    """One problem as prompt and completion. index: in style "tape", of the layout."""
    method, style = recipe.method, recipe.style
    layout = Random(f"layout/{recipe.seed}/{index}").randrange(2**31) if style == "tape" else 0
    completion = problem.completion(method, style, recipe.without, seed=layout)
    return parted(problem.prompt(method, style, seed=layout), completion)


def parted(prompt: str, completion: str) -> Row:
    """A row whose completion begins on a line of its own, so that no token holds parts of both."""
    return {"prompt": prompt, "completion": completion if prompt[-1:].isspace() else f"\n{completion}"}


def read(given: Path | str | Sequence[Mapping[str, Any]], recipe: Recipe) -> list[Row]:
    """Rows made before: of a data set's folder, as `tailnb synth` writes it, or a list of them.

    Raises ValueError for a folder that is no whole data set, for a row without a prompt and a completion as
    text, and for one of another task, method, style or split than the recipe's training.
    """
    found = _folder(Path(given)) if isinstance(given, Path | str) else given
    made = [_checked(number, one, recipe) for number, one in enumerate(found)]
    if not made:
        raise ValueError("there are no rows to learn from")
    return made


def _checked(number: int, one: Mapping[str, Any], recipe: Recipe) -> Row:
    for part in PARTS:
        if not isinstance(one, Mapping) or not isinstance(one.get(part), str):
            raise ValueError(
                f"row {number} has no {part} as text; rows need {' and '.join(PARTS)}, as of tailnb synth"
            )
    asked = recipe.to_dict()
    for name in FORM:
        if name in one and _plain(one[name]) != asked[name]:
            raise ValueError(f"row {number} has {name} {one[name]!r}, the recipe {asked[name]!r}")
    if one.get("task", recipe.tasks[0]) not in recipe.tasks:
        raise ValueError(
            f"row {number} is of {one['task']}, the recipe's tasks are {', '.join(recipe.tasks)}"
        )
    if one.get("split", "train") != "train":
        raise ValueError(f"row {number} is of the split {one['split']!r}, which no training may see")
    return parted(one["prompt"], one["completion"])


def _plain(value: Any) -> Any:
    """A value of a row as a recipe has it."""
    return list(value) if isinstance(value, tuple) else value


def _folder(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of a data set's files, as its record lists them."""
    record = folder / CONFIGURATION
    try:
        files = json.loads(record.read_text(encoding="utf-8"))["files"]
        entries = [(folder / entry["file"], entry) for entry in files.values()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise ValueError(f"{folder} is no data set; it has no readable {CONFIGURATION}") from None
    for path, entry in entries:
        if not is_whole(path, entry):
            raise ValueError(f"{path} is missing; the same tailnb synth writes it again")
        yield from _file(path)


def _file(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".parquet":
        from pyarrow.parquet import ParquetFile

        for batch in ParquetFile(path).iter_batches():
            yield from batch.to_pylist()
        return
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def measure(rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase) -> Lengths:
    """The lengths of rows in a model's own tokens.

    Raises ValueError for a text that the tokenizer cannot read, and for a prompt whose end is no end of a
    token before this completion: the model would never read it like that.
    """
    whole: list[int] = []
    prompt: list[int] = []
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        fronts = _numbers([one["prompt"] for one in some], tokenizer, start)
        texts = [f"{one['prompt']}{one['completion']}{tokenizer.eos_token}" for one in some]
        for front, both in zip(fronts, _numbers(texts, tokenizer, start), strict=True):
            if both[: len(front)] != front:
                raise ValueError(
                    f"row {len(whole)}: its prompt ends within a token; end it with a line break"
                )
            whole.append(len(both))
            prompt.append(len(front))
    return Lengths(tuple(whole), tuple(prompt))


def _numbers(texts: list[str], tokenizer: PreTrainedTokenizerBase, start: int) -> list[list[int]]:
    """Texts as numbers of tokens. start: the number of the first one. ValueError for what cannot be read."""
    try:
        return list(tokenizer(texts)["input_ids"])
    except Exception as error:  # tokenizers raises plain Exceptions
        known = tokenizer.get_vocab()
        for number, text in enumerate(texts, start):
            if word := next((word for word in text.split() if word not in known), ""):
                raise ValueError(
                    f"row {number}: this model does not know {word!r}; choose another style or another model"
                ) from None
        raise ValueError(f"row {start} or one after it cannot be read by the tokenizer: {error}") from None


def require_room(lengths: Lengths, max_length: int) -> None:
    """Raise ValueError with the numbers if a completion would be cut: without its end it teaches wrong."""
    over = [length for length in lengths.whole if length > max_length]
    if over:
        raise ValueError(
            f"{len(over)} of {len(lengths.whole)} rows are longer than max_length={max_length} tokens, and"
            f" would lose their ends; the longest has {max(over)}. Raise max_length, or take shorter problems"
        )


def digest(rows: Sequence[Row]) -> str:
    """A short hash of rows, by which a run knows its own again."""
    found = blake2b(digest_size=8)
    for one in rows:
        found.update(json.dumps([one[part] for part in PARTS]).encode())
    return found.hexdigest()
