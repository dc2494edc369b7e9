"""Static HTML of the widgets, for readers without a kernel.

Only what survives JupyterLab's sanitizer of untrusted notebooks is used: tables, and spans with a
background color; no style sheet, no script, no inline SVG. Whatever a machine says is escaped.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import TypeVar

from tailnb.machines import Configuration, History, Transition, TuringMachine
from tailnb.traces import Report
from tailnb.traces.trace import AtomicState, Operand, Trace
from tailnb.views.visible import seen, visible

FIRST, LAST = 8, 4  # the steps shown of a longer run
NEAR = 10  # cells shown on each side of the head
LEFT = "text-align:left"
HEAD = "background-color:#ffd54f;color:#000000;font-weight:bold;font-family:monospace"
PLAIN = "background-color:#eceff1;color:#000000;font-family:monospace"
LABEL = "background-color:#cfe0fc;color:#000000"
FETCH = "background-color:#cdeed7;color:#000000"
OPERATION = "background-color:#e6d6fa;color:#000000"
WRITE = "background-color:#ffe7a3;color:#000000"
WRONG = "background-color:#fbd3cf;color:#000000"

Item = TypeVar("Item")


def run_table(history: History) -> str:
    """The first and last steps of a run: step, state, tape with the head in brackets, and the next rule."""
    window = common_window(shown(history))

    def cells(one: Configuration) -> list[str]:
        rule = "none" if one.next is None else sentence(one.next)
        return [f"{one.step:,}", safe(str(one.state)), tape(history.machine, one, window), rule]

    return table(("step", "state", "tape", "next rule"), history, cells)


def trace_table(trace: Trace) -> str:
    """The first and last states of a trace, each part labeled by its core module."""
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


def program(lines: Sequence[tuple[int, Sequence[tuple[str, str]]]]) -> str:
    """The numbered lines of a program, folded away; nothing for none."""
    code = "\n".join(f"{number:>4}  {''.join(words for _, words in line)}" for number, line in lines)
    summary = "<summary>The program</summary>"
    return f"<details>{summary}\n<pre>{escape(code)}</pre>\n</details>" if lines else ""


def text(words: str) -> str:
    """A text with its lines."""
    return f"<pre>{safe(words)}</pre>"


def rules(rows: Sequence[Sequence[str]]) -> str:
    """All of a machine's rules, in columns."""
    titled = [("state", "reads", "writes", "move", "next"), *(tuple(map(seen, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*titled, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in titled)
    return text("\n".join(lines))


def report(found: Report, states: int) -> str:
    """What a check of a trace of so many states found: the first error, with what was expected."""
    fault = found.first_error
    if fault is None:
        return "<p>The checked text: every state is right.</p>"
    place = f"in state {fault.state:,}" if fault.state < states else "behind the last state"
    rows = [("expected", FETCH, fault.expected), ("found", WRONG, fault.found)]
    return (
        f"<p>The checked text first goes wrong {place}: {escape(fault.module)}.</p>"
        + "<table><tbody>"
        + "".join(row([name, span(text, style)]) for name, style, text in rows)
        + "</tbody></table>"
    )


def values(operands: Sequence[Operand]) -> str:
    """Cells and what they hold: ``a[3]=7, carry=0``."""
    return ", ".join(f"{one.cell}={one.value}" for one in operands)


def shown(items: Sequence[Item]) -> Sequence[Item]:
    """All items, or the first and the last of many."""
    return items if len(items) <= FIRST + LAST else [*items[:FIRST], *items[-LAST:]]


def table(titles: Sequence[str], items: Sequence[Item], cells: Callable[[Item], list[str]]) -> str:
    """An HTML table of the first and last items; ``cells`` gives a row's cells as HTML."""
    rows = [row(cells(one)) for one in shown(items)]
    gap = len(items) - len(rows)
    if gap:
        rows.insert(FIRST, f'<tr><td>…</td><td colspan="{len(titles) - 1}">{gap:,} more</td></tr>')
    head = "".join(f'<th style="{LEFT}">{title}</th>' for title in titles)
    body = "\n".join(rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def row(cells: Sequence[str]) -> str:
    """A table row of cells that are HTML already."""
    boxes = (f'<td style="{LEFT}">{cell}</td>' for cell in cells)
    return f"<tr>{''.join(boxes)}</tr>"


def details(summary: str, content: str) -> str:
    """The content under a summary, which is escaped; open, since there may be nothing else to see."""
    return f"<details open><summary>{safe(summary)}</summary>\n{content}\n</details>"


def sentence(rule: Transition) -> str:
    """What a rule does, in words."""
    move = {"L": "move left", "R": "move right", "S": "stay"}[rule.move]
    return f"write {safe(seen(rule.write))}, {move}, go to {safe(str(rule.state))}"


def common_window(configurations: Sequence[Configuration]) -> range | None:
    """The addresses that all these tapes and heads use, so that rows line up; None for too many."""
    used = {one.head for one in configurations}.union(*(one.tape for one in configurations))
    low, high = min(used), max(used)
    return range(low, high + 1) if high - low <= 2 * NEAR else None


def tape(machine: TuringMachine, one: Configuration, window: range | None) -> str:
    """The cells of the window, or else those near the head; the one under it in brackets and colored."""
    cells = one.tape
    window = window or range(one.head - NEAR, one.head + NEAR + 1)
    symbols = ((at == one.head, seen(cells.get(at, machine.blank))) for at in window)
    return "".join(span(f"[{symbol}]", HEAD) if here else span(symbol, PLAIN) for here, symbol in symbols)


def span(text: str, style: str) -> str:
    """The text, escaped, on a colored ground; nothing for no text."""
    return f'<span style="{style}">&nbsp;{safe(text)}&nbsp;</span>' if text else ""


def safe(text: str) -> str:
    """The text with nothing hidden in it, escaped."""
    return escape(visible(text))
