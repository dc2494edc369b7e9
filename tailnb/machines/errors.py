"""The error of this package, and the sentence that names what could have been chosen."""

from collections.abc import Hashable, Iterable
from difflib import get_close_matches


class MachineError(ValueError):
    """A machine, word or text that cannot be used; the message names the place and the choices."""


def choices(wrong: Hashable, allowed: Iterable[Hashable]) -> str:
    """``did you mean 'q1'? choose from 'q0', 'q1'``: the close match, if any, then the choices."""
    allowed = list(allowed)
    names = {str(one).lower(): one for one in allowed}
    close = get_close_matches(str(wrong).lower(), names, n=1, cutoff=0.6)
    hint = f"did you mean {names[close[0]]!r}? " if close else ""
    shown = ", ".join(repr(one) for one in allowed[:30])
    more = f" and {len(allowed) - 30} more" if len(allowed) > 30 else ""
    return f"{hint}choose from {shown}{more}" if allowed else "there is nothing to choose from"
