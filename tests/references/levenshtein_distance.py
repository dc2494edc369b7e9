from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

BAD = [("", "ab"), ("ab", ""), ("a b", "ab"), ("ab", "a1"), (7, "ab"), (["a"], "ab"), ("é", "e"), ("ab", "_")]

WORD = st.text("abAB", min_size=1, max_size=9)
PARAMS = st.fixed_dictionaries({"a": WORD, "b": WORD | st.text("ax", min_size=1, max_size=20)})


def library(a: str, b: str) -> str:
    return str(Levenshtein.distance(a, b))
