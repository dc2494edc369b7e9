"""`Attention`: the weights with which each token of a text looks at those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MEAN, MAX = "mean", "max"


@dataclass(frozen=True, eq=False, repr=False)
class Attention:
    """A text as a model sees it, and how much each of its tokens looks at which others.

    tokens: as they stand in the text, white space included; joined they are the text.
    start: the place of the completion's first token; the prompt is before it.
    layers: the layers that the weights are of; the first layer is 1.
    weights: [layers, heads, tokens, tokens], float32: from the token in the third place to the one in the
        last; each row sums to 1. What a token looks at decides which token is written after it.
    """

    tokens: tuple[str, ...]
    start: int
    layers: tuple[int, ...]
    weights: Any

    def __len__(self) -> int:
        return len(self.tokens)

    def __repr__(self) -> str:
        layers = ", ".join(map(str, self.layers))
        return f"<Attention: {len(self):,} tokens, {self.heads} heads in each of the layers {layers}>"

    @property
    def heads(self) -> int:
        """The number of heads in each layer."""
        return int(self.weights.shape[1])

    def head(self, layer: int, head: int | str = MEAN) -> Any:
        """The weights of one head, [tokens, tokens]; both counted from 1.

        head: its number, or "mean" or "max" over the layer's heads. Raises ValueError for one not there.
        """
        of_layer = self.weights[position("layer", layer, self.layers)]
        if head in (MEAN, MAX):
            return of_layer.mean(0) if head == MEAN else of_layer.max(0)
        return of_layer[position("head", head, range(1, self.heads + 1))]


def position(kind: str, wanted: Any, known: range | tuple[int, ...]) -> int:
    """Where a layer or head is among those known. Raises ValueError, naming them, when it is not."""
    if wanted not in known:
        also = f", {MEAN}, {MAX}" if kind == "head" else ""
        raise ValueError(f"no {kind} {wanted!r}; choose from {', '.join(map(str, known))}{also}")
    return known.index(wanted)
