"""JFLAP's .jff: XML with ``<structure><type>turing</type>``, its states and its transitions.

An empty ``<read>`` or ``<write>`` is the blank, which becomes □, as JFLAP shows it. The shortcuts ``~`` (any
symbol, or no change) and ``!x`` (any symbol but x) become rules for the symbols that no transition before
them has, the latter after all others, as JFLAP tries them. Building blocks, variables and several tapes are
refused.
Source: https://www.jflap.org/tutorial, section Turing Machines.
"""

from math import cos, pi, sin
from xml.etree import ElementTree

from tailnb.machines.errors import MachineError, choices
from tailnb.machines.formats._hints import instead, shown
from tailnb.machines.formats._reading import Table, bounded, built, named, symbol_of
from tailnb.machines.formats._writing import single_symbols, state_names, unnamed_symbols
from tailnb.machines.formats._xml import Element, tree
from tailnb.machines.rules import MOVES, Transition
from tailnb.machines.turing_machine import TuringMachine

NAME = "jflap"
TITLE = "JFLAP's .jff"
LOOK = "XML with <structure> and <type>turing</type>"
EXAMPLE = """\
<structure>
  <type>turing</type>
  <automaton>
    <state id="0" name="right"><initial/></state>
    <state id="1" name="carry"/>
    <state id="2" name="done"><final/></state>
    <transition><from>0</from><to>1</to><read/><write/><move>L</move></transition>
    <transition><from>0</from><to>0</to><read>~</read><write>~</write><move>R</move></transition>
    <transition><from>1</from><to>1</to><read>1</read><write>0</write><move>L</move></transition>
    <transition><from>1</from><to>2</to><read>!1</read><write>1</write><move>S</move></transition>
  </automaton>
</structure>
"""
LONGEST = 250_000  # characters
BLANK, ANY, NOT, VARIABLE = "□", "~", "!", "}"


def likeness(text: str) -> float:
    """Whether the text begins as XML does; less sure without JFLAP's outermost element."""
    start = text[:200].lstrip().lower()
    return 1.0 if start.startswith(("<?xml", "<!", "<structure")) else 0.5 * start.startswith("<")


def parse(text: str) -> TuringMachine:
    """The machine of such a file; raises MachineError with the line at fault."""
    automaton = automaton_in(tree(text))
    states = states_in(automaton)
    names = names_of(states)
    starts = [number for number, element in states.items() if element.all("initial")]
    if len(starts) != 1:
        line = states[starts[1]].line if starts else automaton.line
        raise MachineError(f"one state must be marked <initial/>, not {len(starts)}", line=line)
    final = {names[number] for number, element in states.items() if element.all("final")}
    transitions = automaton.all("transition")
    symbols = list(dict.fromkeys([BLANK, *(symbol for one in transitions for symbol in symbols_in(one))]))
    bounded(len(names), len(symbols))
    table = Table()
    for one in sorted(transitions, key=lambda one: is_rest(read_in(one))):
        add(one, names, symbols, table)
    return built(table, names[starts[0]], BLANK, final, list(names.values()), symbols)


def automaton_in(top: Element) -> Element:
    """The element with the states; raises MachineError unless it is of a Turing machine with one tape."""
    if top.tag != "structure":
        raise MachineError(f"<{top.tag[:60]}> stands where <structure> must", line=top.line)
    if "type" in top.attributes:
        raise MachineError("files of JFLAP 8 are not read; save the machine with JFLAP 7", line=top.line)
    kind, tapes = top.word("type"), top.word("tapes") or "1"
    if kind != "turing":
        raise MachineError(f"<type> must be turing, not {shown(kind or '')}", line=top.line)
    if tapes != "1":
        raise MachineError(f"a machine has one tape here, not {shown(tapes)}", line=top.all("tapes")[0].line)
    return next(iter(top.all("automaton")), top)


def states_in(automaton: Element) -> dict[str, Element]:
    """The states by their numbers; raises MachineError for a number twice, and for a building block."""
    inner = {child.tag for child in automaton.children if child.all("automaton", "state", "block")}
    states: dict[str, Element] = {}
    for element in automaton.all("state", "block"):
        number = element.attributes.get("id", "")
        if number in states:
            first = f"the first is on line {states[number].line}"
            raise MachineError(f"a second state with the id {shown(number)}; {first}", line=element.line)
        if element.word("tag") in inner:
            raise MachineError("building blocks are not read; use plain states", line=element.line)
        states[number] = element
    return states


