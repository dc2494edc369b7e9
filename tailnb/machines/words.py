"""From the word a person types to the symbols on the tape."""

from collections.abc import Iterable, Sequence

from tailnb.machines.errors import MachineError, choices

LOOKALIKES = {"O": "0", "o": "0", "0": "O", "l": "1", "I": "1", "1": "l"}


def symbols_of(word: str | Sequence[str], alphabet: Sequence[str], blank: str) -> list[str]:
    """The word's symbols, each checked against the input alphabet.

    A text is split greedily, the longest symbol first; a sequence is taken symbol by symbol.
    Raises MachineError for what is no word, and for the first foreign symbol with its position (from 0).
    """
    if not isinstance(word, Iterable) or isinstance(word, (bytes, set, frozenset)):
        raise MachineError(f"a word is a text or a list of symbols, not {word!r}{typed(word)}", "word")
    symbols = split(word, alphabet) if isinstance(word, str) else list(word)
    known = set(alphabet)
    if isinstance(word, str) and known.issuperset(symbols):  # as nearly always, and soon seen
        return symbols
    for position, symbol in enumerate(symbols):
        if not isinstance(symbol, str) or symbol not in known:
            raise MachineError(foreign(symbol, position, alphabet, blank), "word")
    return symbols


def typed(word: object) -> str:
    """``; write '1011'`` where a number was given for a word."""
    return f"; write {str(word)!r}" if type(word) is int else ""


def split(text: str, alphabet: Sequence[str]) -> list[str]:
    """The text cut into symbols of the alphabet; a character that starts none stands for itself."""
    lengths = sorted({len(symbol) for symbol in alphabet} | {1}, reverse=True)
    if lengths == [1]:
        return list(text)
    known, symbols, start = set(alphabet), [], 0
    while start < len(text):
        pieces = (text[start : start + length] for length in lengths)
        symbols.append(next((piece for piece in pieces if piece in known), text[start]))
        start += len(symbols[-1])
    return symbols


def foreign(symbol: object, position: int, alphabet: Sequence[str], blank: str) -> str:
    """The sentence about a symbol that is not in the input alphabet."""
    place = f"symbol {symbol!r} at position {position} of the word"
    if symbol == blank:
        return f"{place} is the blank, which an input word does not hold; {choices('', alphabet)}"
    text = str(symbol)
    twin = text if text in alphabet else LOOKALIKES.get(text)
    hint = f"did you mean {twin!r}? " if twin in alphabet else ""
    return f"{place} is not in the input alphabet; {hint}{choices('', alphabet)}"
