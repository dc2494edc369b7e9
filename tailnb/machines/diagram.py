"""A machine's state diagram as SVG: states on a ring, an arrow for each pair that rules connect."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from itertools import combinations
from math import atan2, cos, hypot, pi, sin

from tailnb.machines.rules import State
from tailnb.machines.turing_machine import TuringMachine

LINE = 15  # pixels between two lines of a label
LETTER = 7.3  # pixels a letter of a label takes
BEND = 0.16  # how far an arrow bows, as a part of its length
STYLE = (
    "text{font:13px ui-monospace,monospace;fill:#1f2328;text-anchor:middle}"
    ".label{font-size:12px;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}"
    "ellipse{fill:#e1ecfe;stroke:#0b57d0;stroke-width:1.6}.final{fill:#dcf5e3;stroke:#1a7f37}"
    ".inner{fill:none;stroke:#1a7f37}path{fill:none;stroke:#57606a;stroke-width:1.4}"
)
ARROW = (
    '<marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0L10 5L0 10z" style="fill:#57606a;stroke:none"/></marker>'
)

Point = tuple[float, float]
Edges = dict[tuple[State, State], list[str]]


@dataclass(frozen=True)
class Node:
    """A state's ellipse: its text, centre and half axes, and the direction that leads away from the ring."""

    text: str
    x: float
    y: float
    rx: float
    ry: float
    away: Point


@dataclass(frozen=True)
class Box:
    """A rectangle that holds a label or a state: its centre and half its width and height."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """The area that both cover."""
        across = self.width + other.width - abs(self.x - other.x)
        down = self.height + other.height - abs(self.y - other.y)
        return max(0.0, across) * max(0.0, down)


@dataclass(frozen=True, repr=False)
class Diagram:
    """An SVG picture that notebooks show, in ``svg`` as text; ``summary`` says what it shows."""

    svg: str
    summary: str

    def _repr_html_(self) -> str:
        # As an image, because JupyterLab drops inline SVG from notebooks that are not trusted.
        data = b64encode(self.svg.encode()).decode()
        return f'<img alt="{escape(self.summary)}" src="data:image/svg+xml;base64,{data}">'

    def __repr__(self) -> str:
        return f"<Diagram: {self.summary}>"


def diagram(machine: TuringMachine) -> Diagram:
    """The state diagram; ``0→1,R`` on an arrow: reading 0, write 1 and move right.

    States that no rule names are left out. It stays clear up to 8 states or so.
    """
    found = edges(machine)
    nodes = ring(order(machine, found))
    taken = [Box(node.x, node.y, node.rx, node.ry) for node in nodes.values()]
    arrows, labels = [entry(nodes[machine.initial_state])], []
    for (a, b), lines in found.items():
        loop = nodes[a] is nodes[b]
        line, places = (
            draw_loop(nodes[a], lines, a == machine.initial_state) if loop else draw_edge(nodes[a], nodes[b])
        )
        box = min((boxed(place, lines) for place in places), key=lambda one: sum(map(one.overlap, taken)))
        taken.append(box)
        arrows.append(line)
        labels.append(label(box, lines))
    states = [draw_node(node, state in machine.final_states) for state, node in nodes.items()]
    rules = f"{len(nodes)} states, {len(machine.transitions)} rules"
    summary = f"state diagram of {machine.name or 'a machine'}: {rules}"
    return Diagram(document([*arrows, *states, *labels], taken), summary)


def document(parts: list[str], taken: list[Box]) -> str:
    """The SVG text, as large as what it shows, on white, which suits dark pages too."""
    left, right = min(box.x - box.width for box in taken) - 50, max(box.x + box.width for box in taken) + 20
    top, bottom = min(box.y - box.height for box in taken) - 45, max(box.y + box.height for box in taken) + 45
    size = f'width="{right - left:.0f}" height="{bottom - top:.0f}"'
    ground = f'<rect x="{left:.0f}" y="{top:.0f}" {size} rx="12" fill="#fff"/>'
    view = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" {size}>'
        f"<style>{STYLE}</style><defs>{ARROW}</defs>{ground}{''.join(parts)}</svg>"
    )


def edges(machine: TuringMachine) -> Edges:
    """For each pair of states, the rules that lead from one to the other."""
    found: Edges = {}
    for (state, read), (after, write, move) in machine.transitions.items():
        found.setdefault((state, after), []).append(f"{read}→{write},{move}")
    return found


def order(machine: TuringMachine, found: Edges) -> list[State]:
    """The states that occur, the initial one first, connected ones near each other on the ring."""
    used = {state for pair in found for state in pair} - {machine.initial_state}
    states = [machine.initial_state, *(state for state in machine.states if state in used)]

    def length(states: list[State]) -> int:
        place = {state: number for number, state in enumerate(states)}
        gaps = (abs(place[a] - place[b]) for a, b in found)
        return sum(min(gap, len(states) - gap) ** 2 for gap in gaps)

    best = length(states)
    # Swaps two states while that shortens the arrows; a few rounds do, and the result is always the same.
    for _ in range(10):
        before = best
        for i, j in combinations(range(1, min(len(states), 30)), 2):
            swapped = list(states)
            swapped[i], swapped[j] = states[j], states[i]
            if length(swapped) < best:
                states, best = swapped, length(swapped)
        if best == before:
            break
    return states


def ring(states: list[State]) -> dict[State, Node]:
    """The states evenly on an ellipse, the first one at the left."""
    widest = max(len(str(state)) for state in states)
    rx, ry = max(26.0, 4.2 * widest + 14), 24.0
    reach = max(70.0, 22.0 * len(states))
    nodes = {}
    for place, state in enumerate(states):
        turn = pi + 2 * pi * place / len(states)
        away = (cos(turn), sin(turn))
        nodes[state] = Node(str(state), (1.3 * reach + rx + 30) * away[0], reach * away[1], rx, ry, away)
    return nodes


def draw_node(node: Node, final: bool) -> str:
    """An ellipse with the state's name; a final state has a double line."""
    at = f'cx="{node.x:.1f}" cy="{node.y:.1f}"'
    shape = f'<ellipse class="{"final" if final else "state"}" {at} rx="{node.rx:.1f}" ry="{node.ry:.1f}"/>'
    if final:
        shape += f'<ellipse class="inner" {at} rx="{node.rx - 4:.1f}" ry="{node.ry - 4:.1f}"/>'
    return f'{shape}<text x="{node.x:.1f}" y="{node.y + 4:.1f}">{escape(node.text)}</text>'


