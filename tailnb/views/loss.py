"""`LossView`: a training batch token by token, with what the loss counts and what it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from tailnb.views.static import LEFT, safe

IGNORED = -100  # the label of a token that no loss counts
MOST = 400  # tokens shown of a sequence
BOX = "font-family:monospace;border-radius:3px;padding:0 2px;margin:1px;display:inline-block"
MASKED = f"{BOX};background-color:#eceff1;color:#4b5563"
# Learned tokens are underlined, too, for those who cannot tell the grounds apart.
LEARNED = f"{BOX};background-color:#cdeed7;color:#000000;border-bottom:2px solid #166b2e"
BREAK = "\n"


class Token(NamedTuple):
    """A token's text, and whether the loss counts it."""

    text: str
    learned: bool


class LossView:
    """The sequences of a batch: what is only read has a gray ground; what is learned is green and underlined.

    batch: what `Finetuning.batch` gives: input_ids and labels, [sequences, tokens]; padding is left out.
    tokenizer: of the model. most: tokens shown of each sequence.
    """

    def __init__(self, batch: Mapping[str, Any], tokenizer: Any, most: int = MOST) -> None:
        labels = batch["labels"].tolist()
        kept = batch["attention_mask"].tolist() if "attention_mask" in batch else [[1] * len(labels[0])]
        self.most = most
        self.sequences = [
            [
                Token(text_of(number, tokenizer), label != IGNORED)
                for number, label, keep in zip(numbers, row, mask, strict=True)
                if keep
            ]
            for numbers, row, mask in zip(batch["input_ids"].tolist(), labels, kept, strict=True)
        ]

    @property
    def learned(self) -> int:
        """How many tokens the loss counts."""
        return sum(token.learned for tokens in self.sequences for token in tokens)

    @property
    def tokens(self) -> int:
        """How many tokens there are, padding left out."""
        return sum(map(len, self.sequences))

    def __repr__(self) -> str:
        return f"<LossView: {self.learned:,} of {self.tokens:,} tokens are learned>"

    def _repr_html_(self) -> str:
        legend = f'<span style="{MASKED}">only read</span> <span style="{LEARNED}">learned</span>'
        said = f"<p>{legend} {self.learned:,} of {self.tokens:,} tokens are learned.</p>"
        return said + "".join(self._sequence(tokens) for tokens in self.sequences)

    def _sequence(self, tokens: Sequence[Token]) -> str:
        more = len(tokens) - self.most
        rest = f"<p>… and {more:,} tokens more.</p>" if more > 0 else ""
        return f'<div style="{LEFT}">{"".join(_html(tokens[: self.most]))}</div>{rest}<hr>'


def text_of(number: int, tokenizer: Any) -> str:
    """A token as it stands in the text, or its name where it stands for none."""
    text = str(tokenizer.decode([number], skip_special_tokens=False, clean_up_tokenization_spaces=False))
    return text or str(tokenizer.convert_ids_to_tokens([number])[0])


def _html(tokens: Sequence[Token]) -> Iterator[str]:
    """Runs of tokens of one kind, told apart for screen readers; a new line where the text has one."""
    for learned, run in groupby(tokens, key=lambda token: token.learned):
        style = LEARNED if learned else MASKED
        boxes = (f'<span style="{style}">{safe(t.text)}</span>{_breaks(t.text)}' for t in run)
        name = "learned" if learned else "only read"
        yield f'<span role="group" aria-label="{name}">{"".join(boxes)}</span>'


def _breaks(text: str) -> str:
    return "<br>" * (BREAK in text)
