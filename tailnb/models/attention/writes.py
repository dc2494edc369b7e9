"""`writes`: which tokens of a nano model's text are values, and where what they are made from stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tailnb.models.nano.recipe import Recipe
from tailnb.tasks import Problem
from tailnb.traces.ablate import ablate
from tailnb.traces.layout import ARROW, Layout
from tailnb.traces.trace import AtomicState, Operand, split_cell

KINDS = CELL, REGISTER, RESULT = "cell", "register", "result"
MIDDLES = (ARROW, "Now")  # between what a state fetches and what it writes, in symbols and in sentences
FRONT = 1  # the token that the tokenizer puts in front of the text


class Write(NamedTuple):
    """A token of a value, and where a model that writes it should look.

    kind: "cell" or "register", a value that the Memory Fetcher copies out of a cell with an address or of a
    register; or "result", a value that an operation has made. state: the number of the state.
    cell, token: what is written. place: of the token in the whole text; the model decides on it at the token
    before. sources: places of what it is made from, addresses included: for what is fetched, the cell
    wherever its value stands; for a result, the operands, in the same line where the Memory Fetcher has put
    them, else wherever they stand.
    """

    kind: str
    state: int
    cell: str
    token: str
    place: int
    sources: tuple[int, ...]


class Part(str):
    """A token of an operand, which remembers the operand and where in it the token stands."""

    __slots__ = ("number", "operand")
    number: int
    operand: Operand


class MarkedLayout(Layout):
    """A layout whose operands are made of `Part`."""

    def operand(self, operand: Operand) -> list[str]:
        """An operand's tokens."""
        parts: list[str] = []
        for number, token in enumerate(super().operand(operand)):
            part = Part(token)
            part.number, part.operand = number, operand
            parts.append(part)
        return parts


class Found(NamedTuple):
    """An operand where it stands in a text."""

    operand: Operand
    places: range
    tokens: list[str]

    @property
    def value(self) -> range:
        """The places of its value: behind the address, or the one token of a register."""
        return self.places[1:] or self.places


def writes(problem: Problem, recipe: Recipe, layout: int = 0) -> list[Write]:
    """Every token of a value in the states of a problem's true trace, the final answer left out.

    recipe: of the model that reads it. layout: the seed of the addresses. Places are those in the text that
    nano models read; a value that is made from nothing on the tape is left out.
    Raises ValueError for a recipe of another method than "tail", and for more addresses than it has.
    """
    if recipe.method != "tail":
        raise ValueError(f"a model of method {recipe.method!r} writes no states; choose one of method 'tail'")
    plan = MarkedLayout(problem.trace(), layout, recipe.ring)
    write = plan.sentence if recipe.wording == "styled" else plan.state
    prompt = plan.prompt()
    standing: dict[str, list[int]] = {}  # where on the tape's text each cell's value stands
    for found in _operands(prompt, FRONT):
        standing[found.operand.cell] = [*found.places]
    at = FRONT + len(prompt)
    told: list[Write] = []
    for number, state in enumerate(ablate(plan.trace, recipe.without).states):
        line = write(state)
        told += _of_state(number, state, line, at, standing)
        at += len(line)
    return [one for one in told if one.sources]


def _of_state(
    number: int, state: AtomicState, line: Sequence[str], at: int, standing: dict[str, list[int]]
) -> Iterator[Write]:
    """The values in a state's line, which begins at a place; what it fetches and writes then stands there."""
    middle = next(k for k, token in enumerate(line) if token in MIDDLES and not isinstance(token, Part))
    near: dict[str, list[int]] = {}
    operands: tuple[int, ...] | None = None
    for found in _operands(line, at):
        cell = found.operand.cell
        if found.places.start < at + middle:
            kind = REGISTER if split_cell(cell)[1] is None else CELL
            yield from _tokens(kind, number, found, tuple(standing.get(cell, ())))
            near[cell] = [*found.places]
            standing.setdefault(cell, []).extend(found.places)
        else:
            if operands is None:  # before the first result is written
                operands = tuple(
                    place for cell in state.operands for place in near.get(cell, standing.get(cell, ()))
                )
            yield from _tokens(RESULT, number, found, operands)
            standing[cell] = [*found.places]


def _tokens(kind: str, state: int, found: Found, sources: tuple[int, ...]) -> Iterator[Write]:
    for place in found.value:
        token = found.tokens[place - found.places.start]
        yield Write(kind, state, found.operand.cell, str(token), place, sources)


def _operands(tokens: Sequence[str], at: int) -> Iterator[Found]:
    """The operands among tokens, the first of which stands at a place."""
    for place, token in enumerate(tokens):
        if isinstance(token, Part) and token.number == 0:
            end = place + 1
            while (
                end < len(tokens) and isinstance(after := tokens[end], Part) and after.number == end - place
            ):
                end += 1
            yield Found(token.operand, range(at + place, at + end), list(tokens[place:end]))
