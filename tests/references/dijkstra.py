from itertools import combinations

import networkx
from hypothesis import strategies as st

BAD = [
    (0, [], 0),
    (1001, [[u, u + 1, 1] for u in range(1000)], 0),
    (True, [], 0),
    (2, [[0, 1, 5]], 2),
    (2, [[0, 1, 5]], "0"),
    (2, [], 0),
    (3, [[0, 1, 5], [1, 0, 6]], 0),
    (3, [[0, 1, 5], [1, 1, 6]], 0),
    (3, [[0, 1, 5], [1, 3, 6]], 0),
    (3, [[0, 1, 5], [1, 2, 21]], 0),
    (3, [[0, 1, 5], [1, 2, 0]], 0),
    (3, [[0, 1, 5], [1, 2, 1.5]], 0),
    (3, [[0, 1, 5], (1, 2, 6)], 0),
    (3, [[0, 1, 5], [1, 2]], 0),
    (3, "0-1:5, 1-2:6", 0),
    (5, [[u, v, 1] for u, v in combinations(range(5), 2)] + [[0, 1, 2]], 0),
]


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 8))
    pairs = draw(st.permutations(list(combinations(range(n), 2))))
    size = draw(st.integers(n - 1, min(2 * n, len(pairs))))
    turned = [draw(st.permutations(pair)) for pair in pairs[:size]]
    edges = [[*pair, draw(st.sampled_from([1, 2, 20]))] for pair in turned]
    return {"n": n, "edges": edges, "source": draw(st.integers(0, n - 1))}


PARAMS = graphs()


def library(n: int, edges: list[list[int]], source: int) -> str:
    graph = networkx.empty_graph(n)
    graph.add_weighted_edges_from(edges)
    distances = networkx.single_source_dijkstra_path_length(graph, source)
    return f"[{', '.join(str(distances.get(vertex, 'inf')) for vertex in range(n))}]"
