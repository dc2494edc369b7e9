"""`Task` and `Problem`: what the modules of this folder, one task each, become."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache, cached_property
from random import Random
from types import ModuleType
from typing import Any

from tailnb.traces import AtomicState, Tape, Trace
from tailnb.traces.ablate import modules
from tailnb.traces.answer import FINAL, extract, unmarked
from tailnb.traces.layout import Layout, symbol
from tailnb.traces.plain import plain
from tailnb.traces.render import STYLE_NAMES, text
from tailnb.traces.tape import CELLS, TooLongError

Params = dict[str, Any]

RANGES = ("S", "M", "L")
SPLITS = ("train", "eval")
METHODS = ("tail", "none", "plain")  # of every task; a task may have more, of its own
EVAL_SHARE = 0.1  # of the keys, chosen by their hash
LARGE_SPACE = 10**9
PATIENCE = 10_000  # draws before a split of a small space is called empty
LONGEST = 100_000  # states of a trace
FIRST = 1_000  # states by which the text of a longer trace is measured
TOKEN = 2  # characters of core text in a token, about
CONTRACT = (  # what a task's file must define
    *("TITLE", "ALGORITHM", "LENGTHS", "PARAMS", "TEMPLATES"),
    *("sample", "validate", "length", "problem_space", "run", "reference", "words"),
)


@dataclass(frozen=True)
class Notation:
    """A baseline of one task alone: the same question and answer, with numbers written in another way.

    write: a number in this notation. read: the number, from the text of a final answer; None for no number.
    preface: what the question says first. mark: what the answer says last, when its notation does not show.
    """

    write: Callable[[str], str]
    read: Callable[[str], str | None]
    preface: str = ""
    mark: str = ""


@dataclass(frozen=True, repr=False)
class Task:
    """A computable problem with its ranges, its algorithm on the tape and its reference.

    name, title, algorithm: the file's name, the paper's title and its algorithm class (Table C1).
    lengths: for each range, the least and the greatest length, such as {"S": (5, 20), …}.
    """

    name: str
    title: str
    algorithm: str
    lengths: Mapping[str, tuple[int, int]]
    module: ModuleType = field(compare=False)

    def __repr__(self) -> str:
        return f"<Task {self.name}>"

    def __hash__(self) -> int:
        return hash(self.name)

    def __reduce__(self) -> tuple[Any, ...]:
        # A module cannot be pickled, and tasks travel to worker processes.
        from tailnb.tasks import task

        return task, (self.name,)

    def problem(self, **params: Any) -> Problem:
        """Your own problem. Raises ValueError saying which parameter is wrong, and how it should be."""
        names = self.module.PARAMS
        if set(params) != set(names):
            given = ", ".join(params) or "none"
            raise ValueError(f"{self.name} takes the parameters {', '.join(names)}; given: {given}")
        checked = {name: _plain(name, params[name]) for name in names}
        self.module.validate(checked)
        return Problem(self, checked)

    def sample(
        self, range: str = "S", seed: int = 0, index: int = 0, split: str = "train", **options: Any
    ) -> Problem:
        """The problem number `index` of a random stream; the same arguments give the same problem.

        range: "S", "M" or "L". split: "train" or "eval", which never share a key. options: of the task's
        sampler, such as decimals=False for addition. Raises ValueError for an unknown range or split.
        """
        choose("range", range, self.lengths)
        choose("split", split, SPLITS)
        rng = Random(f"{self.name}/{split}/{range}/{seed}/{index}")
        return self.draw(rng, *self.lengths[range], split=split, **options)

    def draw(self, rng: Random, low: int, high: int, *, split: str = "train", **options: Any) -> Problem:
        """A random problem of length low to high (both included) that belongs to the split."""
        for _ in range(PATIENCE):
            params = self.module.sample(rng, low, high, **options)
            problem = Problem(self, params, rng.randrange(len(self.module.TEMPLATES)))
            if problem.split == split:
                return problem
        raise ValueError(f"{self.name} has no {split} problem of length {low} to {high}")

    def require_traces(self, range: str) -> None:
        """Raise ValueError with the size when the longest problems of a range take too long a trace."""
        choose("range", range, self.lengths)
        if hasattr(self.module, "count_states"):
            longest = self.lengths[range][1]
            self.draw(Random(0), longest, longest).require_trace()

    def problem_space(self, range: str) -> int | None:
        """How many different problems a range holds; None when there are more than 10**9."""
        choose("range", range, self.lengths)
        size: int = self.module.problem_space(*self.lengths[range])
        return size if size <= LARGE_SPACE else None

    @property
    def key(self) -> str:
        """What makes two problems different: the "problem" itself or, where there are few, its "query"."""
        return getattr(self.module, "KEY", "problem")

    def key_space(self, range: str) -> int | None:
        """How many different keys a range holds; None when there are more than 10**9."""
        problems = self.problem_space(range)
        if problems is None or self.key == "problem":
            return problems
        keys = problems * len(self.module.TEMPLATES)
        return keys if keys <= LARGE_SPACE else None

    @property
    def notations(self) -> Mapping[str, Notation]:
        """The baselines that this task alone has, by method."""
        return getattr(self.module, "NOTATIONS", {})

    @property
    def methods(self) -> tuple[str, ...]:
        """What a model can be asked to write: "tail", "none", "plain", and the task's own baselines."""
        return (*METHODS, *self.notations)


