"""Text that a model wrote, safe to look at: nothing in it hides, moves or reorders what stands around it."""

from __future__ import annotations

import unicodedata

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # categories: control, format and the like


def visible(text: str) -> str:
    r"""The text with every unseen character spelled out; line ends and tabs stay.

    >>> visible("7\x1b[31m8\u202e9")
    '7⟨U+001B⟩[31m8⟨U+202E⟩9'
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_spelled, text))


def _spelled(character: str) -> str:
    seen = character in "\n\t" or unicodedata.category(character) not in HIDDEN
    return character if seen else f"⟨U+{ord(character):04X}⟩"
