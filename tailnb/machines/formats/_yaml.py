"""YAML as a tree of texts, lists and pairs, each with its line.

PyYAML's events are read one by one: nothing is constructed, tags and aliases are refused, and so is nesting
deeper than any machine needs, before the rest is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tailnb.machines.errors import MachineError
from tailnb.machines.formats._hints import shown

DEEPEST = 6  # a rule lies four deep
NOTHING = {"", "~", "null", "Null", "NULL"}
QUOTES = "a symbol that means something in YAML needs quotes, as in '*'"
SPACES = "YAML is indented by spaces"


@dataclass(frozen=True)
class Scalar:
    """A text; ``empty`` when YAML takes it for nothing, ``block`` when it lies on lines of its own."""

    line: int
    text: str
    empty: bool = False
    block: bool = False


@dataclass(frozen=True)
class Listing:
    """A list."""

    line: int
    items: list[Node]


@dataclass(frozen=True)
class Mapping:
    """Pairs of a key and a value."""

    line: int
    pairs: list[tuple[Node, Node]]


Node = Scalar | Listing | Mapping


def tree(text: str) -> Node:
    """The only document of the text; raises MachineError with the line of a fault.

    Raises ModuleNotFoundError with the install command where PyYAML is missing.
    """
    try:
        import yaml
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"YAML needs {missing.name}: pip install 'tailnb[lab]'", name=missing.name
        ) from missing

    try:
        return document(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        # Where brackets or quotes stay open, the place where they began says more than the text's end.
        inside = error.context_mark and "block" not in str(error.context)
        place = error.context_mark if inside else error.problem_mark
        hint = SPACES if "\\t" in str(error.problem) else QUOTES
        about = ", ".join(filter(None, (error.context, error.problem)))
        raise MachineError(f"broken YAML: {about}; {hint}", line=place.line + 1) from None
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise MachineError(f"broken YAML: {str(error).splitlines()[0]}", line=line) from None


def document(events: Iterator[Any]) -> Node:
    """The content of the first document, the only one."""
    content: Node | None = None
    for event in events:
        if type(event).__name__.startswith(("Stream", "Document")):
            continue
        if content:
            raise MachineError("a second document begins", line=event.start_mark.line + 1)
        content = node(event, events, DEEPEST)
    return content or Scalar(1, "", empty=True)


def node(event: Any, events: Iterator[Any], depth: int) -> Node:
    """The node that starts with the event."""
    line, kind = event.start_mark.line + 1, type(event).__name__
    if kind == "AliasEvent" or event.anchor:
        raise MachineError(f"anchors and aliases are not read; {QUOTES}", line=line)
    if event.tag:
        raise MachineError(f"the tag {shown(event.tag)} is not read; {QUOTES}", line=line)
    if not depth:
        raise MachineError(f"nested more than {DEEPEST} deep", line=line)
    if kind == "ScalarEvent":
        empty = event.style is None and event.value in NOTHING
        return Scalar(line, event.value, empty, block=event.style in ("|", ">"))
    items = [node(inner, events, depth - 1) for inner in until_end(events)]
    if kind == "SequenceStartEvent":
        return Listing(line, items)
    return Mapping(line, list(zip(items[::2], items[1::2], strict=True)))


def until_end(events: Iterator[Any]) -> Iterator[Any]:
    """The events up to the end of the list or the mapping that they are in."""
    for event in events:
        if type(event).__name__ in ("SequenceEndEvent", "MappingEndEvent"):
            return
        yield event
