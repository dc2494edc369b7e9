"""`AttentionMap`: a text on which each token shows where a model looks as it writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import anywidget
import traitlets

from tailnb.views import static
from tailnb.views.assets import read
from tailnb.views.visible import visible

if TYPE_CHECKING:
    from tailnb.models.attention import Attention

STRONGEST = 32  # places that each token looks at most, of each head; the rest is told as one number
LARGEST = 32 * 2**20  # bytes that a browser is given
WHOLE = 65535  # a weight of 1, in two bytes
LINE_END = "⏎"
LEAST = 0.01  # a weight that the static form shows
NAMED = 6  # places that the static form names
SHADES = ("#ffffff", "#9cc3ff")  # of the static form, from no weight to all of it
CHOSEN = "background-color:#ffe7a3;color:#000000;font-weight:bold"


class Shown(NamedTuple):
    """A token as it is shown: its text, and what stands before it: nothing, a space or a new line."""

    text: str
    gap: str


class AttentionMap(anywidget.AnyWidget):
    """A widget that shows where each token of a text looks, head by head.

    Arguments:
        attention: what `tailnb.models.attention.attention` gives.
        token: the place of the token that is chosen; the completion's first one when not given.
        layer: the number of the layer, from 1; the last one when not given.
        head: the number of the head, from 1, or "mean" or "max" of the layer's heads.
        writing: show where the model looks as it writes the chosen token, which is where the token before
            it looks; if not, where the chosen token itself looks.

    All four can be set at any time. Raises ValueError for a layer, head or token that is not there, and for
    more weights than a browser can take.
    """

    _esm = read("common.js", "attention.js")
    _css = read("theme.css", "attention.css")

    token = traitlets.Int().tag(sync=True)
    layer = traitlets.Int().tag(sync=True)
    head = traitlets.CUnicode().tag(sync=True)
    writing = traitlets.Bool(True).tag(sync=True)
    _tokens = traitlets.List(traitlets.List()).tag(sync=True)
    _start = traitlets.Int().tag(sync=True)
    _layers = traitlets.List(traitlets.Int()).tag(sync=True)
    _heads = traitlets.List(traitlets.Unicode()).tag(sync=True)
    _most = traitlets.Int().tag(sync=True)
    _weights = traitlets.Bytes().tag(sync=True)

    def __init__(
        self,
        attention: Attention,
        *,
        token: int | None = None,
        layer: int | None = None,
        head: int | str = "mean",
        writing: bool = True,
        **traits: Any,
    ) -> None:
        self.attention = attention
        heads = [*map(str, range(1, attention.heads + 1)), "mean", "max"]
        most = min(STRONGEST, len(attention))
        _require_size(attention, most, len(heads))
        self._layers, self._heads, self._most = list(attention.layers), heads, most
        self._tokens, self._start = [list(one) for one in shown(attention)], attention.start
        super().__init__(
            token=min(attention.start, len(attention) - 1) if token is None else token,
            layer=attention.layers[-1] if layer is None else layer,
            head=head,
            writing=writing,
            _weights=packed(attention, heads, most),
            **traits,
        )

    def __repr__(self) -> str:
        return f"<AttentionMap: layer {self.layer}, head {self.head}, token {self.token}>"

    @property
    def query(self) -> int | None:
        """The place of the token whose look is shown; None for the first token, which nothing writes."""
        at = self.token - self.writing
        return at if at >= 0 else None

    def static_html(self) -> str:
        """The text with the attention of the chosen token alone."""
        return static.details(self._title(), _static_text(self) + _static_names(self))

    def _title(self) -> str:
        name = self.head if self.head in ("mean", "max") else f"head {self.head}"
        doing = "written" if self.writing else "read"
        token = self._tokens[self.token][0]
        return f"Attention in layer {self.layer}, {name}, as “{token}” is {doing} (token {self.token})"

    def looks(self) -> list[float]:
        """The weights that are shown, one for each token of the text."""
        weights = [0.0] * len(self.attention)
        if self.query is not None:
            head = self.head if self.head in ("mean", "max") else int(self.head)
            weights = self.attention.head(self.layer, head)[self.query].tolist()
        return weights

    @traitlets.validate("token", "layer", "head")
    def _is_there(self, proposal: Any) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        known = {"token": range(len(self._tokens)), "layer": self._layers, "head": self._heads}[name]
        if value not in known:
            choices = f"0 to {known[-1]}" if name == "token" else ", ".join(map(str, known))
            raise ValueError(f"no {name} {value!r}; choose from {choices}")
        return value

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": self.static_html()}, metadata


def _require_size(attention: Attention, most: int, heads: int) -> None:
    size = 4 * len(attention) * most * heads * len(attention.layers)
    if size > LARGEST:
        raise ValueError(
            f"{len(attention):,} tokens in {len(attention.layers)} layers of {attention.heads} heads are"
            f" {size / 2**20:.0f} MB for a browser, which is given {LARGEST / 2**20:.0f};"
            " choose fewer `layers` of `attention`, or a shorter text"
        )


def shown(attention: Attention) -> list[Shown]:
    """The tokens as they are shown, whatever is in them made visible; the completion on a line of its own."""
    told, after = [], ""
    for place, token in enumerate(attention.tokens):
        body = token.strip()
        before = after + (token[: len(token) - len(token.lstrip())] if body else "")
        new_line = "\n" in before or place == attention.start
        gap = "\n" if new_line else " " * bool(before)
        text = visible(body).replace("\n", LINE_END) or (LINE_END if "\n" in token else "␣" * len(token))
        told.append(Shown(text or "␣", gap if place else ""))
        after = token[len(token.rstrip()) :] if body or "\n" in token else ""
    return told


def packed(attention: Attention, heads: Sequence[str], most: int) -> bytes:
    """For each layer, head and token the places it looks at most, strongest first, each with its weight.

    Places and weights are numbers of two bytes; a weight of 1 is 65535.
    """
    import numpy as np

    packs = []
    for layer in attention.layers:
        for name in heads:
            weights = attention.head(layer, name if name in ("mean", "max") else int(name))
            places = np.argpartition(-weights, most - 1, axis=-1)[:, :most]
            found = np.take_along_axis(weights, places, -1)
            order = np.argsort(-found, axis=-1, kind="stable")
            places, found = (np.take_along_axis(one, order, -1) for one in (places, found))
            packs.append(np.stack([places, np.rint(found * WHOLE)], -1).astype("<u2"))
    return np.stack(packs).tobytes()


def _static_text(widget: AttentionMap) -> str:
    """The lines of the text: those with something to see, and how many are left out between them."""
    tokens, weights = [Shown(*one) for one in widget._tokens], widget.looks()
    lines: list[list[int]] = [[]]
    for place, token in enumerate(tokens):
        if token.gap == "\n":
            lines.append([])
        lines[-1].append(place)
    rows, hidden = [], 0
    for line in lines:
        if widget.token not in line and all(weights[place] < LEAST for place in line):
            hidden += 1
            continue
        rows += [_gap(hidden)] * bool(hidden)
        rows.append(static.row(["".join(_static_token(widget, tokens, weights, place) for place in line)]))
        hidden = 0
    return f"<table><tbody>{''.join([*rows, *[_gap(hidden)] * bool(hidden)])}</tbody></table>"


def _gap(lines: int) -> str:
    return static.row([f"… {lines:,} more {'line' if lines == 1 else 'lines'}"])


def _static_token(widget: AttentionMap, tokens: Sequence[Shown], weights: Sequence[float], place: int) -> str:
    text, weight = tokens[place].text, weights[place]
    gap = " " * bool(tokens[place].gap)
    if weight >= LEAST:
        text = f"{text} {weight:.0%}"
    if place == widget.token:
        return gap + static.span(f"▸{text}", CHOSEN)
    return gap + (static.span(text, _shade(weight)) if weight >= LEAST else static.safe(text))


def _shade(weight: float) -> str:
    """A ground for a weight; its root, so that small ones can be seen."""
    pairs = [(int(SHADES[0][at : at + 2], 16), int(SHADES[1][at : at + 2], 16)) for at in (1, 3, 5)]
    mixed = "".join(f"{round(low + (high - low) * weight**0.5):02x}" for low, high in pairs)
    return f"background-color:#{mixed};color:#000000"


def _static_names(widget: AttentionMap) -> str:
    """The places that it looks at most, by name."""
    weights = widget.looks()
    if widget.query is None:
        return "<p>Nothing is read before the first token.</p>"
    best = sorted(range(len(weights)), key=lambda place: -weights[place])[:NAMED]
    named = (
        f"“{widget._tokens[at][0]}” (token {at}) {weights[at]:.0%}" for at in best if weights[at] >= LEAST
    )
    return f"<p>It looks at {static.safe(', '.join(named))}.</p>"
