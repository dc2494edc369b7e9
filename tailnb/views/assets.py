"""The scripts and style sheets of the widgets."""

from pathlib import Path


def read(*names: str) -> str:
    """The files beside this one, joined: what the widgets share, then what is a widget's own."""
    return "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in names)
