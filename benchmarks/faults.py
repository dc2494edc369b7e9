"""Ways to break a right text in one place, each with the module that is to be blamed for it.

A fault is made in the recorded states, before they become text, so that each text has just one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from tailnb import Problem, check
from tailnb.traces import HALT, AtomicState, Operand, Trace
from tailnb.traces.answer import FINAL, same
from tailnb.traces.check import ANSWER, ATOMIC, FETCHER, FORMAT, LINEAR
from tailnb.traces.styles import STYLES


class Useless(Exception):
    """A fault cannot be made here: nothing to break, or nothing would change."""


@dataclass(frozen=True)
class Draft:
    """A text before it is one: the tape, the states, and the lines behind them."""

    trace: Trace
    style: str
    initial: tuple[Operand, ...]
    states: tuple[AtomicState, ...]
    ends: tuple[str, ...]

    @classmethod
    def of(cls, trace: Trace, style: str) -> Draft:
        """The right text of a trace."""
        return cls(trace, style, trace.initial, trace.states, (f"{FINAL} {trace.answer}",))

    def lines(self) -> list[str]:
        """The lines of the text: the tape, if there is one, a line a state, and the answer."""
        style = STYLES[self.style]
        tape = [style.tape(self.initial)] if self.initial else []
        return [*tape, *map(style.state, self.states), *self.ends]

    def with_state(self, number: int, **changes: Any) -> Draft:
        """The draft with a part of one state replaced."""
        states = list(self.states)
        states[number] = states[number]._replace(**changes)
        return replace(self, states=tuple(states))


Mutated = tuple[Draft | str, int]  # what came of it, as a draft or as a text, and the state to be blamed
Mutation = Callable[[Draft, Random], Mutated]
KINDS: dict[str, tuple[str, Mutation]] = {}  # by name: the module to be blamed, and what is done


def kind(name: str, module: str) -> Callable[[Mutation], Mutation]:
    """Enter a kind of fault with the module that is to be blamed for it."""

    def enter(mutation: Mutation) -> Mutation:
        KINDS[name] = module, mutation
        return mutation

    return enter


# --- drawing what to break


def a_state(draft: Draft, rng: Random, fits: Callable[[AtomicState], object] = bool) -> int:
    """The number of a random state that fits."""
    numbers = [number for number, state in enumerate(draft.states) if fits(state)]
    if not numbers:
        raise Useless
    return rng.choice(numbers)


def another(old: Any, choices: Sequence[Any], rng: Random) -> Any:
    """A random one of the choices, but not the old one."""
    others = sorted({one for one in choices if one != old})
    if not others:
        raise Useless
    return rng.choice(others)


def other_value(value: str, rng: Random) -> str:
    """A value with one digit changed; one without digits gets another character at a random place."""
    places = [place for place, character in enumerate(value) if character.isdigit()]
    place = rng.choice(places or range(len(value)))
    new = another(value[place], "0123456789" if places else "abcxyz", rng)
    return value[:place] + new + value[place + 1 :]


def changed(
    operands: Sequence[Operand], rng: Random, change: Callable[[Operand], Operand]
) -> tuple[Operand, ...]:
    """Operands of which a random one is changed."""
    place = rng.randrange(len(operands))
    return (*operands[:place], change(operands[place]), *operands[place + 1 :])


def left_out(items: Sequence[Any], rng: Random) -> tuple[Any, ...]:
    """A sequence without a random one of its items."""
    place = rng.randrange(len(items))
    return (*items[:place], *items[place + 1 :])


def put_in(items: Sequence[Any], item: Any, rng: Random) -> tuple[Any, ...]:
    """A sequence with one more item at a random place."""
    place = rng.randint(0, len(items))
    return (*items[:place], item, *items[place:])


def exchanged(items: Sequence[Any], rng: Random) -> tuple[Any, ...]:
    """A sequence with two different items exchanged."""
    pairs = [(i, k) for i in range(len(items)) for k in range(i) if items[i] != items[k]]
    if not pairs:
        raise Useless
    i, k = rng.choice(pairs)
    swapped = list(items)
    swapped[i], swapped[k] = swapped[k], swapped[i]
    return tuple(swapped)


def cells(draft: Draft) -> list[str]:
    """All cells that a trace names."""
    used = (operand.cell for state in draft.trace.states for operand in state.reads + state.writes)
    return [*(operand.cell for operand in draft.trace.initial), *used]


def first_difference(old: Sequence[AtomicState], new: Sequence[AtomicState]) -> int:
    """Where two runs part."""
    if old == new:
        raise Useless
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(old), len(new)))


# --- the memory fetcher: a fetched cell or value is wrong, missing or extra


@kind("fetched value changed", FETCHER)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: state.reads)
    reads = changed(
        draft.states[number].reads, rng, lambda one: one._replace(value=other_value(one.value, rng))
    )
    return draft.with_state(number, reads=reads), number


@kind("fetched cell changed", FETCHER)
def _(draft: Draft, rng: Random) -> Mutated:
    number, names = a_state(draft, rng, lambda state: state.reads), cells(draft)
    reads = changed(
        draft.states[number].reads, rng, lambda one: one._replace(cell=another(one.cell, names, rng))
    )
    return draft.with_state(number, reads=reads), number


@kind("fetched operands exchanged", FETCHER)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: len(set(state.reads)) > 1)
    return draft.with_state(number, reads=exchanged(draft.states[number].reads, rng)), number


@kind("fetched operand missing", FETCHER)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: state.reads)
    return draft.with_state(number, reads=left_out(draft.states[number].reads, rng)), number


@kind("fetched operand too many", FETCHER)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: state.reads)
    reads = draft.states[number].reads
    return draft.with_state(number, reads=put_in(reads, rng.choice(reads), rng)), number


@kind("value on the tape changed", FETCHER)
def _(draft: Draft, rng: Random) -> Mutated:
    if not draft.initial:
        raise Useless
    initial = changed(draft.initial, rng, lambda one: one._replace(value=other_value(one.value, rng)))
    return replace(draft, initial=initial), 0


# --- the atomic state: the operation, or its result, is wrong


@kind("operation changed", ATOMIC)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng)
    names = [state.operation for state in draft.states] + ["add", "compare"]
    return draft.with_state(number, operation=another(draft.states[number].operation, names, rng)), number


@kind("operands exchanged", ATOMIC)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: len(set(state.operands)) > 1)
    return draft.with_state(number, operands=exchanged(draft.states[number].operands, rng)), number


@kind("operand changed", ATOMIC)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: state.operands)
    operands = draft.states[number].operands
    new = another(operands[0], cells(draft), rng)
    return draft.with_state(number, operands=(new, *operands[1:])), number


@kind("operand missing", ATOMIC)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: state.operands)
    return draft.with_state(number, operands=left_out(draft.states[number].operands, rng)), number


@kind("operand too many", ATOMIC)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: state.operands)
    operands = draft.states[number].operands
    return draft.with_state(number, operands=put_in(operands, rng.choice(operands), rng)), number


@kind("written value changed", ATOMIC)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: state.writes)
    writes = changed(
        draft.states[number].writes, rng, lambda one: one._replace(value=other_value(one.value, rng))
    )
    return draft.with_state(number, writes=writes), number


@kind("written cell changed", ATOMIC)
def _(draft: Draft, rng: Random) -> Mutated:
    number, names = a_state(draft, rng, lambda state: state.writes), cells(draft)
    writes = changed(
        draft.states[number].writes, rng, lambda one: one._replace(cell=another(one.cell, names, rng))
    )
    return draft.with_state(number, writes=writes), number


@kind("write missing", ATOMIC)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng, lambda state: state.writes)
    return draft.with_state(number, writes=left_out(draft.states[number].writes, rng)), number


# --- the linear transition: wrong label or next state; a state missing, repeated, out of order


@kind("label changed", LINEAR)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng)
    names = [state.label for state in draft.states] + ["{next}"]
    return draft.with_state(number, label=another(draft.states[number].label, names, rng)), number


@kind("next state changed", LINEAR)
def _(draft: Draft, rng: Random) -> Mutated:
    number = a_state(draft, rng)
    names = [*(state.label for state in draft.states), "{next}", HALT]
    return draft.with_state(number, goto=another(draft.states[number].goto, names, rng)), number


@kind("state left out", LINEAR)
def _(draft: Draft, rng: Random) -> Mutated:
    states = left_out(draft.states, rng)
    return replace(draft, states=states), first_difference(draft.states, states)


@kind("state repeated", LINEAR)
def _(draft: Draft, rng: Random) -> Mutated:
    place = rng.randrange(len(draft.states))
    states = (*draft.states[: place + 1], *draft.states[place:])
    return replace(draft, states=states), first_difference(draft.states, states)


@kind("neighbors exchanged", LINEAR)
def _(draft: Draft, rng: Random) -> Mutated:
    if len(draft.states) < 2:
        raise Useless
    k = rng.randrange(len(draft.states) - 1)
    states = (*draft.states[:k], draft.states[k + 1], draft.states[k], *draft.states[k + 2 :])
    return replace(draft, states=states), first_difference(draft.states, states)


@kind("any two states exchanged", LINEAR)
def _(draft: Draft, rng: Random) -> Mutated:
    states = exchanged(draft.states[-60:], rng)  # of long traces the end, for there are n² / 2 pairs
    states = (*draft.states[:-60], *states)
    return replace(draft, states=states), first_difference(draft.states, states)


@kind("cut between states", LINEAR)
def _(draft: Draft, rng: Random) -> Mutated:
    number = rng.randrange(len(draft.states))
    return replace(draft, states=draft.states[:number], ends=()), number


@kind("answered too early", LINEAR)
def _(draft: Draft, rng: Random) -> Mutated:
    number = rng.randrange(len(draft.states))
    return replace(draft, states=draft.states[:number]), number


# --- the format: cannot be read as a state; cut inside one


@kind("cut inside a state", FORMAT)
def _(draft: Draft, rng: Random) -> Mutated:
    lines, number = draft.lines(), rng.randrange(len(draft.states))
    place = number + bool(draft.initial)
    return "\n".join([*lines[:place], cut(lines[place], rng)]), number


@kind("cut inside the tape", FORMAT)
def _(draft: Draft, rng: Random) -> Mutated:
    if not draft.initial:
        raise Useless
    return cut(draft.lines()[0], rng), 0


def cut(line: str, rng: Random) -> str:
    """A line without its end, at least one character."""
    return line[: rng.randrange(1, len(line))].rstrip()


# --- the answer: it differs from the trace's result, or is missing


@kind("answer changed", ANSWER)
def _(draft: Draft, rng: Random) -> Mutated:
    return replace(draft, ends=(f"{FINAL} {wrong_answer(draft, rng)}",)), len(draft.states)


@kind("answer cut or missing", ANSWER)
def _(draft: Draft, rng: Random) -> Mutated:
    line = draft.ends[0][: rng.randrange(len(draft.ends[0]))]
    if same(draft.trace.answer, line.removeprefix(FINAL)):
        raise Useless
    return replace(draft, ends=(line,)), len(draft.states)


@kind("second answer", ANSWER)
def _(draft: Draft, rng: Random) -> Mutated:
    more = rng.choice([draft.trace.answer, wrong_answer(draft, rng)])
    return replace(draft, ends=(*draft.ends, f"{FINAL} {more}")), len(draft.states)


def wrong_answer(draft: Draft, rng: Random) -> str:
    """The answer with one character changed, so that its value is another."""
    wrong = other_value(draft.trace.answer, rng)
    if same(draft.trace.answer, wrong):
        raise Useless
    return wrong


# --- one digit of the text itself, by where it stands in the line of a state

CLAUSES = {  # the pattern in core, the one in styled, and the module that shows there
    "label": (r"^\{([^}]*)\}", r"^State \{([^}]*)\}", LINEAR),
    "fetch": (r"fetch ([^;]*);", r" Fetch (.*?)\. Now ", FETCHER),
    "operands": (r"\w\(([^)]*)\)", r"\w \(([^)]*)\)\.", ATOMIC),
    "write": (r"; write ([^;]*)", r"\. Write (.*?)\.(?: Next|$)", ATOMIC),
    "goto": (r"; goto (.*)", r"\. Next comes (.*)\.", LINEAR),
}


def digit_changed(clause: str, draft: Draft, rng: Random) -> Mutated:
    """Change one digit in a clause of a state's line."""
    pattern = CLAUSES[clause][list(STYLES).index(draft.style)]
    lines, number = draft.lines(), rng.randrange(len(draft.states))
    place = number + bool(draft.initial)
    found = re.search(pattern, lines[place])
    if found is None or '"' in lines[place] or not re.search("[0-9]", found[1]):
        raise Useless
    start, end = found.span(1)
    lines[place] = lines[place][:start] + other_value(found[1], rng) + lines[place][end:]
    return "\n".join(lines), number


