"""The YAML of turingmachine.io: the keys ``blank``, ``start state`` and ``table``.

The table gives each state its rules, ``symbol: instruction``; a state without rules is final. An instruction
is ``R`` or ``L``, with a new state ``{R: carry}``, or with a new symbol too ``{write: 1, R: carry}``;
``[0, 1]`` as symbol stands for each of them, and ``synonyms`` are instructions with a name. The symbols are
those of the rules and of the example ``input``. A document that the site saved, with the text in ``source
code``, is read too. Source: https://turingmachine.io, section Make your own.
"""

import re

from tailnb.machines.errors import MachineError
from tailnb.machines.formats._hints import instead, shown
from tailnb.machines.formats._reading import Table, bounded, built, named, symbol_of
from tailnb.machines.formats._writing import single_symbols, state_names, unnamed_symbols
from tailnb.machines.formats._yaml import QUOTES, Listing, Mapping, Node, Scalar, tree
from tailnb.machines.rules import State, Transition
from tailnb.machines.turing_machine import TuringMachine

NAME = "yaml"
TITLE = "turingmachine.io YAML"
LOOK = "with the keys blank, start state and table"
EXAMPLE = """\
# Adds 1 to a binary number.
input: '1011'
blank: ' '
start state: right
table:
  right:
    [0, 1]: R
    ' ': {L: carry}
  carry:
    1: {write: 0, L}
    [0, ' ']: {write: 1, L: done}
  done:
"""
LONGEST = 30_000  # characters; PyYAML reads about 100,000 in a second
KEYS = ("blank", "start state", "table")
MOVES = ("L", "R")
PLAIN = r"[A-Za-z][A-Za-z0-9_-]*|0|[1-9][0-9]{0,8}"  # texts that need no quotes,
WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}  # but for these

Rule = tuple[str | None, str, Node | None]  # the symbol written, the move, the next state; None: the same


def likeness(text: str) -> float:
    """How many of the keys begin a line, of three."""
    found = re.findall(r"(?im)^[ \t]*(blank|start state|table|source code|input|synonyms)[ \t]*:", text)
    return min(1.0, len(set(found)) / 3)


def parse(text: str) -> TuringMachine:
    """The machine of such a text; raises MachineError with the line at fault.

    Raises ModuleNotFoundError with the install command where PyYAML is missing.
    """
    entries = entries_of(tree(text), "the text")
    source, name = entries.get("source code"), entries.get("name")
    title = name.text if isinstance(name, Scalar) else ""
    if isinstance(source, Scalar):
        before = "\n" * (source.line if source.block else source.line - 1)  # lines count from the very top
        entries = entries_of(tree(before + source.text), "the source code")
    return machine_of(entries, title)


def machine_of(entries: dict[str, Node], name: str) -> TuringMachine:
    """The machine of the entries at the top level."""
    for key in KEYS:
        if key not in entries:
            there = ", ".join(shown(one) for one in list(entries)[:10]) or "nothing"
            raise MachineError(f"the key {key!r} is missing; there is {there}")
    blank = symbol_of(text_of(entries["blank"], "the blank"), entries["blank"].line, "the blank is")
    states = entries_of(entries["table"], "the table")
    for state, node in states.items():
        named(state, node.line)
    start = known_state(entries["start state"], states, "a run starts in")
    table = table_of(states, entries_of(entries.get("synonyms"), "synonyms"))
    symbols = symbols_in(blank, table, entries.get("input"))
    bounded(len(states), len(symbols))
    final = set(states) - {state for state, _ in table.rules}
    return built(table, start, blank, final, list(states), symbols, name)


def table_of(states: dict[str, Node], words: dict[str, Node]) -> Table:
    """The rules of all states; ``words`` are the synonyms."""
    synonyms = {word: rule_of(node, {}) for word, node in words.items()}
    table = Table()
    for state, node in states.items():
        for symbol, instruction in pairs_of(node, state):
            write, move, to = rule_of(instruction, synonyms)
            go = Transition(known_state(to, states, "goes to") if to else state, write or symbol, move)
            table.add(state, symbol, go, instruction.line)
    return table


def entries_of(node: Node | None, what: str) -> dict[str, Node]:
    """The values of a mapping by their keys, none of them twice; none where nothing was written."""
    if node is None or (isinstance(node, Scalar) and node.empty):
        return {}
    if not isinstance(node, Mapping):
        raise MachineError(f"{what} must be lines such as key: value", line=node.line)
    entries: dict[str, Node] = {}
    for key, value in node.pairs:
        word = text_of(key, "a key")
        if word in entries:
            raise MachineError(f"{shown(word)} stands twice in {what}", line=key.line)
        entries[word] = value
    return entries


def text_of(node: Node, what: str) -> str:
    """A text, not nothing."""
    if isinstance(node, Scalar) and not node.empty:
        return node.text
    raise MachineError(f"{what} must be a text; {QUOTES}", line=node.line)


def known_state(node: Node, states: dict[str, Node], verb: str) -> str:
    """A state that the table has."""
    state = text_of(node, "a state")
    if state not in states:
        hint = instead(state[:99], states)
        raise MachineError(f"{verb} state {shown(state)}, which the table lacks; {hint}", line=node.line)
    return state


