"""How long prompts and chains of thought are, by any tokenizer: the price of linear unrolling.

>>> from tailnb.evaluation.lengths import length_table, lengths
>>> rows = lengths("binary_search", n=20)
>>> {row["range"]: row["max"] for row in rows if row["unit"] == "states"}
{'S': 5, 'M': 6, 'L': 7}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, product
from math import exp, log
from pathlib import Path
from statistics import linear_regression, mean, median
from typing import Any, NamedTuple

from tailnb.evaluation.table import NOTHING, Table
from tailnb.tasks import RANGES, Problem, Task, all_tasks, task
from tailnb.tasks._task import FIRST, rounded
from tailnb.traces import Trace
from tailnb.traces.plain import plain

Row = dict[str, Any]
Count = Callable[[str], int]

LIMITS = (2**11, 2**12, 2**13, 2**15, 2**17)  # tokens that a model's context holds: 2k to 128k
LONGEST = 5_000  # states of a trace that is made; of a longer one, the FIRST ones are

# Where Qwen2.5's tokenizer cuts a text before it joins anything; no token reaches over a cut. Python's
# classes take ² and Ⅳ for letters, not digits, which may join two pieces.
PIECE = re.compile(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d| ?(?:[^\s\w]|_)+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PIECES = "pieces"  # the name of this lower bound, where that of a tokenizer stands


def pieces(text: str) -> list[str]:
    """The text cut as Qwen2.5's tokenizer does first: a word, a digit or a run of signs each.

    Every piece becomes one token or more, so their number is a lower bound for Qwen2.5, and for others that
    give each digit a token of its own.
    """
    return PIECE.findall(text)


def counter(tokenizer: Any = None) -> Count:
    """A function from a text to its number of tokens, without those that a tokenizer adds to every text.

    tokenizer: anything with an `encode`, such as one of transformers, tokenizers or tiktoken; or a function
    from a text to its tokens or to their number; None for the lower bound of `pieces`.
    Raises ValueError for anything else.
    """
    if tokenizer is None:
        return lambda text: len(pieces(text))
    encode = getattr(tokenizer, "encode", tokenizer)
    unbound = isinstance(tokenizer, type) and encode is not tokenizer
    if isinstance(tokenizer, str) or unbound or not callable(encode):
        raise ValueError(
            "a tokenizer has a method encode, or is a function from a text to its tokens or to their number;"
            f" not {tokenizer!r}"
        )
    added = _number(encode(""))
    return lambda text: _number(encode(text)) - added


def _number(tokens: Any) -> int:
    return tokens if isinstance(tokens, int) else len(tokens)


GENERIC = ("PreTrainedTokenizerFast", "TokenizersBackend")  # everything is in tokenizer.json


def tokenizer_class(source: str | Path) -> Any:
    """The class of transformers that reads the tokenizer of a folder, or of a model on the hub."""
    from transformers import AutoTokenizer, PreTrainedTokenizerFast
    from transformers.models.auto.tokenization_auto import get_tokenizer_config

    # By the model's type, AutoTokenizer would split texts for nano models as for Qwen's own.
    generic = Path(source).is_dir() and get_tokenizer_config(source).get("tokenizer_class") in GENERIC
    return PreTrainedTokenizerFast if generic else AutoTokenizer


def open_tokenizer(source: str | Path) -> Any:
    """A tokenizer by a `tokenizer.json`, a `.gguf` file, or a folder or a model's name for transformers.

    Raises ValueError when there is none, ModuleNotFoundError without transformers.
    """
    path = Path(source)
    try:
        if path.suffix == ".json":
            from tokenizers import Tokenizer

            return Tokenizer.from_file(str(path))
        from transformers import AutoTokenizer

        if path.suffix == ".gguf":
            return AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
        return tokenizer_class(source).from_pretrained(source)
    except ImportError:
        raise
    except Exception as error:  # tokenizers raises plain Exceptions
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"no tokenizer {str(source)!r}; a tokenizer.json, a .gguf file, a folder or a model's name is"
            f" needed ({reason})"
        ) from None


def lengths(
    tasks: Task | str | Iterable[Task | str] | None = None,
    ranges: Iterable[str] = RANGES,
    *,
    n: int = 100,
    seed: int = 0,
    methods: Iterable[str] = ("tail",),
    styles: Iterable[str] = ("core",),
    without: str | Iterable[str] = (),
    tokenizer: Any = None,
    name: str = "",
    progress: Callable[[str], object] | None = None,
) -> list[Row]:
    """Measure n random problems of each task and range, written by each method in each style.

    tasks: all of the paper's when None. without: core modules to leave out. tokenizer: as `counter` takes it.
    name: of the tokenizer, for the rows. progress: called with each task's name when it is done.
    Each row has least, mean, median and greatest of one quantity: `part` is "prompt", "completion" or "both",
    `unit` "states", "characters" or "tokens". `lower_bound`: counted in pieces, so tokens are at least as
    many. `estimated`: a trace is too long to be made; its states are computed, and its text measured by the
    first ones. Raises ValueError for unknown names and for n below 1.
    """
    if type(n) is not int or n < 1:
        raise ValueError(f"the number of problems must be a whole number from 1, not {n!r}")
    count, ranges, methods, styles = counter(tokenizer), *map(tuple, (ranges, methods, styles))
    without = (without,) if isinstance(without, str) else tuple(without)
    called = PIECES if tokenizer is None else name or type(tokenizer).__name__
    rows = []
    for one in chosen(tasks):
        for range in ranges:
            problems = [one.sample(range, seed, index) for index in _indices(n)]
            for method, style in product(methods, styles):
                found = [_measure(problem, method, style, without, count) for problem in problems]
                about: Row = {"task": one.name, "algorithm": one.algorithm, "range": range, "method": method}
                about |= {"style": style, "without": list(without), "n": n, "seed": seed}
                rows += _rows(about, found, called)
        if progress:
            progress(one.name)
    return rows


_indices = range  # `range` is a range of lengths here, as everywhere


def chosen(tasks: Task | str | Iterable[Task | str] | None) -> list[Task]:
    """The tasks that are meant, each once; for None all of the paper's. ValueError for unknown ones."""
    if tasks is None:
        return list(all_tasks())
    given = [tasks] if isinstance(tasks, Task | str) else tasks
    return list(dict.fromkeys(map(task, given)))