for clause, (*_, blamed) in CLAUSES.items():
    kind(f"digit in the {clause}", blamed)(partial(digit_changed, clause))


# --- what may stand around a text, and what the checker says

DRESSES: Sequence[Callable[[str], str]] = (
    lambda text: text,
    lambda text: f"Sure! I imitate the machine step by step.\n\n```text\n{text}",
    lambda text: text.replace("\n", "\r\n"),
    lambda text: "\n\n".join(f"  {line}\t" for line in text.splitlines()),
    lambda text: "\n".join(f"- {line}" for line in text.splitlines()),
)


@dataclass(frozen=True)
class Outcome:
    """One broken text, and what the checker said of it."""

    task: str
    style: str
    kind: str
    rejected: bool
    state: bool
    module: bool
    text: str
    said: str


def broken(problem: Problem, draft: Draft, name: str, rng: Random, tries: int = 20) -> Outcome | None:
    """A text broken in one place, and what the checker says; None where there is nothing to break."""
    module, mutation = KINDS[name]
    for _ in range(tries):
        try:
            made, number = mutation(draft, rng)
        except Useless:
            continue
        text = rng.choice(DRESSES)(made if isinstance(made, str) else "\n".join(made.lines()))
        report = check(problem, text, style=draft.style)
        error = report.first_error
        return Outcome(
            task=problem.task.name,
            style=draft.style,
            kind=name,
            rejected=not report.ok and error is not None,
            state=error is not None and error.state == number,
            module=error is not None and error.module == module,
            text=text,
            said=str(report),
        )
    return None
