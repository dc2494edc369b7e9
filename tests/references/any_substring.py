from hypothesis import strategies as st

BAD = [("",), ("a b",), ("aB",), ("a1",), ("é",), ("a_",), ("ab\n",), (None,), (["a", "b"],), ("a" * 51,)]
PARAMS = st.fixed_dictionaries(
    {"text": st.text("ab", min_size=1, max_size=20) | st.text("xyz", min_size=1, max_size=8)}
)


def library(text: str) -> str:
    """A substring is new where it stands for the first time."""
    places = [(start, end) for start in range(len(text)) for end in range(start + 1, len(text) + 1)]
    return f"[{', '.join(text[s:e] for s, e in places if text.find(text[s:e]) == s)}]"
