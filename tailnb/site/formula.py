r"""Formulas of notebooks as MathML, which browsers draw by themselves: fractions, roots, indices, letters.

>>> mathml(r"\frac{z^2}{n}")
'<math><mfrac><mrow><msup><mi>z</mi><mn>2</mn></msup></mrow><mrow><mi>n</mi></mrow></mfrac></math>'
"""

from __future__ import annotations

import re
import unicodedata
from html import escape

TOKEN = re.compile(r"\\[A-Za-z]+|\d+(?:\.\d+)?|[^\s\\]")
SIGNS = {
    "pm": "±",
    "times": "×",
    "cdot": "·",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "ne": "≠",
    "neq": "≠",
    "approx": "≈",
    "sum": "∑",
    "prod": "∏",
    "in": "∈",
    "to": "→",
    "dots": "…",
    "ldots": "…",
    "infty": "∞",
}
NAMED = {"log", "ln", "exp", "min", "max"}


def mathml(tex: str, display: bool = False) -> str:
    """A formula as MathML; as its own TeX, where there is something in it that is not known here.

    tex: without the dollar signs. display: on a line of its own.
    """
    try:
        made = _Reader(tex).whole()
    except ValueError:
        return f"<code>{escape(tex.strip())}</code>"
    return f'<math display="block">{made}</math>' if display else f"<math>{made}</math>"


class _Reader:
    """Reads TeX from left to right. Raises ValueError for what it does not know."""

    def __init__(self, tex: str) -> None:
        self.left = TOKEN.findall(tex)[::-1]
        if "".join(TOKEN.findall(tex)) != re.sub(r"\s", "", tex):
            raise ValueError(tex)

    def whole(self) -> str:
        made = self.row()
        if self.left:
            raise ValueError("a brace too many")
        return made

    def row(self) -> str:
        made = []
        while self.left and self.left[-1] != "}":
            made.append(self.scripted())
        return "".join(made)

    def scripted(self) -> str:
        """One part with what is above and below it."""
        base, scripts = self.part(), {}
        while self.left and self.left[-1] in ("^", "_"):
            sign = self.left.pop()
            scripts[sign] = self.part()
        if not scripts:
            return base
        tag = {"_": "msub", "^": "msup"}[next(iter(scripts))] if len(scripts) == 1 else "msubsup"
        return f"<{tag}>{base}{scripts.get('_', '')}{scripts.get('^', '')}</{tag}>"

    def part(self) -> str:
        if not self.left:
            raise ValueError("something is missing")
        token = self.left.pop()
        if token == "{":
            return self.group()
        if token.startswith("\\"):
            return self.command(token[1:])
        if token in "^_}&$":
            raise ValueError(token)
        kind = "mn" if token[0].isdigit() else "mi" if token.isalpha() else "mo"
        return f"<{kind}>{escape('−' if token == '-' else token)}</{kind}>"

    def group(self) -> str:
        made = self.row()
        if not self.left:
            raise ValueError("a brace too few")
        self.left.pop()
        return f"<mrow>{made}</mrow>"

    def command(self, name: str) -> str:
        if name == "frac":
            return f"<mfrac>{self.part()}{self.part()}</mfrac>"
        if name == "sqrt":
            return f"<msqrt>{self.part()}</msqrt>"
        if name in SIGNS:
            return f"<mo>{SIGNS[name]}</mo>"
        if name in NAMED:
            return f"<mi>{name}</mi>"
        try:
            return f"<mi>{unicodedata.lookup(f'GREEK SMALL LETTER {name}')}</mi>"
        except KeyError:
            raise ValueError(name) from None
