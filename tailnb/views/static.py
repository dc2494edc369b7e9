"""Static HTML of the widgets, for readers without a kernel.

Only what survives JupyterLab's sanitizer of untrusted notebooks is used: tables, and spans with a
background colour; no style sheet, no script, no inline SVG. Whatever a machine says is escaped.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import TypeVar

from tailnb.machines import Configuration, Transition, TuringMachine
from tailnb.traces.trace import AtomicState, Operand, Trace

FIRST, LAST = 8, 4  # the steps shown of a longer run
NEAR = 10  # cells shown on each side of the head
HEAD = "background-color:#ffd54f;color:#000000;font-weight:bold"
PLAIN = "background-color:#eceff1;color:#000000"
LABEL = "background-color:#cfe0fc;color:#000000"
FETCH = "background-color:#cdeed7;color:#000000"
OPERATION = "background-color:#e6d6fa;color:#000000"
WRITE = "background-color:#ffe7a3;color:#000000"

Item = TypeVar("Item")


def run_table(machine: TuringMachine, configurations: Sequence[Configuration]) -> str:
    """The first and last steps of a run: step, state, tape with the head in brackets, and the next rule."""

    def cells(one: Configuration) -> list[str]:
        rule = "halts" if one.next is None else sentence(one.next)
        return [f"{one.step:,}", escape(str(one.state)), tape(machine, one), rule]

    return table(("step", "state", "tape", "next rule"), configurations, cells)


def trace_table(trace: Trace) -> str:
    """The first and last states of a trace, each part labelled by its core module."""
    titles = ("state", "label", "Memory Fetcher", "Atomic State", "writes", "Linear Transition")
    numbered = list(enumerate(trace.states))
    return table(titles, numbered, lambda pair: state_cells(*pair)) + (
        f"<p>Final answer: {span(trace.answer, PLAIN)}</p>"
    )


def state_cells(index: int, state: AtomicState) -> list[str]:
    """The cells of one state's row."""
    names = f"({', '.join(state.operands)})" if state.operands else ""
    return [
        f"{index:,}",
        span(state.label, LABEL),
        span(values(state.reads), FETCH),
        span(state.operation + names, OPERATION),
        span(values(state.writes), WRITE),
        span(f"→ {state.goto}", LABEL),
    ]


def values(operands: Sequence[Operand]) -> str:
    """Cells and what they hold: ``a[3]=7, carry=0``."""
    return ", ".join(f"{one.cell}={one.value}" for one in operands)


def table(titles: Sequence[str], items: Sequence[Item], cells: Callable[[Item], list[str]]) -> str:
    """An HTML table of the first and last items; ``cells`` gives a row's cells as HTML."""
    gap = len(items) - FIRST - LAST
    rows = [row(cells(one)) for one in (items[:FIRST] if gap > 0 else items)]
    if gap > 0:
        rows.append(f'<tr><td>…</td><td colspan="{len(titles) - 1}">{gap:,} more</td></tr>')
        rows += [row(cells(one)) for one in items[-LAST:]]
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "\n".join(rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def row(cells: Sequence[str]) -> str:
    """A table row of cells that are HTML already."""
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def details(summary: str, content: str) -> str:
    """The content under a summary, which is escaped; open, since there may be nothing else to see."""
    return f"<details open><summary>{escape(summary)}</summary>\n{content}\n</details>"


def sentence(rule: Transition) -> str:
    """What a rule does, in words."""
    move = {"L": "move left", "R": "move right", "S": "stay"}[rule.move]
    return f"write {escape(rule.write)}, {move}, go to {escape(str(rule.state))}"


def tape(machine: TuringMachine, one: Configuration) -> str:
    """The cells near the head, the one under it in brackets and coloured."""
    cells = one.tape
    low = max(min(cells, default=one.head), one.head - NEAR)
    high = min(max(cells, default=one.head), one.head + NEAR)
    around = range(min(low, one.head), max(high, one.head) + 1)
    symbols = ((at == one.head, cells.get(at, machine.blank)) for at in around)
    return "".join(span(f"[{symbol}]", HEAD) if here else span(symbol, PLAIN) for here, symbol in symbols)


def span(text: str, style: str) -> str:
    """The text, escaped, on a coloured ground; nothing for no text."""
    return f'<span style="{style}">&nbsp;{escape(text)}&nbsp;</span>' if text else ""