def pairs_of(node: Node, state: str) -> list[tuple[str, Node]]:
    """A state's symbols with their instructions; a list of symbols is taken apart."""
    if isinstance(node, Scalar) and node.empty:
        return []
    if not isinstance(node, Mapping):
        raise MachineError(f"state {state!r} needs lines such as 0: {{write: 1, R: {state}}}", line=node.line)
    return [(symbol, value) for key, value in node.pairs for symbol in symbols_of_key(key)]


def symbols_of_key(key: Node) -> list[str]:
    """The symbols of ``0``, of ``[0, 1]``, or of the text ``0,1``, which the site takes for the same."""
    if isinstance(key, Listing):
        return [symbol_of(text_of(item, "a symbol"), item.line, "reads") for item in key.items]
    text = text_of(key, "a symbol")
    if len(text) % 2 and set(text[1::2]) <= {","}:
        return list(text[::2])
    return [symbol_of(text, key.line, "reads")]


def rule_of(node: Node, synonyms: dict[str, Rule]) -> Rule:
    """What an instruction says: a move, a synonym, or a mapping of a move and ``write``."""
    if isinstance(node, Scalar):
        if node.text in MOVES:
            return None, node.text, None
        if node.text in synonyms:
            return synonyms[node.text]
        hint = instead(node.text[:99], [*MOVES, *synonyms])
        raise MachineError(f"no instruction {shown(node.text)}; {hint}", line=node.line)
    entries = entries_of(node, "an instruction")
    for key in entries:
        if key not in (*MOVES, "write"):
            hint = instead(key[:99], [*MOVES, "write"])
            raise MachineError(f"an instruction has no {shown(key)}; {hint}", line=node.line)
    moves = [move for move in MOVES if move in entries]
    if len(moves) != 1:
        raise MachineError(f"an instruction has one move, L or R, not {len(moves)}", line=node.line)
    to = entries[moves[0]]
    write = entries.get("write")
    symbol = symbol_of(text_of(write, "the symbol"), write.line, "writes") if write else None
    return symbol, moves[0], None if isinstance(to, Scalar) and to.empty else to


def symbols_in(blank: str, table: Table, example: Node | None) -> list[str]:
    """The symbols, the blank first: those of the rules, then those of the example input."""
    used = [symbol for (_, read), go in table.rules.items() for symbol in (read, go.write)]
    more = example.text if isinstance(example, Scalar) and not example.empty else ""
    return list(dict.fromkeys([blank, *used, *more]))


def write(machine: TuringMachine) -> str:
    """The machine as such a text; a blank of several characters becomes a space.

    Raises MachineError for a move S, for a state without rules that is not final, and for symbols and names
    that the format does not have.
    """
    blank = machine.blank if len(machine.blank) == 1 and machine.blank.isprintable() else " "
    single_symbols(machine, blank)
    symbols = {symbol: quoted(symbol) for symbol in machine.symbols} | {machine.blank: quoted(blank)}
    names = {state: quoted(name) for state, name in state_names(machine, lambda name: True, str).items()}
    title = "".join(one if one.isprintable() else " " for one in machine.name)
    more = "".join(unnamed_symbols(machine))
    lines = [f"name: {quoted(title)}"] * bool(title) + [f"input: {quoted(more)}"] * bool(more)
    lines += [f"blank: {quoted(blank)}", f"start state: {names[machine.initial_state]}", "table:"]
    keys = keys_by_state(machine, names, symbols)
    for state in machine.states:
        if state not in keys and state not in machine.final_states:
            raise MachineError(f"a state without rules is final there, and {state!r} is not")
        rows = (f"    {key_of(used)}: {text}" for text, used in keys.get(state, {}).items())
        lines += [f"  {names[state]}:", *rows]
    return "\n".join(lines) + "\n"


def keys_by_state(
    machine: TuringMachine, names: dict[State, str], symbols: dict[str, str]
) -> dict[State, dict[str, list[str]]]:
    """For each state its instructions, each with the symbols that share it."""
    keys: dict[State, dict[str, list[str]]] = {}
    for (state, read), go in machine.transitions.items():
        if go.move == "S":
            raise MachineError(f"the rule for {(state, read)!r} stays; it has only the moves L and R")
        write = "" if go.write == read else f"write: {symbols[go.write]}, "
        move = go.move if go.state == state else f"{go.move}: {names[go.state]}"
        text = move if not write and go.state == state else f"{{{write}{move}}}"
        keys.setdefault(state, {}).setdefault(text, []).append(symbols[read])
    return keys


def key_of(symbols: list[str]) -> str:
    """One symbol, or a list of several."""
    return f"[{', '.join(symbols)}]" if len(symbols) > 1 else symbols[0]


def quoted(text: str) -> str:
    """The text in quotes, unless it is plain."""
    plain = re.fullmatch(PLAIN, text) and text.lower() not in WORDS
    return text if plain else "'" + text.replace("'", "''") + "'"
