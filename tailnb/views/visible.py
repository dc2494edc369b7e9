"""Text that a model wrote, safe to look at: nothing in it hides, moves or reorders what stands around it."""


def visible(text: str) -> str:
    r"""The text with every character spelled out that does not show; line ends and tabs stay.

    >>> visible("7\x1b[31m8\u202e9")
    '7⟨U+001B⟩[31m8⟨U+202E⟩9'
    """
    return text if text.isprintable() else "".join(map(_spelled, text))


def seen(symbol: str) -> str:
    """A tape's symbol, visible: a space would look like nothing at all."""
    return "␣" if symbol == " " else visible(symbol)


def _spelled(character: str) -> str:
    shows = character.isprintable() or character in "\n\t"
    return character if shows else f"⟨U+{ord(character):04X}⟩"
