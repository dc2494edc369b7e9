import networkx
from hypothesis import strategies as st

BAD = [
    ([[1, 5], [2, 6]], 2),
    ([[1, 5], [2, 6]], 0),
    ([[1, 5], [2, 6]], True),
    ([[1, 5], [2, 6]], "1"),
    ([[1, 5]], 1),
    ([[1, 5], [0, 6]], 1),
    ([[1, 5], [2, 0]], 1),
    ([[1, 5], [2, 6.5]], 1),
    ([[1, 5], (2, 6)], 1),
    ([[1, 5], [2, 6, 7]], 1),
    ("[[1, 5], [2, 6]]", 1),
]

DEADLINE = st.integers(1, 9) | st.sampled_from([10, 10**6])
TASKS = st.lists(st.tuples(DEADLINE, st.integers(1, 4) | st.just(10**6)).map(list), min_size=2, max_size=12)
PARAMS = TASKS.flatmap(
    lambda tasks: st.fixed_dictionaries({"tasks": st.just(tasks), "queues": st.integers(1, len(tasks) - 1)})
)


def library(tasks: list[list[int]], queues: int) -> str:
    """The cheapest flow of tasks into slots, a slot's surplus going to the slot before."""
    flow = networkx.DiGraph()
    last = len(tasks)  # more slots are never needed
    for number, (deadline, benefit) in enumerate(tasks):
        flow.add_edge("start", ("task", number), capacity=1)
        flow.add_edge(("task", number), min(deadline, last), capacity=1, weight=-benefit)
    for slot in range(1, last + 1):
        flow.add_edge(slot, slot - 1, capacity=last)
        flow.add_edge(slot, "end", capacity=queues)
    cheapest = networkx.max_flow_min_cost(flow, "start", "end")
    return str(-networkx.cost_of_flow(flow, cheapest))
