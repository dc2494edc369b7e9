"""Dijkstra: the shortest distances from one vertex of a weighted graph to all of them.

Row u of the tables holds the edges of vertex u: to[u,k] is the vertex at the other end of the k-th,
weight[u,k] its weight, and a blank ends the row. open[v] is the shortest distance to v found so far, done
once v is settled. {v} looks at one vertex in search of the nearest that is open; best is its distance. A
blank behind the last vertex tells that all were looked at: the nearest is settled. Then {u,k} relaxes its
edges, one a state, before the next search begins. Where no open vertex can be reached, the run stops.

>>> from tailnb import task
>>> problem = task("dijkstra").problem(n=2, edges=[[0, 1, 7]], source=0)
>>> problem.answer
'[0, 7]'
>>> print(problem.trace().text())  # doctest: +NORMALIZE_WHITESPACE
Tape: to[0,0]=1, to[0,1]=_, weight[0,0]=7, to[1,0]=0, to[1,1]=_, weight[1,0]=7, open[0]=0, open[1]=inf,
    open[2]=_, best=inf, nearest=_
{0}: fetch open[0]=0, best=inf; nearer(open[0], best); write best=0, nearest=0; goto {1}
{1}: fetch open[1]=inf, best=0; keep(open[1], best); goto {2}
{2}: fetch open[2]=_, best=0, nearest=0; settle(open[2], best, nearest); write dist[0]=0, open[0]=done; goto
    {0,0}
{0,0}: fetch to[0,0]=1, open[1]=inf, best=0, weight[0,0]=7; shorter(to[0,0], open[1], best, weight[0,0]);
    write open[1]=7; goto {0,1}
{0,1}: fetch to[0,1]=_; end(to[0,1]); write best=inf, nearest=_; goto {0}
{0}: fetch open[0]=done, best=inf; skip(open[0], best); goto {1}
{1}: fetch open[1]=7, best=inf; nearer(open[1], best); write best=7, nearest=1; goto {2}
{2}: fetch open[2]=_, best=7, nearest=1; settle(open[2], best, nearest); write dist[1]=7, open[1]=done; goto
    {1,0}
{1,0}: fetch to[1,0]=0, open[0]=done; skip(to[1,0], open[0]); goto {1,1}
{1,1}: fetch to[1,1]=_; end(to[1,1]); write best=inf, nearest=_; goto {0}
{0}: fetch open[0]=done, best=inf; skip(open[0], best); goto {1}
{1}: fetch open[1]=done, best=inf; skip(open[1], best); goto {2}
{2}: fetch open[2]=_, best=inf, nearest=_; stop(open[2], best, nearest); goto halt
Final answer: [0, 7]
"""

from __future__ import annotations

from itertools import combinations
from math import comb, inf
from random import Random
from typing import Any

from tailnb.traces import BLANK, HALT, Tape

ORDER = 9
TITLE = "Dijkstra"
ALGORITHM = "Greedy"
LENGTHS = {"S": (3, 5), "M": (6, 10), "L": (11, 20)}
PARAMS = ("n", "edges", "source")
HEAVIEST = 20  # greatest weight of an edge
LARGEST = 1000  # vertices of a graph of one's own
DONE = "done"


def _sizes(n: int) -> range:
    """How many edges a graph with n vertices may have."""
    return range(n - 1, min(2 * n, comb(n, 2)) + 1)


def sample(rng: Random, low: int, high: int) -> dict[str, Any]:
    """A graph with low to high vertices, its edges in order; half of the graphs are surely connected.

    The others have any edges, so that often a part of them cannot be reached.
    """
    n = rng.randint(low, high)
    size = rng.choice(_sizes(n))
    pairs = list(combinations(range(n), 2))
    chosen = _tree(rng, n) if rng.random() < 0.5 else set()
    rest = [pair for pair in pairs if pair not in chosen]
    chosen.update(rng.sample(rest, size - len(chosen)))
    edges = [[u, v, rng.randint(1, HEAVIEST)] for u, v in sorted(chosen)]
    return {"n": n, "edges": edges, "source": rng.randrange(n)}