Measures = dict[tuple[str, str], int]


def _measure(
    problem: Problem, method: str, style: str, without: Sequence[str], count: Count
) -> tuple[bool, Measures]:
    """Whether the length was estimated, and all measures of a problem by part and unit."""
    states, measures = problem.count_states(), Measures()
    estimated = states > LONGEST and method in ("tail", "plain")
    if method == "tail":
        measures["completion", "states"] = states
    texts = {"prompt": problem.prompt(method=method, style=style)}
    factor = 1.0
    if estimated:
        texts["completion"], factor = _first(problem, method, style, without), states / FIRST
    else:
        texts["completion"] = problem.completion(method=method, style=style, without=without)
    for unit, size in (("characters", len), ("tokens", count)):
        prompt, completion = size(texts["prompt"]), round(size(texts["completion"]) * factor)
        measures["prompt", unit], measures["completion", unit] = prompt, completion
        measures["both", unit] = prompt + completion
    return estimated, measures


def _first(problem: Problem, method: str, style: str, without: Sequence[str]) -> str:
    """The text of the first states of a trace that is too long to be made."""
    states = tuple(islice(problem.steps(), FIRST))
    trace = Trace(problem.task.name, (), states, problem.answer)
    return plain(trace, style) if method == "plain" else trace.text(style, without)


def _rows(about: Row, found: Sequence[tuple[bool, Measures]], tokenizer: str) -> list[Row]:
    estimated = any(flag for flag, _ in found)
    rows = []
    for part, unit in found[0][1]:
        values = [measures[part, unit] for _, measures in found]
        spread = {"min": min(values), "mean": round(mean(values), 1), "median": median(values)}
        row = about | {"part": part, "unit": unit} | spread | {"max": max(values)}
        if unit == "tokens":
            row |= {"tokenizer": tokenizer, "lower_bound": tokenizer == PIECES}
        rows.append(row | {"estimated": estimated and part != "prompt" and unit != "states"})
    return rows


def fits(tokens: float, limits: Sequence[int] = LIMITS) -> int | None:
    """The least of the contexts that holds so many tokens; None when none does."""
    return next((limit for limit in sorted(limits) if tokens <= limit), None)


def in_k(limit: int) -> str:
    """A context's size for people: 2048 is "2k"."""
    return f"{limit // 1024}k" if limit % 1024 == 0 else f"{limit:,}"