@dataclass(frozen=True, repr=False)
class Problem:
    """One problem of a task: its parameters, and which of the task's wordings asks for it."""

    task: Task
    params: Params
    template: int = 0

    def __repr__(self) -> str:
        return f"<Problem {self.task.name}: {self.key}>"

    def __hash__(self) -> int:
        return hash((self.task, self.key, self.template))

    @property
    def length(self) -> int:
        """The problem's length, in the unit of its task."""
        length: int = self.task.module.length(**self.params)
        return length

    @property
    def query(self) -> str:
        """The question in words."""
        template: str = self.task.module.TEMPLATES[self.template]
        return template.format(**self.task.module.words(**self.params))

    @cached_property
    def answer(self) -> str:
        """The true answer, from the task's reference: plain Python, independent of the recorded algorithm."""
        answer: str = self.task.module.reference(**self.params)
        return answer

    @cached_property
    def key(self) -> str:
        """What makes two problems the same, for de-duplication and the split; `Task.key` says which it is."""
        if self.task.key == "query":
            return self.query
        return json.dumps(self.params, sort_keys=True, ensure_ascii=False)

    @property
    def split(self) -> str:
        """ "eval" for a tenth of the keys, chosen by hash, "train" for the others."""
        digest = hashlib.blake2b(f"{self.task.name}/{self.key}".encode(), digest_size=8).digest()
        return "eval" if int.from_bytes(digest, "big") < EVAL_SHARE * 2**64 else "train"

    def trace(self, tape: Tape | None = None) -> Trace:
        """The run of the task's algorithm on this problem, as data.

        tape: to record on, if not on a new one. Raises ValueError, with the size where it can be told, for
        more than LONGEST states.
        """
        self.require_trace()
        tape = tape or Tape()
        try:
            self._run(tape, LONGEST)
        except TooLongError:
            raise self._too_long() from None
        return tape.trace(self.task.name)

    def _run(self, tape: Tape, most: int) -> None:
        """Run the algorithm as far as a tape of so many states goes. Raises TooLongError if it goes on."""
        tape.most = most
        for _ in self.task.module.run(tape, **self.params) or ():
            pass

    def _too_long(self) -> TooLongError:
        return TooLongError(
            f"this {self.task.name} of length {self.length} is too long for a trace, which may have"
            f" {LONGEST:,} states and begin with {CELLS:,} cells"
        )

    def require_trace(self) -> None:
        """Raise ValueError with the size, in states, characters and tokens, for more than LONGEST states."""
        counted = hasattr(self.task.module, "count_states")
        if counted and (states := self.count_states()) > LONGEST:
            characters = self.count_characters()
            raise ValueError(
                f"this {self.task.name} of length {self.length} takes {states:,} states, as core text about"
                f" {rounded(characters):,} characters or {rounded(characters / TOKEN):,} tokens; a trace may"
                f" have {LONGEST:,} states. Problem.steps() gives those of a lazy run one by one"
            )

    def count_characters(self) -> int:
        """How many characters the core text has, about, from its first states; nothing longer is made."""
        tape = Tape()
        with suppress(TooLongError):
            self._run(tape, FIRST)
        first = tuple(tape.take())
        if not first:  # the input alone is too long
            raise self._too_long()
        sample = Trace(self.task.name, (), first, self.answer).text()
        return round(len(sample) / len(first) * self.count_states())

    def steps(self) -> Iterator[AtomicState]:
        """The states of the trace one by one; lazily, and without limit, where `run` yields at each state."""
        tape = Tape()
        tape.most = LONGEST
        moves = self.task.module.run(tape, **self.params)
        for _ in moves or ():
            yield from tape.take()
        yield from tape.take()

    def count_states(self) -> int:
        """How many states the trace has; where the task can tell, without making it."""
        count = getattr(self.task.module, "count_states", None)
        return len(self.trace()) if count is None else count(**self.params)

    def prompt(self, method: str = "tail", style: str = "core", *, seed: int = 0) -> str:
        """What a model reads: the query, or for style "tape" the query as an addressed tape.

        seed: for "tape" alone, of the layout. Raises ValueError for an unknown method or style.
        """
        notation = self._chosen(method, style)
        if notation:
            words = self.task.module.words(**self.params)
            written = {name: notation.write(word) for name, word in words.items()}
            return f"{notation.preface}{self.task.module.TEMPLATES[self.template].format(**written)}\n"
        return " ".join(Layout(self.trace(), seed).prompt()) if style == "tape" else f"{self.query}\n"

    def completion(
        self, method: str = "tail", style: str = "core", without: str | Iterable[str] = (), *, seed: int = 0
    ) -> str:
        """What a model should write.

        method: "tail", the chain of thought that imitates a Turing machine; "plain", an ordinary one; "none",
        the answer alone; and what else the task has, such as "index_hint" and "reversed" for addition.
        without: names of core modules to leave out. seed: for "tape" alone, of the layout.
        Raises ValueError for an unknown name.
        """
        notation = self._chosen(method, style)
        left_out = modules(without)
        if left_out and method != "tail":
            raise ValueError(f"method {method!r} has no core modules to leave out; without needs 'tail'")
        if method == "tail":
            return text(self.trace(), style=style, without=left_out, seed=seed)
        if method == "plain":
            return plain(self.trace(), style=style, seed=seed)
        if notation:
            return f"{FINAL} {notation.write(self.answer)}{notation.mark}"
        return f"{FINAL} {' '.join(map(symbol, self.answer)) if style == 'tape' else self.answer}"

    def read_answer(self, text: str) -> str | None:
        """The final answer of a text, in the task's form, whichever of the task's notations it is in."""
        answer = extract(text)
        readings = (one.read(unmarked(answer)) for one in self.task.notations.values()) if answer else ()
        return next(filter(None, readings), answer)

    def _chosen(self, method: str, style: str) -> Notation | None:
        """The notation of a method, if it is one. Raises ValueError for an unknown method or style."""
        choose(f"method for {self.task.name} called", method, self.task.methods)
        choose("style", style, STYLE_NAMES)
        notation = self.task.notations.get(method)
        if notation and style == "tape":
            raise ValueError(
                f"{method} has no text on a tape; choose from {', '.join(METHODS)}, or another style"
            )
        return notation


def rounded(number: float) -> int:
    """A large number to two digits, as an estimate is told."""
    return int(float(f"{number:.1e}"))


def choose(what: str, name: str, choices: Iterable[str]) -> None:
    """Raise ValueError, naming the choices, unless the name is one of them."""
    choices = tuple(choices)  # in which anything may be looked for, also what has no hash
    if name not in choices:
        raise ValueError(f"no {what} {name!r}; choose from {', '.join(choices)}")


def _plain(name: str, value: Any) -> Any:
    """A copy of a parameter. Raises ValueError unless it is plain data, as JSON has it."""
    try:
        copied = deepcopy(value)
        json.dumps(copied, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{name} must be numbers, texts and lists of them: {error}") from None
    return copied


@cache
def load(module: ModuleType) -> Task:
    """The task that a module describes, always the same. Raises ValueError for a file that lacks a part."""
    name = module.__name__.rpartition(".")[2]
    missing = [part for part in CONTRACT if not hasattr(module, part)]
    if missing:
        raise ValueError(f"{module.__file__} is no task yet: it does not define {', '.join(missing)}")
    lengths = {key: tuple(bounds) for key, bounds in module.LENGTHS.items()}
    return Task(name, module.TITLE, module.ALGORITHM, lengths, module)
