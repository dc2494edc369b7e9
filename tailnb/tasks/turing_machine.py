"""Turing machine: what any machine leaves on its tape, each of its steps a state.

The machine is one of the catalogue's, by its name, or a text in any format that `tailnb.machines.parse` has.
State {q,i} fetches tape[i], then writes and moves by the machine's rule; `tailnb.imitate` records the same.
A run that is too long for a trace is refused with its number of steps; its answer is known all the same.

>>> from tailnb import task
>>> problem = task("turing_machine").problem(machine="increment", word="01")
>>> problem.answer
'10'
>>> print(problem.trace().text())
Tape: tape[-1]=_, tape[0]=0, tape[1]=1, tape[2]=_
{right,0}: fetch tape[0]=0; right(tape[0]); write tape[0]=0; goto {right,1}
{right,1}: fetch tape[1]=1; right(tape[1]); write tape[1]=1; goto {right,2}
{right,2}: fetch tape[2]=_; left(tape[2]); write tape[2]=_; goto {carry,1}
{carry,1}: fetch tape[1]=1; left(tape[1]); write tape[1]=0; goto {carry,0}
{carry,0}: fetch tape[0]=0; stay(tape[0]); write tape[0]=1; goto halt
Final answer: 10
>>> task("turing_machine").problem(machine="bb5", word="").count_states()
47176870
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain, pairwise
from random import Random
from typing import Any

from tailnb.machines import Run, TuringMachine, machines, parse
from tailnb.machines import machine as catalogued
from tailnb.machines.catalogue import module
from tailnb.machines.errors import choices
from tailnb.machines.words import symbols_of
from tailnb.traces import Tape
from tailnb.traces.imitate import NO_RULE, record, word_on

ORDER = 20
BY_NAME_ONLY = True
TITLE = "Turing Machine"
ALGORITHM = "Simulation"
LENGTHS = {"S": (1, 8), "M": (9, 16), "L": (17, 32)}  # the blank tape is a problem of one's own
PARAMS = ("machine", "word")
NANO_OPTIONS = {"machine": "increment"}  # the tape does not tell which machine runs on it
KEY = "query"  # a busy beaver has one input symbol, and so one word of each length
SAMPLED = 1_000  # steps, at most, of a sampled machine
MOST = 5 * 10**7  # steps, at most, of one's own
FIRST, SYMBOLS = 10**6, 10**5  # a machine that writes so many symbols in its first steps is not waited for
DRAWS = 200  # words that are tried before a machine is given up


def sample(rng: Random, low: int, high: int, *, machine: str | None = None) -> dict[str, str]:
    """A machine of the catalogue that may stop, or the one given, and a word on which it does so in time.

    Of the words, two fifths are drawn freely, two fifths are mirrored, and the others are nearly so. For a
    machine that says which words make sense to it, four fifths are such.
    Raises ValueError for an unknown machine, and for one that stops in time on none of the words drawn.
    """
    names = stopping() if machine is None else [machine]
    for name in rng.sample(names, len(names)):
        chosen, form = described(name), _form(name)
        for _ in range(DRAWS):
            number = rng.randint(low, high)
            shaped = form and rng.random() < 0.8
            word = _shaped(rng, form, number) if shaped else _word(rng, chosen.input_symbols, number)
            if word is not None and len(word) >= low and _stops(chosen.run(word, max_steps=SAMPLED)):
                return {"machine": name, "word": word}
    raise ValueError(
        f"{machine or 'a machine'} stops within {SAMPLED:,} steps on none of {DRAWS} words of length {low} to"
        f" {high}; choose another machine or range"
    )


def _word(rng: Random, letters: tuple[str, ...], number: int) -> str | None:
    """A word of so many letters; None when there are no letters to write it with."""
    if not letters:
        return None
    word, kind = rng.choices(letters, k=number), rng.random()
    if kind > 0.4:
        word[(number + 1) // 2 :] = reversed(word[: number // 2])
    if kind > 0.8:
        word[rng.randrange(number)] = rng.choice(letters)
    return "".join(word)


def _shaped(rng: Random, form: list[tuple[str, str]], number: int) -> str:
    """A word of about so many letters, made of the classes of a catalogued machine's WORDS in their order."""
    stretches = sum(bool(star) for _, star in form)
    room = number - (len(form) - stretches)
    if rng.random() < 0.5:  # stretches of one length, which some machines look for
        sizes = [room // stretches] * stretches
    else:
        cuts = sorted(rng.randint(0, room) for _ in range(stretches - 1))
        sizes = [after - before for before, after in pairwise([0, *cuts, room])]
    parts = (rng.choices(letters, k=sizes.pop() if star else 1) for letters, star in form)
    return "".join(chain.from_iterable(parts))


def _form(name: str) -> list[tuple[str, str]]:
    """The classes of letters that make up the words of a machine, each with its star; none for any words."""
    words = getattr(module(name), "WORDS", "") if name in machines() else ""
    return re.findall(r"\[([^]]*)\](\*?)", words)


@cache
def stopping() -> list[str]:
    """The names of the catalogue's machines that stop on at least one of their examples."""
    return [name for name in machines() if any(one[2] != "step_limit" for one in module(name).EXAMPLES)]


@lru_cache
def described(text: str) -> TuringMachine:
    """The machine of that name, or that the text describes. Raises ValueError for neither."""
    if text in machines():
        return catalogued(text)
    try:
        return parse(text)
    except ValueError as error:
        named = choices(text, machines())
        raise ValueError(f"machine must be a name or a machine's text; {named}; {error}") from None


@lru_cache
def _run(machine: str, word: str) -> Run:
    chosen = described(machine)
    begun = chosen.run(word, max_steps=FIRST)
    goes_on = begun.outcome == "step_limit" and len(begun.tape) < SYMBOLS
    return chosen.run(word, max_steps=MOST) if goes_on else begun


def _stops(run: Run) -> bool:
    return run.outcome != "step_limit" and count(run) > 0


def count(run: Run) -> int:
    """How many states the trace of a run has: its steps, and the look for a rule that is missing."""
    return run.steps + (run.outcome == NO_RULE)


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless machine is a machine, word a word for it, and the machine stops on it."""
    for name, value in params.items():
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a text, not {value!r}")
    described(params["machine"])
    try:
        run = _run(**params)
    except ValueError as error:
        raise ValueError(f"word must be made of the machine's input symbols; {error}") from None
    if not _stops(run):
        raise ValueError(
            f"the machine must stop after 1 to {MOST:,} steps, and with fewer than {SYMBOLS:,} symbols on the"
            f" tape after {FIRST:,}; it {run.reason}"
        )


def length(machine: str, word: str) -> int:
    """The symbols of the word."""
    return len(symbols_of(word, described(machine).input_symbols, described(machine).blank))


def problem_space(low: int, high: int) -> int:
    """How many words all machines have; with one input symbol, those on which the machine stops in time."""
    return sum(_words(name, range(low, high + 1)) for name in stopping())


def _words(name: str, numbers: range) -> int:
    chosen = catalogued(name)
    letters = chosen.input_symbols
    if len(letters) > 1:
        return sum(len(letters) ** number for number in numbers)
    return sum(_stops(chosen.run(letter * n, max_steps=SAMPLED)) for letter in letters for n in numbers)


def count_states(machine: str, word: str) -> int:
    """How many states the trace has, from a run without a record."""
    return count(_run(machine, word))


def run(tape: Tape, machine: str, word: str) -> Iterator[None]:
    """Let the machine run on the recording tape; yields at each state."""
    # A wrong symbol on the tape, when a text is checked, can make a machine run on for ever.
    return record(tape, described(machine), word, max_steps=2 * count_states(machine, word) + SAMPLED)


def reference(machine: str, word: str) -> str:
    """The word that is left, or "no_rule", by a run on another tape that records nothing."""
    done = _run(machine, word)
    return NO_RULE if done.outcome == NO_RULE else word_on(done.tape, done.blank)


def words(machine: str, word: str) -> dict[str, str]:
    """What the templates put into their places."""
    return {"machine": _in_words(described(machine)), "word": f'"{word}"'}


def _in_words(machine: TuringMachine) -> str:
    """All that one must know of a machine to run it, and what the answer is."""
    final = " or ".join(sorted(map(str, machine.final_states))) or "no state"
    rules = ", ".join(
        f"({state}, {read}) -> ({go.state}, {go.write}, {go.move})"
        for (state, read), go in machine.transitions.items()
    )
    return (
        f"blank {machine.blank}, start in {machine.initial_state} on the first symbol, halt in {final}, rules"
        f" (state, read) -> (next, write, move): {rules}; the answer is the tape from its first to its last"
        " symbol that is not blank, one blank if all are, no_rule if a rule is missing"
    )


TEMPLATES = [
    "Run this Turing machine on the word {word}: {machine}.",
    "What does the Turing machine leave on its tape for the input {word}? The machine: {machine}.",
    "Turing machine: {machine}. Input: {word}. Output?",
    "Simulate step by step, starting from the word {word}, the following Turing machine: {machine}.",
    "Here is a Turing machine: {machine}. Apply it to {word} and give the result.",
    "word = {word}; machine = ({machine}). Tape at the end?",
    "A tape carries the word {word}, blanks on both sides. A machine is set on it: {machine}. What is there"
    " at the end?",
    "Imitate a Turing machine. Its input word is {word}. Its table is: {machine}.",
    "Determine the final tape of a Turing machine that is given {word}. Definition: {machine}.",
    "M is a one-tape machine: {machine}. Compute M({word}).",
    "Given the transition function in what follows, which word does the machine turn {word} into? {machine}.",
    "A clerk follows rules as a machine would, on a strip of paper that says {word}: {machine}. What does"
    " the strip say when the clerk is done?",
    "Start with {word} on the tape, follow the rules until the machine stops, report the tape: {machine}.",
    "run(machine, {word}) -> ? where machine: {machine}.",
    "Execute the program of this Turing machine on the input {word}. Program: {machine}.",
    "Input word {word}. Transition table: {machine}. Final word?",
    "A toy robot moves along cells that hold {word} and obeys its table: {machine}. Read the cells out when"
    " it stops.",
    "Please work out the result of a Turing machine on {word}. This is the machine: {machine}.",
    "You are the control unit of a Turing machine: {machine}. Your tape holds {word}. What remains on it?",
    "Trace the machine below on the word {word} and answer with what is left. Machine: {machine}.",
    "Let w = {word}. A deterministic Turing machine is defined so: {machine}. What does it make of w?",
    "A music box reads and rewrites a paper roll marked {word}. How it works: {machine}. What is the roll"
    " marked with when it halts?",
    "What is the outcome for the word {word} of the machine with {machine}?",
    "Turing's imaginary computer has the table given here, and its tape the symbols {word}. Find the answer."
    " Table: {machine}.",
]
