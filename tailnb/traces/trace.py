"""A recorded run as data: the initial cells, one `AtomicState` per transition, and the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

BLANK = "_"  # what an empty cell holds
SPACE = "␣"  # how a space is written on the tape
HALT = "halt"  # where the last state goes

CELL = r"[A-Za-z]\w*(?:\[-?[0-9]+(?:,-?[0-9]+)?\])?"  # the pattern of a cell's name
LABEL = r"\{[^\s{}]+\}"  # and of a state's


class TraceError(ValueError):
    """An algorithm, or a file, describes something that is not a trace."""


class Operand(NamedTuple):
    """A cell and the value it holds: `Operand("a[3]", "7")`."""

    cell: str
    value: str


class AtomicState(NamedTuple):
    """One transition: fetch the operands, do one elementary operation, write, name the next state.

    label, goto: names of this state and of the next one, such as "{0,9}"; goto may be HALT.
    reads, writes: the operands fetched (Memory Fetcher) and the cells written, in order.
    operation, operands: the name of what is done, and the cells it is done with.
    """

    label: str
    reads: tuple[Operand, ...]
    operation: str
    operands: tuple[str, ...]
    writes: tuple[Operand, ...]
    goto: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A program's run, from which every text, ablation, check and picture derives.

    name: of the task or machine that ran.
    initial: the cells that hold the input, in the order in which they were placed.
    states: the transitions, in order (Linear Transition).
    answer: the final answer in the task's form.
    spelled: the cells, or literal symbols, from which the answer is read off the tape; may be empty.
    homes: the arrays that the whole numbers in a label point into, in order; the last one for all further.
    points: for arrays, tables or registers whose values are places in another array, that array.
    rulers: arrays that only number their places, from 0, and how many there are: what counts point into.
    """

    name: str
    initial: tuple[Operand, ...]
    states: tuple[AtomicState, ...]
    answer: str
    spelled: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = ()
    rulers: tuple[tuple[str, int], ...] = ()

    def __len__(self) -> int:
        return len(self.states)

    def __repr__(self) -> str:
        return f"<Trace {self.name}: {len(self)} states, answer {self.answer!r}>"

    def text(self, style: str = "core", without: str | Iterable[str] = (), seed: int = 0) -> str:
        """The chain of thought, one state a line, the final answer last.

        style: "core", "styled" or "tape". without: names of core modules to leave out.
        seed: for "tape" alone, where the arrays lie on the ring of addresses.
        Raises ValueError for an unknown style or module.
        """
        from tailnb.traces.render import text

        return text(self, style=style, without=without, seed=seed)

    def to_json(self) -> str:
        """The trace as one line of JSON."""
        return json.dumps(
            {
                "name": self.name,
                "initial": self.initial,
                "states": self.states,
                "answer": self.answer,
                "spelled": self.spelled,
                "homes": self.homes,
                "points": self.points,
                "rulers": self.rulers,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, line: str) -> Trace:
        """The trace that `to_json` wrote. Raises TraceError when the text is not one."""
        try:
            data = json.loads(line)
            states = tuple(_state(*fields) for fields in data["states"])
            name, answer = (str(data[key]) for key in ("name", "answer"))
            spelled, homes = (tuple(map(str, data[key])) for key in ("spelled", "homes"))
            points = tuple((str(cell), str(array)) for cell, array in data.get("points", ()))
            rulers = tuple((str(ruler), int(size)) for ruler, size in data.get("rulers", ()))
            trace = cls(name, _operands(data["initial"]), states, answer, spelled, homes, points, rulers)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise TraceError(f"not a trace in JSON: {type(error).__name__}: {error}") from None
        if not states:
            raise TraceError("not a trace in JSON: it has no states")
        return trace


@lru_cache(maxsize=1 << 16)
def split_cell(cell: str) -> tuple[str, int | None]:
    """The array and the index of a cell: "a[3]" is ("a", 3), the register "carry" is ("carry", None).

    Each row of a table is an array: "d[2,3]" is ("d[2]", 3).
    """
    if re.fullmatch(CELL, cell) is None:
        raise TraceError(
            f"no cell is called {cell!r}; a cell is a name alone or with an index or two: carry, a[7], d[2,3]"
        )
    name, bracket, index = cell.rstrip("]").partition("[")
    row, comma, column = index.partition(",")
    if comma:
        return f"{name}[{row}]", int(column)
    return name, int(row) if bracket else None


def table_of(cell: str) -> str:
    """The array, table or register that a cell or row belongs to: "d" for "d[2,3]" and for its row "d[2]"."""
    return cell.partition("[")[0]


def label_parts(label: str) -> list[str]:
    """What a label holds between its braces: "{integer,4}" is ["integer", "4"]."""
    return [part for part in label.strip("{}").split(",") if part]


def _operands(pairs: Sequence[Sequence[Any]]) -> tuple[Operand, ...]:
    return tuple(Operand(str(cell), str(value)) for cell, value in pairs)


def _state(label: str, reads: Any, operation: str, operands: Any, writes: Any, goto: str) -> AtomicState:
    return AtomicState(label, _operands(reads), operation, tuple(operands), _operands(writes), goto)
