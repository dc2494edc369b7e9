"""XML as a tree of elements, each with its line; a document type, and with it any entity, is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from tailnb.machines.errors import MachineError
from tailnb.machines.formats._hints import shown

DEEPEST = 10  # a transition's parts lie four deep


@dataclass
class Element:
    """An element: its name, attributes, children, and the text directly in it."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, *tags: str) -> list[Element]:
        """The children of these names."""
        return [child for child in self.children if child.tag in tags]

    def word(self, tag: str) -> str | None:
        """The text of the first child of that name, without the space around it."""
        found = self.all(tag)
        return found[0].text.strip() if found else None


def tree(text: str) -> Element:
    """The outermost element of the text; raises MachineError with the line of a fault."""
    skipped = text[: len(text) - len(text.lstrip())].count("\n")
    top = Element("", 1)
    open_elements = [top]
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def line() -> int:
        return parser.CurrentLineNumber + skipped

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(open_elements) > DEEPEST:
            raise MachineError(f"elements lie more than {DEEPEST} deep", line=line())
        element = Element(tag, line(), attributes)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def data(text: str) -> None:
        open_elements[-1].text += text

    def refuse(name: str, *_: Any) -> None:
        raise MachineError(f"a document type, {shown(name)}, is not read; leave <!DOCTYPE out", line=line())

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: open_elements.pop()
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text.lstrip(), True)
    except expat.ExpatError as error:
        about = expat.ErrorString(error.code)
        raise MachineError(f"broken XML: {about}", line=error.lineno + skipped) from None
    return top.children[0]