def _tree(rng: Random, n: int) -> set[tuple[int, int]]:
    """The edges of a random tree: each vertex, in random order, is joined to an earlier one."""
    order = rng.sample(range(n), n)
    ends = [sorted((order[rng.randrange(k)], order[k])) for k in range(1, n)]
    return {(u, v) for u, v in ends}


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless n vertices, the edges between them and the source make a graph."""
    n, edges, source = params["n"], params["edges"], params["source"]
    if type(n) is not int or not 1 <= n <= LARGEST:
        raise ValueError(f"n must be a whole number from 1 to {LARGEST}, not {n!r}")
    if type(source) is not int or not 0 <= source < n:
        raise ValueError(f"source must be a vertex, 0 to {n - 1}, not {source!r}")
    if not isinstance(edges, list):
        raise ValueError(f"edges must be a list of [vertex, vertex, weight], not {edges!r}")
    sizes = _sizes(n)
    if len(edges) not in sizes:
        raise ValueError(f"edges must be {sizes[0]} to {sizes[-1]} in number for n={n}, not {len(edges)}")
    seen: dict[frozenset[int], int] = {}
    for place, edge in enumerate(edges):
        _require_edge(f"edges[{place}]", edge, n)
        first = seen.setdefault(frozenset(edge[:2]), place)
        if first != place:
            raise ValueError(
                f"edges must be different, but edges[{first}] and edges[{place}] join the same two"
            )


def _require_edge(name: str, edge: object, n: int) -> None:
    if not isinstance(edge, list) or len(edge) != 3 or not all(type(number) is int for number in edge):
        raise ValueError(f"{name} must be a list [vertex, vertex, weight] of whole numbers, not {edge!r}")
    u, v, weight = edge
    if u == v or not (0 <= u < n and 0 <= v < n):
        raise ValueError(f"{name} must join two different vertices, 0 to {n - 1}, not {u} and {v}")
    if not 1 <= weight <= HEAVIEST:
        raise ValueError(f"{name} must have a weight of 1 to {HEAVIEST}, not {weight}")


def length(n: int, edges: list[list[int]], source: int) -> int:
    """The number of vertices."""
    return n


def problem_space(low: int, high: int) -> int:
    """How many graphs and sources there are."""
    return sum(
        n * comb(comb(n, 2), size) * HEAVIEST**size for n in range(low, high + 1) for size in _sizes(n)
    )


def count_states(n: int, edges: list[list[int]], source: int) -> int:
    """How many states the trace has: a search for each settled vertex and a last one, and the relaxing."""
    distances = _distances(n, edges, source)
    settled = sum(distance < inf for distance in distances)
    ends = sum(distances[end] < inf for edge in edges for end in edge[:2])
    return (settled + 1) * (n + 1) + ends + settled


def run(tape: Tape, n: int, edges: list[list[int]], source: int) -> None:
    """Settle the nearest open vertex and relax its edges, until none can be reached."""
    _place(tape, n, edges, source)
    settled: dict[int, int] = {}
    for _ in range(n + 1):
        found = _search(tape, n)
        if found is None:
            break
        vertex, distance = found
        settled[vertex] = distance
        _relax(tape, vertex, n)
    answer = ", ".join(str(settled.get(v, inf)) for v in range(n))
    spelled = [symbol for v in range(n) for symbol in (",", f"{'dist' if v in settled else 'open'}[{v}]")]
    tape.answer(f"[{answer}]", ["[", *spelled[1:], "]"])


def _place(tape: Tape, n: int, edges: list[list[int]], source: int) -> None:
    to: list[list[int]] = [[] for _ in range(n)]
    weights: list[list[int]] = [[] for _ in range(n)]
    for u, v, weight in edges:
        for one, other in ((u, v), (v, u)):
            to[one].append(other)
            weights[one].append(weight)
    for u in range(n):
        tape.place("to", {(u, k): end for k, end in enumerate([*to[u], BLANK])})
        tape.place("weight", {(u, k): weight for k, weight in enumerate(weights[u])})
    tape.place("open", [*(0 if v == source else inf for v in range(n)), BLANK])
    tape.place("best", inf)
    tape.place("nearest", BLANK)
    tape.homes = ("open",)


def _search(tape: Tape, n: int) -> tuple[int, int] | None:
    """Look at every vertex for the nearest open one; returns it and its distance, None if there is none."""
    for vertex in range(n + 1):
        with tape.state(f"{{{vertex}}}"):
            distance, best = tape.read(f"open[{vertex}]", "best")
            if distance == BLANK:
                return _settle(tape, best)
            if distance == DONE:
                tape.do("skip")
            elif distance < best:
                tape.do("nearer")
                tape.write("best", distance)
                tape.write("nearest", vertex)
            else:
                tape.do("keep")
            tape.goto(f"{{{vertex + 1}}}")
    return None


def _settle(tape: Tape, best: int) -> tuple[int, int] | None:
    """Settle the nearest vertex, if there is one, at the best distance."""
    nearest = tape.read("nearest")
    if nearest == BLANK:
        tape.do("stop")
        tape.goto(HALT)
        return None
    tape.do("settle")
    tape.write(f"dist[{nearest}]", best)
    tape.write(f"open[{nearest}]", DONE)
    tape.goto(f"{{{nearest},0}}")
    return nearest, best


def _relax(tape: Tape, vertex: int, n: int) -> None:
    """Relax the edges of a settled vertex, then get ready for the next search."""
    for edge in range(n):
        with tape.state(f"{{{vertex},{edge}}}"):
            neighbor = tape.read(f"to[{vertex},{edge}]")
            if neighbor == BLANK:
                tape.do("end")
                tape.write("best", inf)
                tape.write("nearest", BLANK)
                tape.goto("{0}")
                return
            _relax_edge(tape, f"open[{neighbor}]", f"weight[{vertex},{edge}]")
            tape.goto(f"{{{vertex},{edge + 1}}}")


def _relax_edge(tape: Tape, neighbor: str, weight: str) -> None:
    """Write the way over this edge if it is shorter."""
    known = tape.read(neighbor)
    if known == DONE:
        tape.do("skip")
        return
    best, step = tape.read("best", weight)
    shorter = best + step < known
    tape.do("shorter" if shorter else "keep")
    if shorter:
        tape.write(neighbor, best + step)


def reference(n: int, edges: list[list[int]], source: int) -> str:
    """The distances, by Bellman and Ford."""
    return f"[{', '.join(map(str, _distances(n, edges, source)))}]"


def _distances(n: int, edges: list[list[int]], source: int) -> list[float]:
    distances = [inf] * n
    distances[source] = 0
    before = None
    while distances != before:
        before = list(distances)
        for u, v, weight in edges:
            distances[v] = min(distances[v], distances[u] + weight)
            distances[u] = min(distances[u], distances[v] + weight)
    return distances


def words(n: int, edges: list[list[int]], source: int) -> dict[str, str]:
    """What the templates put into their places."""
    listed = ", ".join(f"{u}-{v}:{weight}" for u, v, weight in edges)
    return {"n": str(n), "edges": listed or "none", "source": str(source)}


TEMPLATES = [
    "A graph has {n} vertices, 0, 1, and so on, and the undirected edges u-v:weight {edges}. List the"
    " shortest distances from {source} to all vertices in order, inf for none.",
    "Run Dijkstra's algorithm from vertex {source}. Vertices: {n}, numbered from 0. Undirected edges"
    " (u-v:weight): {edges}. Give the list of distances, inf where unreachable.",
    "dijkstra(n={n}, edges=[{edges}], source={source}) -> [dist to 0, dist to 1, ...], inf if unreachable;"
    " edges are u-v:weight, both ways",
    "{n} towns, numbered from 0, are joined by roads a-b:km as follows: {edges}. How far is each town from"
    " town {source}? Answer as a list in order, inf for no way.",
    "Undirected weighted graph, n = {n}, E = [{edges}] (u-v:w). Compute dist[v] from s = {source} for v = 0,"
    " 1, ...; write inf for unreachable v.",
    "Undirected edges a-b:weight: {edges}. Number of vertices (from 0): {n}. Source: {source}. Shortest path"
    " lengths to every vertex, as a list, inf if there is no path:",
    "A network of {n} routers (numbered from 0) has the two-way links a-b:delay {edges}. What are the least"
    " delays from router {source}, as a list, router by router? Use inf for cut-off ones.",
    "On a metro map with {n} stations, 0 first, trains run both ways, a-b:minutes: {edges}. List the shortest"
    " travel times from station {source} to all stations in order, inf for none.",
    "Find the length of a shortest path from {source} to each of the {n} vertices 0, 1, ... where the edges,"
    " open both ways, are {edges} (u-v:weight). Unreachable is inf. Answer: [d0, d1, ...].",
    "A fire starts in room {source} of {n} rooms, counted from 0. It passes the doors a-b:minutes {edges}"
    " either way. When does it reach each room, from room 0 on? List the times; never is inf.",
    "Single-source shortest paths: {n} nodes from 0, undirected edges {edges} as u-v:weight, source {source}."
    " Output the distances in node order, inf if not connected.",
    "Rumours travel between {n} people, numbered from 0, along a-b:days {edges}, either way. Person {source}"
    " starts one. After how many days does each hear it, in order (inf for never)?",
    "Let G have {n} vertices, numbered from 0, and undirected edges {edges}, each written u-v:weight. What is"
    " the list of distances from vertex {source}? Put inf for vertices out of reach.",
    "A courier in village {source} knows the paths a-b:hours {edges} among {n} villages, 0 being the first."
    " List the shortest times to all villages in order, with inf where no path leads.",
    "Pipes connect {n} tanks (from tank 0 on), a-b:metres: {edges}. Give the shortest pipe length from tank"
    " {source} to every tank, in order; inf if none.",
    "Settle the vertices of this graph one after another, starting at {source}: n = {n}, edges {edges}"
    " (u-v:weight, undirected). Return all distances from vertex 0 on, inf if unreachable.",
    "source = {source}; n = {n}; undirected edges (u-v:w) = {edges}; list of distances to 0 ... n-1, inf when"
    " unreachable = ?",
    "Of {n} islands, counted from 0, some have ferries a-b:price, there and back: {edges}. What is the"
    " cheapest fare from island {source} to each? List them by number, inf where no ferries lead.",
    "Give shortest distances from node {source} to nodes 0, 1, 2, ... of a graph of {n} nodes with the"
    " undirected edges {edges}; u-v:w means weight w. Write inf for nodes without a path.",
    "A cave has {n} halls, hall 0 first, with tunnels a-b:metres: {edges}. An explorer is in hall {source}."
    " How far is it to every hall, in order? Answer with a list, inf if shut off.",
    "Please solve: shortest paths from {source} among {n} vertices (0-based), weighted edges both ways"
    " {edges} (u-v:weight). Result as a list, vertex 0 first, with inf for unreachable.",
    "What does Dijkstra's algorithm return for start {source} on {n} vertices, numbered from 0, with"
    " undirected edges {edges} (u-v:weight)? Format: [distances in vertex order], inf where unreachable.",
    "A signal leaves computer {source}. There are {n} computers from 0 on and cables a-b:milliseconds"
    " {edges}. When does it first arrive at each computer? List in order; inf for never.",
]
