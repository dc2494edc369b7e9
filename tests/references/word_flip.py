from hypothesis import strategies as st

BAD = [
    ("",),
    (" a",),
    ("a ",),
    ("a  b",),
    ("a\tb",),
    ("a\n",),
    ("a_b",),
    ("a␣b",),
    ("12",),
    ("é",),
    (None,),
    (["a"],),
]

PARAMS = st.fixed_dictionaries(
    {"text": st.from_regex(r"[A-Za-z.,!?'-]{1,6}( [A-Za-z.,!?'-]{1,6}){0,8}", fullmatch=True)}
)


def library(text: str) -> str:
    return "".join(reversed(text))