def names_of(states: dict[str, Element]) -> dict[str, str]:
    """The states' names by their numbers; raises MachineError for a name twice."""
    names: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, element in states.items():
        name = named(element.attributes.get("name") or f"q{number}", element.line)
        if name in lines:
            first = f"the first is on line {lines[name]}"
            raise MachineError(f"a second state called {name!r}; {first}", line=element.line)
        names[number], lines[name] = name, element.line
    return names


def read_in(transition: Element) -> str:
    """What the transition reads: a symbol, ``~``, or ``!`` and a symbol."""
    text = transition.word("read") or BLANK
    if VARIABLE in text:
        raise MachineError(f"reads {shown(text)}; variables are not read here", line=transition.line)
    return text + BLANK if text == NOT else text


def is_rest(read: str) -> bool:
    """Whether the transition is for all symbols but one."""
    return len(read) == 2 and read[0] == NOT


def symbols_in(transition: Element) -> list[str]:
    """The symbols that the transition names."""
    read, write = read_in(transition), transition.word("write") or BLANK
    symbol = symbol_of(read[1:] if is_rest(read) else read, transition.line, "reads")
    return [one for one in (symbol, symbol_of(write, transition.line, "writes")) if one != ANY]


def add(transition: Element, names: dict[str, str], symbols: list[str], table: Table) -> None:
    """Puts the transition's rules into the table; a shortcut leaves the rules that are there."""
    state, to = (state_in(transition, end, names) for end in ("from", "to"))
    move = transition.word("move") or "R"
    if move not in MOVES:
        raise MachineError(f"moves {shown(move)}; {choices(move[:10], MOVES)}", line=transition.line)
    read, write = read_in(transition), transition.word("write") or BLANK
    reads = [read]
    if is_rest(read) or read == ANY:
        reads = [one for one in symbols if one != read[1:] and (state, one) not in table.rules]
    for symbol in reads:
        go = Transition(to, symbol if write == ANY else write, move)
        table.add(state, symbol, go, transition.line)


def state_in(transition: Element, end: str, names: dict[str, str]) -> str:
    """The state at an end of the transition."""
    number = transition.word(end)
    if number is None:
        raise MachineError(f"a transition without <{end}>", line=transition.line)
    if number not in names:
        hint = instead(number[:99], names)
        raise MachineError(f"<{end}>: no state with the id {shown(number)}; {hint}", line=transition.line)
    return names[number]


def write(machine: TuringMachine) -> str:
    """The machine as such a file, its states on a circle; the blank becomes an empty element.

    Raises MachineError for a symbol that no rule names, and for symbols and names that JFLAP does not have.
    """
    single_symbols(machine, BLANK, ANY + NOT + VARIABLE + " ")
    names = state_names(machine, lambda name: name == name.strip(), str)
    for symbol in unnamed_symbols(machine):
        raise MachineError(f"no rule names the symbol {symbol!r}, and it has no other place for symbols")
    top = ElementTree.Element("structure")
    put(top, type="turing")
    automaton = ElementTree.SubElement(top, "automaton")
    numbers = {state: str(number) for number, state in enumerate(machine.states)}
    for state, number in numbers.items():
        element = ElementTree.SubElement(automaton, "state", id=number, name=names[state])
        angle = 2 * pi * int(number) / len(numbers)
        put(element, x=f"{300 - 200 * cos(angle):.0f}", y=f"{300 - 200 * sin(angle):.0f}")
        marks = {"initial": state == machine.initial_state, "final": state in machine.final_states}
        put(element, **{mark: "" for mark, given in marks.items() if given})
    text = {machine.blank: ""}
    for (state, symbol), go in machine.transitions.items():
        element = ElementTree.SubElement(automaton, "transition")
        put(element, **{"from": numbers[state]}, to=numbers[go.state])
        put(element, read=text.get(symbol, symbol), write=text.get(go.write, go.write), move=go.move)
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="unicode") + "\n"


def put(parent: ElementTree.Element, **texts: str) -> None:
    """Children with these names and texts."""
    for tag, text in texts.items():
        ElementTree.SubElement(parent, tag).text = text
