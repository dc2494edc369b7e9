"""Hints in messages: what could have been meant, and texts in quotes."""

from collections.abc import Iterable

from tailnb.machines.errors import choices

TWINS = str.maketrans("OolI", "0011")  # letters that are taken for digits


def key(name: str) -> str:
    """The same text for names that are easily mistaken: other case, the letter O for the digit 0."""
    return name.translate(TWINS).casefold()


def instead(wrong: str, allowed: Iterable[str]) -> str:
    """What could have been meant, then the choices."""
    allowed = list(allowed)
    twin = next((name for name in allowed if key(name) == key(wrong)), None)
    return choices(wrong, allowed) if twin is None else f"did you mean {twin!r}? {choices('', allowed)}"


def shown(text: str) -> str:
    """The text in quotes, cut where it is long."""
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
