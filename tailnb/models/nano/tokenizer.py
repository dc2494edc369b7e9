"""The nano models' tokenizer: one token for each symbol, register or address of a text in tape style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from string import ascii_letters, digits

from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from tailnb.traces.answer import FINAL
from tailnb.traces.layout import ARROW, RING, START
from tailnb.traces.trace import BLANK, HALT

_ONE = re.compile(r"(\w+=)?(\w)")  # a symbol, alone or in a register
PAD, BOS, EOS = "[PAD]", "[BOS]", "[EOS]"


def vocabulary(texts: Iterable[str], ring: int = RING) -> list[str]:
    """Every token that the texts use, after the special tokens, the digits and the ring's addresses.

    texts: prompts and completions in tape style, a sample large enough to show every symbol.
    """
    fixed = [PAD, BOS, EOS, *FINAL.split(), ARROW, START, HALT, BLANK, *"0123456789"]
    fixed += [f"<{address}>" for address in range(ring)]
    used = {token for text in texts for token in text.split()}
    for symbols in (digits, ascii_letters):  # what holds one of them may hold any, though the sample lacks it
        alike = [_ONE.fullmatch(token) for token in used]
        names = {found[1] or "" for found in alike if found and found[2] in symbols}
        used |= {name + symbol for name in names for symbol in symbols}
    return fixed + sorted(used.difference(fixed))


def make_tokenizer(tokens: Sequence[str]) -> PreTrainedTokenizerFast:
    """A transformers tokenizer over these tokens, the first three being PAD, BOS and EOS.

    It splits at white space and puts BOS in front; a token it does not know is an error, not a guess:
    there is no unknown token.
    """
    ids = {token: number for number, token in enumerate(tokens)}
    core = Tokenizer(models.WordLevel(ids))
    core.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    core.post_processor = processors.TemplateProcessing(single=f"{BOS} $A", special_tokens=[(BOS, ids[BOS])])
    return PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token=PAD, bos_token=BOS, eos_token=EOS, padding_side="left"
    )


def encode(ids: dict[str, int], text: str) -> list[int]:
    """The numbers of a text's tokens. Raises ValueError naming a token that the model does not know."""
    try:
        return [ids[token] for token in text.split()]
    except KeyError as error:
        raise ValueError(unknown(error.args[0])) from None


def unknown(token: str) -> str:
    """What to say of a token that the model does not know."""
    return f"this model does not know the token {token!r}; it was trained on other tasks"
