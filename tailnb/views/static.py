"""Static HTML of the widgets, for readers without a kernel.

Only what survives JupyterLab's sanitizer of untrusted notebooks is used: tables, and spans with a
background colour; no style sheet, no script, no inline SVG. Whatever a machine says is escaped.
"""

from collections.abc import Sequence
from html import escape

from tailnb.machines import Configuration, Transition, TuringMachine

SHOWN = 12  # steps at most: the first 8 and the last 4 of a longer run
NEAR = 10  # cells shown on each side of the head
HEAD = "background-color:#ffd54f;color:#000000;font-weight:bold"
PLAIN = "background-color:#eceff1;color:#000000"


def run_table(machine: TuringMachine, configurations: Sequence[Configuration], summary: str) -> str:
    """At most 12 steps of a run: step, state, tape with the head in brackets, and the rule taken next."""
    head = "".join(f"<th>{title}</th>" for title in ("step", "state", "tape", "next rule"))
    shown = list(configurations)
    gap = len(shown) > SHOWN
    rows = [row(machine, one) for one in (shown[:8] if gap else shown)]
    if gap:
        rows.append(f'<tr><td>…</td><td colspan="3">{len(shown) - SHOWN:,} more steps</td></tr>')
        rows += [row(machine, one) for one in shown[-4:]]
    body = "\n".join(rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"
    return f"<details open><summary>{summary}</summary>\n{table}\n</details>"


def row(machine: TuringMachine, one: Configuration) -> str:
    """One step as a table row."""
    rule = "halts" if one.next is None else sentence(one.next)
    cells = (f"{one.step:,}", escape(str(one.state)), tape(machine, one), rule)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


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
    return "".join(span(cells.get(at, machine.blank), at == one.head) for at in around)


def span(symbol: str, under_head: bool) -> str:
    """One cell."""
    text = f"[{escape(symbol)}]" if under_head else escape(symbol)
    return f'<span style="{HEAD if under_head else PLAIN}">&nbsp;{text}&nbsp;</span>'
