"""What the tasks on two words share: the parts that their files take over, and the words' cells."""

from __future__ import annotations

from math import comb
from random import Random
from string import ascii_letters, ascii_lowercase
from typing import Any

from tailnb.traces import BLANK

ALPHABET = (3, 5)  # letters that the two words of a sampled pair are made of
LONGEST = 1000  # letters of a word of one's own


def require(name: str, word: object) -> None:
    """Raise ValueError unless the word is 1 to LONGEST letters A to Z or a to z."""
    if not isinstance(word, str) or not word:
        raise ValueError(f"{name} must be a string of at least one letter, not {word!r}")
    if len(word) > LONGEST:
        raise ValueError(f"{name} must have at most {LONGEST:,} letters, not {len(word):,}")
    for place, letter in enumerate(word):
        if letter not in ascii_letters:
            raise ValueError(
                f"{name} must hold letters A to Z or a to z alone, but {name}[{place}]={letter!r}"
            )


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless a and b are words of letters."""
    for name, word in params.items():
        require(name, word)


def length(a: str, b: str) -> int:
    """The letters of the longer word."""
    return max(len(a), len(b))


def words(a: str, b: str) -> dict[str, str]:
    """What the templates put into their places."""
    return {"a": a, "b": b}


def sample(rng: Random, low: int, high: int) -> dict[str, str]:
    """Two words of low to high letters from an alphabet of three to five, the lengths drawn separately.

    Half of the time the second word is the first one with some letters replaced, inserted or deleted.
    """
    alphabet = rng.sample(ascii_lowercase, rng.randint(*ALPHABET))
    a, b = ("".join(rng.choices(alphabet, k=rng.randint(low, high))) for _ in "ab")
    if rng.random() < 0.5:
        b = a
        for _ in range(rng.randint(0, len(a))):
            b = _edit(rng, b, alphabet, low, high)
    return {"a": a, "b": b}


def _edit(rng: Random, word: str, alphabet: list[str], low: int, high: int) -> str:
    """The word with a letter replaced, inserted or deleted."""
    kinds = ["replace", *["insert"] * (len(word) < high), *["delete"] * (len(word) > low)]
    kind = rng.choice(kinds)
    place = rng.randrange(len(word) + (kind == "insert"))
    letter = "" if kind == "delete" else rng.choice(alphabet)
    return word[:place] + letter + word[place + (kind != "insert") :]


def problem_space(low: int, high: int) -> int:
    """How many pairs of words of low to high letters have five different letters, or fewer, together."""
    sizes = range(low, high + 1)
    return sum(
        comb(len(ascii_lowercase), letters) * _with_all(letters, p + q)
        for p in sizes
        for q in sizes
        for letters in range(1, ALPHABET[1] + 1)
    )


def _with_all(letters: int, size: int) -> int:
    """How many texts of a size have all of so many letters, by inclusion and exclusion."""
    return sum((-1) ** k * comb(letters, k) * (letters - k) ** size for k in range(letters + 1))


def cells(word: str) -> dict[int, str]:
    """The letters, counted from 1, and a blank behind the last."""
    return dict(enumerate([*word, BLANK], start=1))
