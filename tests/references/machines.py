"""What each machine of the catalogue does, in plain Python that knows nothing of machines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count


def increment(word: str) -> str:
    return f"{int(word or '0', 2) + 1:0{len(word)}b}"


def decrement(word: str) -> str | None:
    return f"{int(word, 2) - 1:0{len(word)}b}" if "1" in word else None


def binary_addition(word: str) -> str | None:
    if word.count("+") != 1:
        return None
    first, second = word.split("+")
    width = max(len(first), len(second))
    return f"{int(first or '0', 2) + int(second or '0', 2):0{width}b}" if width else ""


def unary_addition(word: str) -> str | None:
    return word.replace("+", "") if word.count("+") == 1 else None


def unary_multiplication(word: str) -> str | None:
    if word.count("*") != 1:
        return None
    first, second = map(len, word.split("*"))
    return "1" * (first * second)


def parity(word: str) -> str:
    return word + str(word.count("1") % 2)


def modulo_three(word: str) -> str:
    return word + str(int(word or "0", 2) % 3)


def palindrome(word: str) -> str:
    return str(int(word == word[::-1]))


def copy(word: str) -> str:
    return f"{word}#{word}"


def reverse(word: str) -> str:
    return word[::-1]


def anbn(word: str) -> str:
    half = len(word) // 2
    return str(int(word == "a" * half + "b" * half))


def anbncn(word: str) -> str | None:
    third = len(word) // 3
    return (
        "x" * third + "y" * third + "z" * third if word == "a" * third + "b" * third + "c" * third else None
    )


def brackets(word: str) -> str | None:
    rest = word
    while (shorter := re.sub(r"\(\)|\[\]", "", rest)) != rest:
        rest = shorter
    return None if rest else "x" * len(word)


def compare(word: str) -> str | None:
    if word.count("?") != 1:
        return None
    first, second = (int(number or "0", 2) for number in word.split("?"))
    return "<" if first < second else ">" if first > second else "="


def bubble_sort(word: str) -> str:
    return "".join(sorted(word))


# What is left on the tape; None where the machine finds no rule.
HALTING: dict[str, Callable[[str], str | None]] = {
    function.__name__: function
    for function in (
        *(increment, decrement, binary_addition, unary_addition, unary_multiplication, parity, modulo_three),
        *(palindrome, copy, reverse, anbn, anbncn, brackets, compare, bubble_sort),
    )
}

# Machines on the blank tape as https://bbchallenge.org publishes them, with steps and symbols that are left.
BEAVERS = {
    "bb2": ("1RB1LB_1LA1RZ", 6, 4),
    "bb3": ("1RB1RZ_1LB0RC_1LC1LA", 21, 5),
    "bb4": ("1RB1LB_1LA0LC_1RZ1LD_1RD0RA", 107, 13),
    "bb5": ("1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA", 47_176_870, 4098),
    "bb2x3": ("1RB2LB1RZ_2LA2RB1LB", 38, 9),
}
RUNNING_ON = {"antihydra": "1RB1RA_0LC1LE_1LD1LC_1LA0LB_1LF1RE_---0RA", "bouncer": "1RB1LA_1LA1RB"}


def rules(text: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    """The rules of a machine as https://bbchallenge.org writes them."""
    return {
        ("ABCDEF"[row], str(read)): (rule[2], rule[0], rule[1])
        for row, line in enumerate(text.split("_"))
        for read, rule in enumerate(re.findall("...", line))
        if rule != "---"
    }


def rule_110(row: str) -> Iterator[str]:
    """The row and its generations, without zeros at the right end, one cell longer each time one appears."""
    while True:
        yield row
        padded = f"00{row}0"
        triples = (padded[place : place + 3] for place in range(len(row) + 1))
        row = "".join("0" if three in ("111", "100", "000") else "1" for three in triples)
        row = row if row[0] == "1" else row[1:]


def turing_1936() -> Iterator[str]:
    """The cells that are written one by one, and those that are left free."""
    return ("0_1_"[place % 4] for place in count())