def entry(node: Node) -> str:
    """The short arrow from nowhere to the initial state."""
    end = border(node, *node.away)
    return arrow((end[0] + 34 * node.away[0], end[1] + 34 * node.away[1]), [], end)


def draw_edge(a: Node, b: Node) -> tuple[str, list[Point]]:
    """A bowed arrow from a to b, and places for its label, the best first."""
    dx, dy = b.x - a.x, b.y - a.y
    length = hypot(dx, dy)
    normal = (dy / length, -dx / length)
    control = ((a.x + b.x) / 2 + normal[0] * BEND * length, (a.y + b.y) / 2 + normal[1] * BEND * length)
    start = border(a, control[0] - a.x, control[1] - a.y)
    end = border(b, control[0] - b.x, control[1] - b.y)
    places = []
    for t in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
        x, y = ((1 - t) ** 2 * start[i] + 2 * t * (1 - t) * control[i] + t**2 * end[i] for i in (0, 1))
        places.append((x + 8 * normal[0], y + 8 * normal[1]))
    return arrow(start, [control], end), places


def draw_loop(node: Node, lines: list[str], initial: bool) -> tuple[str, list[Point]]:
    """A loop on the outer side of a state, below an initial one, and the place for its label."""
    turn = pi / 2 if initial else atan2(node.away[1], node.away[0])
    start, end = (border(node, cos(turn + by), sin(turn + by)) for by in (-0.45, 0.45))
    controls = [
        (x + 44 * cos(turn + by), y + 44 * sin(turn + by)) for (x, y), by in ((start, -0.4), (end, 0.4))
    ]
    top = border(node, cos(turn), sin(turn))
    label_box = boxed((0, 0), lines)
    far = 38 + abs(cos(turn)) * label_box.width + abs(sin(turn)) * label_box.height
    return arrow(start, controls, end), [(top[0] + far * cos(turn), top[1] + far * sin(turn))]


def arrow(start: Point, controls: list[Point], end: Point) -> str:
    """A line or a curve with a head at its end."""
    way = " ".join(point(one) for one in [*controls, end])
    return f'<path d="M{point(start)}{"LQC"[len(controls)]}{way}" marker-end="url(#arrow)"/>'


def boxed(centre: Point, lines: list[str]) -> Box:
    """The room that a label takes."""
    return Box(*centre, max(map(len, lines)) * LETTER / 2, LINE * len(lines) / 2)


def label(box: Box, lines: list[str]) -> str:
    """Lines of text, centred in their box."""
    top = box.y - box.height + LINE - 4
    return "".join(
        f'<text class="label" x="{box.x:.1f}" y="{top + LINE * number:.1f}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )


def border(node: Node, dx: float, dy: float) -> Point:
    """Where the ray from the node's centre in that direction leaves its ellipse."""
    scale = 1 / hypot(dx / node.rx, dy / node.ry)
    return node.x + dx * scale, node.y + dy * scale


def point(place: Point) -> str:
    """Coordinates as SVG writes them."""
    return f"{place[0]:.1f} {place[1]:.1f}"
