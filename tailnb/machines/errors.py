"""The error of this package, and the sentence that names what could have been chosen."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches

LONGEST = 1000  # characters of a message: what it quotes may be a whole file
CLOSE = 1000  # names, at most, among which a close match is looked for


class MachineError(ValueError):
    """A machine, word or text that cannot be used; the message names the place and the choices.

    ``place`` is the part of the machine at fault: a rule as ``(state, symbol)``, or the name of an argument
    of `TuringMachine` such as "initial_state". ``line`` is where that stands in a text, from 1. Each is None
    where it is not known.
    """

    def __init__(self, message: str, place: Hashable = None, line: int | None = None) -> None:
        shown = message if len(message) <= LONGEST else f"{message[:LONGEST]}…"
        super().__init__(f"line {line}: {shown}" if line else shown)
        self.place = place
        self.line = line


@contextmanager
def located(lines: Mapping[Hashable, int]) -> Iterator[None]:
    """Says the line in each error about a part of a machine whose line is known.

    ``lines`` holds places as `MachineError` has them: ``{("q0", "1"): 3, "initial_state": 1}``.
    """
    try:
        yield
    except MachineError as error:
        if error.line or error.place not in lines:
            raise
        raise MachineError(str(error), error.place, lines[error.place]) from None


def choices(wrong: Hashable, allowed: Iterable[Hashable]) -> str:
    """``did you mean 'q1'? choose from 'q0', 'q1'``: the close match, if any, then the choices."""
    allowed = list(allowed)
    names = {str(one).lower(): one for one in allowed[:CLOSE]}
    close = get_close_matches(str(wrong).lower()[:LONGEST], names, n=1, cutoff=0.6)
    hint = f"did you mean {names[close[0]]!r}? " if close else ""
    shown = ", ".join(repr(one) for one in allowed[:30])
    more = f" and {len(allowed) - 30} more" if len(allowed) > 30 else ""
    return f"{hint}choose from {shown}{more}" if allowed else "there is nothing to choose from"
