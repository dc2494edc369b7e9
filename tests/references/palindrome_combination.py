import itertools

from hypothesis import strategies as st

BAD = [([],), ("aba",), ([1, 2.0],), ([1, "1"],), ([True, 1],), ((1, 2),), (None,), ([0] * 13,)]

VALUES = st.sampled_from([[0], [-3, 3], [10**30, 7], [1, 11, 111], list(range(8))])
PARAMS = st.fixed_dictionaries(
    {"items": VALUES.flatmap(lambda values: st.lists(st.sampled_from(values), min_size=1, max_size=7))}
)


def library(items: list[int]) -> str:
    """Every set of cuts, one by one."""
    places = range(1, len(items))
    sets = itertools.chain.from_iterable(itertools.combinations(places, k) for k in range(len(items)))
    return str(sum(all(piece == piece[::-1] for piece in pieces(items, cuts)) for cuts in sets))


def pieces(items, cuts):
    return [items[start:end] for start, end in itertools.pairwise([0, *cuts, len(items)])]