def length_table(rows: Iterable[Mapping[str, Any]], limits: Sequence[int] = LIMITS) -> Table:
    """For each task and range the longest problem, in tokens of prompt and completion, and what holds it.

    rows: of `lengths`. limits: tokens that contexts hold. A column for method, style or tokenizer is there
    only where rows differ in it. Raises ValueError when there is no limit, or no row to show.
    """
    shown = [row for row in rows if (row["part"], row["unit"]) == ("both", "tokens")]
    if not shown or not limits:
        raise ValueError("no lengths in tokens to show" if limits else "no context limit is given")
    differing = [key for key in ("method", "style", "tokenizer") if len({row[key] for row in shown}) > 1]
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    for row in shown:
        keys = {key: row[key] for key in ("task", *differing)}
        line = lines.setdefault(tuple(keys.values()), keys | dict.fromkeys(RANGES, NOTHING))
        line[row["range"]] = _cell(row, limits)
    return Table(list(lines.values()), _caption(shown, limits), ["task", *differing, *RANGES])


def _cell(row: Mapping[str, Any], limits: Sequence[int]) -> str:
    limit = fits(row["max"], limits)
    sign = "≈ " if row["estimated"] else "≥ " if row["lower_bound"] else ""
    longest = rounded(row["max"]) if row["estimated"] else row["max"]
    return f"{sign}{longest:,} " + (f"over {in_k(max(limits))}" if limit is None else f"in {in_k(limit)}")


def _caption(rows: Sequence[Mapping[str, Any]], limits: Sequence[int]) -> str:
    sizes = sorted({row["n"] for row in rows})
    n = " to ".join(f"{size:,}" for size in dict.fromkeys((sizes[0], sizes[-1])))
    names = sorted({row["tokenizer"] for row in rows})
    contexts = ", ".join(map(in_k, sorted(limits)))
    text = (
        f"Tokens of prompt and completion, the longest of {n} problems in each cell, and the least context"
        f" of {contexts} that holds it; tokenizer: {', '.join(names)}."
    )
    if PIECES in names:
        text += " ≥: at least so many, counted in pieces of Qwen2.5's pre-tokenizer."
    if any(row["estimated"] for row in rows):
        text += " ≈: a trace too long to be made, estimated by its first states."
    return text


def growth(
    tasks: Task | str | Iterable[Task | str] | None = None,
    ranges: Iterable[str] = RANGES,
    *,
    n: int = 100,
    seed: int = 0,
    progress: Callable[[str], object] | None = None,
) -> list[Row]:
    """How many states traces have, by the length of the problem: one row for each length that was drawn.

    n: problems of each task and range. progress: called with each task's name when it is done.
    Keys: task, algorithm, length, n, states (their mean).
    """
    rows = []
    for one in chosen(tasks):
        found: dict[int, list[int]] = {}
        for range in ranges:
            for index in _indices(n):
                problem = one.sample(range, seed, index)
                found.setdefault(problem.length, []).append(problem.count_states())
        about = {"task": one.name, "algorithm": one.algorithm}
        rows += [
            about | {"length": length, "n": len(states), "states": mean(states)}
            for length, states in sorted(found.items())
        ]
        if progress:
            progress(one.name)
    return rows


class Power(NamedTuple):
    """states = factor · length**exponent; the exponent is the slope in a chart with logarithmic axes."""

    factor: float
    exponent: float

    def __call__(self, length: float) -> float:
        return self.factor * float(length**self.exponent)


def power(rows: Iterable[Mapping[str, Any]]) -> Power:
    """The power of the length that fits one task's states best, by least squares of the logarithms.

    An exponent of 1 is linear growth, 2 quadratic; that of a logarithm is near 0. An exponential has none:
    what fits depends on where one looks. rows: of `growth`; each length counts as often as it was drawn.
    Raises ValueError for fewer than two lengths.
    """
    points = [(log(row["length"]), log(row["states"]), row["n"]) for row in rows]
    if len(points) < 2:
        raise ValueError(f"two lengths or more are needed, not {len(points)}")
    xs = [x for x, _, n in points for _ in _indices(n)]
    ys = [y for _, y, n in points for _ in _indices(n)]
    line = linear_regression(xs, ys)
    return Power(exp(line.intercept), line.slope)
