"""The two texts for people and language models: `core`, symbolic, and `styled`, in sentences.

Both carry the same facts (TAIL-CoT and TAIL-CoT-styled in the paper, Figure 5), so both can be read back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tailnb.traces.trace import AtomicState, Operand

# Possessive quantifiers (*+, ++) keep hostile text from making a match backtrack over its white space.
_CELL = r"[A-Za-z]\w*(?:\s*+\[\s*+-?\d+\s*+(?:,\s*+-?\d+\s*+)?\])?"
_PLAIN = r'[^\s,;"=(){}]+'
_ESCAPE = r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
_VALUE = rf'(?:"(?:[^"\\\x00-\x1f]|{_ESCAPE})*+"|{_PLAIN})'
_LABEL = r"(?:\{[^{}]*+\}|halt)"
_PAIR = rf"{_CELL}\s*+=\s*+{_VALUE}"
_JOIN = r"(?:\s*+,\s*+|\s++and\s++)"
_OPERANDS = rf"(?P<operands>(?:{_CELL}(?:{_JOIN}{_CELL})*)?)"


@dataclass(frozen=True)
class Style:
    """How a trace's tape and states are written as lines, and read back."""

    name: str
    tape: Callable[[Sequence[Operand]], str]
    state: Callable[[AtomicState], str]
    tape_pattern: re.Pattern[str]
    state_pattern: re.Pattern[str]
    opening: re.Pattern[str]  # how a line begins that means to be a state or the tape

    def read_state(self, line: str) -> AtomicState | None:
        """The state that a line says, whatever its white space; None when the line is no state."""
        match = self.state_pattern.fullmatch(line.strip())
        if match is None:
            return None
        return AtomicState(
            label=_unspaced(match["label"]),
            reads=_pairs(match["reads"]),
            operation=re.sub(r"\s+", "_", match["operation"].strip()),
            operands=tuple(map(_unspaced, re.findall(rf"({_CELL})(?:{_JOIN}|$)", match["operands"]))),
            writes=_pairs(match["writes"]),
            goto=_unspaced(match["goto"]),
        )

    def read_tape(self, line: str) -> tuple[Operand, ...] | None:
        """The initial cells that a line says; None when the line is no tape."""
        match = self.tape_pattern.fullmatch(line.strip())
        return None if match is None else _pairs(match["cells"])


@lru_cache(maxsize=1 << 16)
def spell(value: str) -> str:
    """A value as it stands in a text: quoted when a separator or a space is part of it."""
    return value if re.fullmatch(_PLAIN, value) else json.dumps(value, ensure_ascii=not value.isprintable())


def _unspaced(text: str | None) -> str:
    """A label or a cell without white space, which means nothing in it."""
    return "".join((text or "").split())


def _pairs(text: str | None) -> tuple[Operand, ...]:
    found = re.findall(rf"({_CELL})\s*+=\s*+({_VALUE})(?:{_JOIN}|\s*+$)", text or "")
    return tuple(
        Operand(_unspaced(cell), json.loads(value) if value[0] == '"' else value) for cell, value in found
    )


def _list(pair: str, name: str) -> str:
    return rf"(?P<{name}>{pair}(?:{_JOIN}{pair})*)"


# --- core: {3}: fetch a[3]=5, b[3]=2; add(a[3], b[3]); write sum[3]=7; goto {4}


def _core_cells(operands: Iterable[Operand]) -> str:
    return ", ".join([f"{cell}={spell(value)}" for cell, value in operands])


def _core_state(state: AtomicState) -> str:
    label, reads, operation, operands, writes, goto = state
    text = f"{label}: " if label else ""
    if reads:
        text += f"fetch {_core_cells(reads)}; "
    text += f"{operation}({', '.join(operands)})"
    if writes:
        text += f"; write {_core_cells(writes)}"
    return f"{text}; goto {goto}" if goto else text


CORE = Style(
    name="core",
    tape=lambda cells: f"Tape: {_core_cells(cells)}",
    state=_core_state,
    tape_pattern=re.compile(rf"Tape\s*+:\s*+{_list(_PAIR, 'cells')}"),
    state_pattern=re.compile(
        rf"(?:(?P<label>{_LABEL})\s*+:)?\s*+(?:fetch\s++{_list(_PAIR, 'reads')}\s*+;)?"
        rf"\s*+(?P<operation>\w+)\s*+\(\s*+{_OPERANDS}\s*+\)"
        rf"(?:\s*+;\s*+write\s++{_list(_PAIR, 'writes')})?(?:\s*+;\s*+goto\s++(?P<goto>{_LABEL}))?"
    ),
    opening=re.compile(r"^[ \t]*+(?:Tape\s*+:|\{[^{}]*\}\s*+:)", re.MULTILINE),
)

# --- styled: State {3}. Fetch a[3] = 5 and b[3] = 2. Now add (a[3] and b[3]). Write sum[3] = 7. …


def _sentence(items: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def _styled_cells(operands: Iterable[Operand]) -> str:
    return _sentence([f"{cell} = {spell(value)}" for cell, value in operands])


def _styled_state(state: AtomicState) -> str:
    label, reads, operation, operands, writes, goto = state
    sentences = [
        f"State {label}." if label else "",
        f"Fetch {_styled_cells(reads)}." if reads else "",
        f"Now {operation.replace('_', ' ')} ({_sentence(operands)}).",
        f"Write {_styled_cells(writes)}." if writes else "",
        f"Next comes {goto}." if goto else "",
    ]
    return " ".join(filter(None, sentences))


STYLED = Style(
    name="styled",
    tape=lambda cells: f"The tape holds {_styled_cells(cells)}.",
    state=_styled_state,
    tape_pattern=re.compile(rf"The\s++tape\s++holds\s++{_list(_PAIR, 'cells')}\s*+\."),
    state_pattern=re.compile(
        rf"(?:State\s++(?P<label>{_LABEL})\s*+\.)?\s*+(?:Fetch\s++{_list(_PAIR, 'reads')}\s*+\.)?"
        rf"\s*+Now\s++(?P<operation>\w++(?:\s++\w++)*+)\s*+\(\s*+{_OPERANDS}\s*+\)\s*+\."
        rf"(?:\s*+Write\s++{_list(_PAIR, 'writes')}\s*+\.)?(?:\s*+Next\s++comes\s++(?P<goto>{_LABEL})\s*+\.)?"
    ),
    opening=re.compile(r"^[ \t]*+(?:The\s++tape\s++holds\b|State\s++\{[^{}]*\})", re.MULTILINE),
)

STYLES = {style.name: style for style in (CORE, STYLED)}
