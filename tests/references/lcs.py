from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

BAD = [
    ("", "ab"),
    ("ab", ""),
    ("a b", "ab"),
    ("ab", "a1"),
    (None, "ab"),
    (["a"], "ab"),
    ("é", "e"),
    ("a" * 1001, "b"),
    ("ab", "_"),
]

WORD = st.text("abAB", min_size=1, max_size=9)
PARAMS = st.fixed_dictionaries({"a": WORD, "b": WORD | st.text("ax", min_size=1, max_size=20)})


def library(a: str, b: str) -> str:
    return str(LCSseq.similarity(a, b))
