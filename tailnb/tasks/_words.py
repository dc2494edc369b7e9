"""Texts of words, which several tasks share: their check, their draw, their characters."""

from __future__ import annotations

import re
from random import Random
from string import ascii_lowercase

from tailnb.traces import SPACE

MARKS = ".,!?'-"
TEXT = re.compile(rf"[A-Za-z{MARKS}]+(?: [A-Za-z{MARKS}]+)*")
LONGEST = 9  # letters of a made-up word
KNOWN = (  # noqa: SIM905 (as a list, each word would take a line)
    "a I we you he she it they who what all some many few two ten old new red blue green small large long"
    " short quick slow good bad sun moon star sky rain snow wind sea river lake hill tree leaf apple bread"
    " salt milk egg cat dog bird horse fish bee house door key lamp road bridge boat train letter paper ink"
    " book page word story music bell game friend child sister king queen baker doctor sailor teacher reads"
    " writes sings runs walks sleeps eats sees finds gives takes keeps opens with under over near after"
    " before between because and but or not never always morning evening winter summer yesterday tomorrow"
).split()


def require(text: object) -> None:
    """Raise ValueError unless text is one or more words joined by single spaces."""
    form = f"words of the letters a to z, A to Z and the marks {MARKS}, joined by single spaces"
    if not isinstance(text, str) or not TEXT.fullmatch(text):
        raise ValueError(f"text must be {form}, not {text!r}")


def draw(rng: Random, words: int) -> str:
    """So many random words: half of them known ones, half made up; some with capitals, some with a mark."""
    return " ".join(_word(rng) for _ in range(words))


def _word(rng: Random) -> str:
    made_up = rng.random() < 0.5
    word = "".join(rng.choices(ascii_lowercase, k=rng.randint(1, LONGEST))) if made_up else rng.choice(KNOWN)
    case = rng.random()
    if case < 0.3:
        word = word.capitalize() if case < 0.2 else word.upper()
    return word + rng.choice(MARKS) if rng.random() < 0.1 else word


def characters(text: str) -> list[str]:
    """The characters as they stand on the tape, one to a cell."""
    return list(text.replace(" ", SPACE))
