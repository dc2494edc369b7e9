"""A chain of thought line by line, each line cut into parts by the core module that they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tailnb.tasks._task import choose
from tailnb.traces.ablate import MACRO, ablate, modules
from tailnb.traces.answer import FINAL
from tailnb.traces.layout import ARROW, Layout
from tailnb.traces.plain import STRIDE, plain
from tailnb.traces.render import STYLE_NAMES, tape_lines
from tailnb.traces.styles import STYLES, Style
from tailnb.traces.trace import AtomicState, Trace

PLAIN = "plain"
CHOICES = (*STYLE_NAMES, PLAIN)  # of texts: the styles of TAIL, and an ordinary chain of thought
AROUND = " ;:"  # what stands between the parts of a state

Part = tuple[str, str]  # what it shows: "label", "reads", "operation", "writes", "goto" or "", and the words


class Line(NamedTuple):
    """A line of a chain of thought.

    state: the first state that it tells; -1 for the tape, the number of states for the final answer.
    parts: the line's words, cut up; joined they are the line.
    """

    state: int
    parts: list[Part]


def lines(trace: Trace, style: str = "core", without: str | Iterable[str] = (), seed: int = 0) -> list[Line]:
    """The lines of `trace.text(style, without, seed)`, or for style "plain" of an ordinary chain of thought.

    Raises ValueError for an unknown style or module.
    """
    choose("style", style, CHOICES)
    left_out = modules(without)
    if style == PLAIN:
        *told, answer = plain(trace).split("\n")
        return [*_numbered(([("", line)] for line in told), STRIDE), Line(len(trace), [("", answer)])]
    states = ablate(trace, left_out).states
    stride = MACRO if "atomic state" in left_out else 1
    if style == "tape":
        layout = Layout(trace, seed)
        answer = tape_lines(layout, [])[0]
        return [*_numbered((_tokens(layout, state) for state in states), stride), _last(trace, answer)]
    write = STYLES[style]
    first = [Line(-1, [("", write.tape(trace.initial))])] if trace.initial else []
    told_states = _numbered((_parts(write, state) for state in states), stride)
    return [*first, *told_states, _last(trace, f"{FINAL} {trace.answer}")]


def _numbered(told: Iterable[list[Part]], stride: int) -> Iterator[Line]:
    return (Line(number * stride, parts) for number, parts in enumerate(told))


def _last(trace: Trace, answer: str) -> Line:
    return Line(len(trace), [("", answer)])


def _parts(style: Style, state: AtomicState) -> list[Part]:
    """A state's text, cut where it would begin or end if a part of the state were not there."""
    whole = style.state(state)
    bare = state._replace(goto="", writes=())
    cuts = [
        len(whole) - len(style.state(state._replace(label=""))),
        len(whole) - len(style.state(state._replace(label="", reads=()))),
        len(style.state(bare)),
        len(style.state(state._replace(goto=""))),
    ]
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    return [part for kind, piece in zip(KINDS, pieces, strict=True) for part in _trimmed(kind, piece)]


def _tokens(layout: Layout, state: AtomicState) -> list[Part]:
    """A state's text in tape style: what is fetched, the arrow, what is written, the next state."""
    goto = layout.label(state.goto) if state.goto else []
    tokens = layout.state(state)
    arrow, end = tokens.index(ARROW), len(tokens) - len(goto)
    pieces = [("reads", tokens[:arrow]), ("", [ARROW]), ("writes", tokens[arrow + 1 : end]), ("goto", goto)]
    return _spaced([(kind, " ".join(piece)) for kind, piece in pieces if piece])


def _spaced(parts: Sequence[Part]) -> list[Part]:
    """Parts with a space between them."""
    return [one for number, part in enumerate(parts) for one in ([("", " ")] if number else []) + [part]]


def _trimmed(kind: str, piece: str) -> Iterator[Part]:
    """A part without what stands around it, and that as parts of their own."""
    words = piece.strip(AROUND)
    before, _, after = piece.partition(words) if words else (piece, "", "")
    return ((kind, text) for kind, text in (("", before), (kind, words), ("", after)) if text)


KINDS = ("label", "reads", "operation", "writes", "goto")
