from collections import Counter

from hypothesis import strategies as st

BAD = [
    *[(text, "a") for text in ("", "a  b", " a", "a ", "a1", "a_", None, ["a"])],
    *[("a b", letter) for letter in ("", "ab", " ", "1", "é", ",", None, 1)],
]

PARAMS = st.fixed_dictionaries(
    {
        "text": st.from_regex(r"[A-Ca-c.,!?'-]{1,12}( [A-Ca-c.,!?'-]{1,4}){0,8}", fullmatch=True),
        "letter": st.sampled_from("abcdABCD"),
    }
)


def library(text: str, letter: str) -> str:
    return str(Counter(text.casefold())[letter.casefold()])
