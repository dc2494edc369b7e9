"""Formats: what is written is read back to a machine that behaves the same; a fault has its line."""

import pickle
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tailnb.machines import MachineError, TuringMachine, machine, machines, parse, write
from tailnb.machines.formats import format_of, formats

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

LIMIT = 200
FORMATS = ("bbchallenge", "jflap", "morphett", "yaml")
NAMES = [
    "q0",
    "Q1",
    "carry",
    "back left",
    "0",
    "true",
    "null",
    "<b>",
    "it's",
    "a: b",
    "#",
    "é",
    "-",
    "🎲",
    "&amp;",
]


@st.composite
def made_of(
    draw: st.DrawFn,
    names: list[Any],
    final: list[Any],
    symbols: list[str],
    blank: str,
    moves: str = "LRS",
    needy: int = 1,
) -> TuringMachine:
    """Machines over these names and symbols, some rules missing; the first ``needy`` states have some."""
    states = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    ends = draw(st.lists(st.sampled_from(final), max_size=2, unique=True))
    used = [blank, *draw(st.lists(st.sampled_from(symbols), max_size=4, unique=True))]
    rule = st.tuples(st.sampled_from([*states, *ends]), st.sampled_from(used), st.sampled_from(moves))
    keys = st.tuples(st.sampled_from(states), st.sampled_from(used))
    table = draw(st.dictionaries(keys, rule, min_size=1))
    ruled = {state for state, _ in table}
    table |= {(state, blank): draw(rule) for state in states[:needy] if state not in ruled}
    return TuringMachine(table, states[0], blank, ends, states=[*states, *ends], symbols=used)


PLAIN = list("01ab")
MARKS = list("01a,:'\"#*!~-{}[]?&%@`|>\\/é ")
SPEAKABLE: dict[str, st.SearchStrategy[TuringMachine]] = {
    "bbchallenge": made_of([*NAMES, 7, ("q", 1)], ["stop"], list("123456789"), " ", "LR"),
    "jflap": made_of(NAMES, ["stop", "done"], [one for one in MARKS if one not in "~!} "], "_"),
    "morphett": made_of(NAMES, ["stop", "halt"], [one for one in MARKS if one not in "* "], "□"),
    "yaml": made_of(NAMES, ["stop", "done"], MARKS, "_", "LR", needy=9),
}


def one_of(rules: str, final: str = "halt", **more: Any) -> TuringMachine:
    """The machine of rules such as "q 1 0 R halt", with commas between; it starts in the first state."""
    rows = [rule.split() for rule in rules.split(", ")]
    table = {(state, read): (to, new, move) for state, read, new, move, to in rows}
    return TuringMachine(table, **{"initial_state": rows[0][0], "final_states": final.split(), **more})


def chain(states: int, *symbols: str) -> TuringMachine:
    """A machine that goes through so many states, and halts."""
    rules = {(state, one): (state + 1, one, "R") for state in range(states) for one in symbols}
    return TuringMachine(rules, 0, final_states=[states])


def words(made: TuringMachine) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(made.input_symbols), max_size=10) if made.input_symbols else st.just([])


def end_of(made: TuringMachine, word: list[str]) -> tuple[Any, ...]:
    run = made.run(word, max_steps=LIMIT)
    return run.outcome, run.steps, run.head, dict(run.tape)


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
def test_round_trips_keep_behavior(name: str, data: st.DataObject) -> None:
    made = data.draw(SPEAKABLE[name])
    if name == "jflap":  # a symbol that no rule names has no place there
        assume(set(made.symbols) == {made.blank} | named_symbols(made))
    text = write(made, name)
    again = parse(text)
    assert format_of(text) == name
    assert parse(text, name) == again
    for _ in range(3):
        word = data.draw(words(made))
        assert end_of(again, word) == end_of(made, word)


def named_symbols(made: TuringMachine) -> set[str]:
    return {symbol for (_, read), go in made.transitions.items() for symbol in (read, go.write)}


ANYTHING = made_of(
    [*NAMES, 0, 1, "1", "halting", "x" * 101, "\n", "Carry"],
    ["stop", "halt", "9"],
    [*MARKS, "ab", "\t", "🎲"],
    "_",
    needy=0,
)


@pytest.mark.parametrize("name", FORMATS)
@given(made=ANYTHING, data=st.data())
def test_any_machine_comes_back_or_is_refused(name: str, made: TuringMachine, data: st.DataObject) -> None:
    try:
        text = write(made, name)
    except MachineError as error:
        able = re.findall(r"'(\w+)'", str(error).rpartition("; ")[2])
        assert able == [other for other in FORMATS if can(made, other)]
        return
    word = data.draw(words(made))
    assert end_of(parse(text), word) == end_of(made, word)


def can(made: TuringMachine, name: str) -> bool:
    try:
        return bool(write(made, name))
    except MachineError:
        return False


@pytest.mark.parametrize("name", FORMATS)
def test_halting_transitions_and_missing_rules_survive(name: str) -> None:
    halting = parse(write(one_of("q _ 1 R r, r _ 1 L halt"), name)).run()
    assert (halting.outcome, halting.steps, halting.head, dict(halting.tape)) == (
        "halted",
        2,
        0,
        {0: "1", 1: "1"},
    )
    missing = parse(write(one_of("q 1 1 R r, r _ 1 L halt"), name)).run("11")
    assert (missing.outcome, missing.steps, missing.head) == ("no_rule", 1, 1)
    assert missing.reason.endswith("reading 1")


@pytest.mark.parametrize("name", machines())
def test_the_catalogue_in_every_format_that_has_it_all(name: str) -> None:
    made = machine(name)
    able = [other for other in FORMATS if can(made, other)]
    assert "jflap" in able
    for other in able:
        again = parse(write(made, other))
        for length in range(4):
            word = (list(made.input_symbols) * 3)[:length]
            assert end_of(again, word) == end_of(made, word)


@pytest.mark.parametrize("name", FORMATS)
def test_examples_are_machines_of_their_format(name: str) -> None:
    form = formats()[name]
    assert form.NAME == format_of(form.EXAMPLE) == name
    made = parse(form.EXAMPLE)
    if name == "bbchallenge":
        assert made.run().steps == 6
    else:
        assert made.run("1011").word() == "1100"


# What formats cannot say, and who can.


ALL_BUT: dict[str, list[tuple[TuringMachine, str, str]]] = {  # the machine, the reason, who can say it
    "bbchallenge": [
        (one_of("q 1 1 S halt"), r"\('q', '1'\) stays", "'jflap' or 'morphett'"),
        (one_of("q ab 1 R halt"), "symbols are the digits .* 'ab' is not", "no other format"),
        (one_of("q a a R halt"), "'a' is not", "'jflap' or 'morphett' or 'yaml'"),
        (one_of("q 0 _ R halt"), "'0' is not", "'jflap' or 'morphett' or 'yaml'"),
        (
            one_of("q 1 1 R halt, q _ 1 R no", "halt no"),
            "not 2 final states",
            "'jflap' or 'morphett' or 'yaml'",
        ),
        (chain(26, "1"), "at most 25 states .* not 26", "'jflap' or 'morphett' or 'yaml'"),
        (one_of("q 1 1 R halt", initial_state="halt"), "initial state", "'jflap' or 'yaml'"),
    ],
    "jflap": [
        (one_of("q ab 1 R halt"), "'ab' cannot be a symbol", "no other format"),
        (one_of("q ~ 1 R halt"), "'~' cannot be a symbol", "'morphett' or 'yaml'"),
        (TuringMachine({("q", " "): ("halt", "1", "R")}, "q"), "' ' cannot be a symbol", "'yaml'"),
        (one_of("q □ 1 R halt"), "'□' is the blank there", "'morphett' or 'yaml'"),
        (one_of("q 1 1 R halt", symbols="_1x"), "no rule names the symbol 'x'", "'morphett' or 'yaml'"),
        (one_of(f"{'x' * 101} 1 1 R halt"), "no state can be called 'xxx", "'bbchallenge' or 'morphett'"),
    ],
    "morphett": [
        (one_of("q ab 1 R halt"), "'ab' cannot be a symbol", "no other format"),
        (one_of("q * 1 R halt"), r"'\*' cannot be a symbol", "'jflap' or 'yaml'"),
        (one_of("q _ _ R halt", blank=" "), "'_' is the blank there", "'jflap' or 'yaml'"),
        (one_of("q 1 1 R halt", initial_state="halt"), "initial state cannot be final", "'jflap' or 'yaml'"),
        (
            one_of("q 1 1 R halt", initial_state="p", states=["p", "q", "halt"]),
            "initial state needs a rule",
            "'bbchallenge' or 'jflap'",
        ),
        (
            one_of("q _ 1 R Halted, Halted 1 1 L q", ""),
            "'Halted' is not",
            "'bbchallenge' or 'jflap' or 'yaml'",
        ),
        (
            one_of("q _ _ R qO, qO _ _ R q0", "", states=["q", "qO", "q0"]),
            "taken for 'qO'",
            "'bbchallenge' or",
        ),
        (
            one_of("q _ _ R yes, q 1 1 R halt-yes", "yes halt-yes"),
            "both be called 'halt-yes'",
            "'jflap' or 'yaml'",
        ),
    ],
    "yaml": [
        (one_of("q 1 1 S halt"), r"\('q', '1'\) stays", "'jflap' or 'morphett'"),
        (one_of("q ab 1 R halt"), "'ab' cannot be a symbol", "no other format"),
        (one_of("q 🎲 1 R halt"), "'🎲' cannot be a symbol", "no other format"),
        (
            one_of("q 1 1 R r", states=["q", "r", "halt"]),
            "'r' is not",
            "'bbchallenge' or 'jflap' or 'morphett'",
        ),
        (one_of("\x07 1 1 R halt"), r"no state can be called '\\x07'", "'bbchallenge'"),
        (chain(1_300, "1"), "characters; it may have 30,000 at most", "'morphett'"),
        (
            TuringMachine({(1, "1"): ("1", "1", "R"), ("1", "1"): (1, "1", "L")}, 1, final_states=()),
            "states 1 and '1' would both be called '1'",
            "'bbchallenge' or 'morphett'",
        ),
    ],
}
REFUSED = [(name, *case) for name, cases in ALL_BUT.items() for case in cases]


@pytest.mark.parametrize(("name", "one", "reason", "others"), REFUSED)
def test_what_a_format_cannot_say_is_refused(name: str, one: TuringMachine, reason: str, others: str) -> None:
    with pytest.raises(MachineError, match=rf"^{formats()[name].TITLE}: .*{reason}.*; .*{others}"):
        write(one, name)


def test_a_text_has_so_many_states_and_symbols() -> None:
    wide = TuringMachine(
        chain(1, "1").transitions, 0, symbols=["_", "1", *map(chr, range(0x4E00, 0x5200))], final_states=[1]
    )
    with pytest.raises(MachineError, match="1,026 symbols; a text may have at most 1,000; no other format"):
        write(wide, "morphett")
    sparse = TuringMachine(chain(9_000, "1").transitions, 0, symbols="_123456789abc", final_states=[9_000])
    with pytest.raises(MachineError, match="9,001 states times 13 symbols are over 100,000 rules"):
        write(sparse, "morphett")


def test_only_yaml_has_a_name_and_no_name_breaks_it() -> None:
    named = one_of("q 1 1 R halt", name="it's\n\x07'quoted': {}")
    assert parse(write(named, "yaml")).name == "it's  'quoted': {}"
    assert parse(write(named, "jflap")).name == ""


def test_an_unknown_format_names_the_choices() -> None:
    with pytest.raises(
        MachineError, match=r"no format 'yml'; did you mean 'yaml'\? choose from 'bbchallenge'"
    ):
        write(machine("bb2"), "yml")
    with pytest.raises(MachineError, match=r"no format 'jff'; .*'jflap'"):
        parse("1RB1LB_1LA1RZ", "jff")


# Texts as people write them.

PALINDROME_YAML = """\
# Is a word of the letters a and b the same backwards?
name: palindrome
input: abba  # try ab, or nothing
blank: ' '
start state: first
synonyms:
  yes: {R: accept}
  no: {R: reject}
table:
  first:
    a: {write: ' ', R: seekA}
    b: {write: ' ', R: seekB}
    ' ': yes
  seekA: {[a, b]: R, ' ': {L: isA}}
  seekB: {"a,b": R, ' ': {L: isB}}
  isA:
    a: {write: ' ', L: back}
    b: no
    ' ': yes
  isB:
    a: no
    b:
      write: ' '
      L: back
    ' ': yes
  back:
    ? [a, b]
    : L
    ' ': {R: first}
  accept:
  reject: {}
"""
PALINDROME_TEXT = """\
; Is a word of the letters a and b the same backwards?
0 a _ r seekA
0 b _ R seekB ; capital letters are allowed
0 _ * * halt-accept

seekA _ _ l isA
seekA * * r *
seekB _ _ l isB
seekB * * r *          !
isA b * * halt-reject
isB a * * halt-reject
isA _ * * halt-accept
isB _ * * halt-accept
* a _ l back           ; the rest of isA
isB b _ l back
back _ _ r 0 !
back * * l back
"""
PALINDROME_JFF = """
<?xml version="1.0" encoding="UTF-8" standalone="no"?><!--Created with JFLAP 6.4.--><structure>&#13;
\t<type>turing</type>&#13;
\t<automaton>&#13;
\t\t<!--The list of states.-->&#13;
\t\t<block id="0" name="first"><tag>Machine0</tag><x>80.0</x><y>80.0</y><initial/></block>
\t\t<block id="1" name="seekA"><tag>Machine1</tag></block>
\t\t<block id="2" name="seekB"><tag>Machine2</tag></block>
\t\t<block id="3" name="isA"><tag>Machine3</tag></block>
\t\t<block id="4" name=""><tag>Machine4</tag></block>
\t\t<block id="5" name="back"><tag>Machine5</tag></block>
\t\t<block id="6" name="yes"><tag>Machine6</tag><final/></block>
\t\t<block id="7" name="no"><tag>Machine7</tag><final/></block>
\t\t<transition><from>0</from><to>1</to><read>a</read><write/><move>R</move></transition>
\t\t<transition><from>0</from><to>2</to><read>b</read><write/></transition>
\t\t<transition><from>0</from><to>6</to><read/><write/><move>S</move></transition>
\t\t<transition><from>1</from><to>1</to><read>!</read><write>~</write><move>R</move></transition>
\t\t<transition><from>1</from><to>3</to><read> </read><write></write><move>L</move></transition>
\t\t<transition><from>2</from><to>2</to><read>!□</read><write>~</write><move>R</move></transition>
\t\t<transition><from>2</from><to>4</to><read>□</read><write/><move>L</move></transition>
\t\t<transition><from>3</from><to>5</to><read>a</read><write/><move>L</move></transition>
\t\t<transition><from>3</from><to>7</to><read>b</read><write>b</write><move>S</move></transition>
\t\t<transition><from>3</from><to>6</to><read/><write/><move>S</move></transition>
\t\t<transition><from>4</from><to>5</to><read>b</read><write/><move>L</move></transition>
\t\t<transition><from>4</from><to>6</to><read/><write/><move>S</move></transition>
\t\t<transition><from>4</from><to>7</to><read>~</read><write>~</write><move>S</move></transition>
\t\t<transition><from>5</from><to>0</to><read/><write/><move>R</move></transition>
\t\t<transition><from>5</from><to>5</to><read>~</read><write>~</write><move>L</move></transition>
\t\t<!--The list of automata-->
\t\t<Machine0/><Machine1/><Machine2/><Machine3/><Machine4/><Machine5/><Machine6/><Machine7/>
\t</automaton>
\t<note><text>even and odd</text><x>1</x><y>2</y></note>
</structure>"""


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        (PALINDROME_YAML, "accept", "reject"),
        (PALINDROME_TEXT.replace("* a _ l back ", "isA a _ l back "), "halt-accept", "halt-reject"),
        (PALINDROME_JFF, "yes", "no"),
        ("\ufeff" + PALINDROME_YAML.replace("\n", "\r\n"), "accept", "reject"),
        (
            "\n\n" + PALINDROME_TEXT.replace("* a _ l back ", "isA a _ l back ").replace(" ", "\t"),
            "halt-accept",
            "halt-reject",
        ),
    ],
)
@given(word=st.text("ab", max_size=8))
def test_palindromes_as_people_write_them(text: str, yes: str, no: str, word: str) -> None:
    made = parse(text)
    for one in (word, word + word[::-1]):
        run = made.run(one)
        assert run.outcome == "halted"
        assert run.state == (yes if one == one[::-1] else no)


def test_a_byte_order_mark_is_passed_over() -> None:
    for text in (TEXT[TEXT.index("0") :], JFF, YAML, "1RB1LB_1LA1RZ"):
        assert parse("\ufeff" + text) == parse(text)


def test_one_key_may_hold_several_symbols() -> None:
    text = "blank: ' '\nstart state: q\ntable:\n  q:\n    {}: R"
    for one, same in (("[0, 1]", "'0,1'"), ("[0, ',']", "'0,,'"), ("','", "[',']")):
        assert parse(text.format(one)) == parse(text.format(same))


@pytest.mark.parametrize(
    "name", [*NAMES, "007", "0x1", "1e3", "1_0", "-1", "12", "~", "yes", "No", "0.5", "<<", "="]
)
def test_yaml_takes_no_name_for_anything_else(name: str) -> None:
    text = write(TuringMachine({(name, "1"): ("halt", "1", "R")}, name), "yaml")
    assert str(yaml.safe_load(text)["start state"]) == name


def test_a_saved_document_of_turingmachine_io() -> None:
    source = "".join(f"  {line}\n" for line in PALINDROME_YAML.splitlines())
    text = f"name: mirror\nsource code: |\n{source}positions:\n  first: {{x: 1, y: 2}}\n"
    made = parse(text)
    assert made.name == "mirror"
    assert made == parse(PALINDROME_YAML)
    line = text.splitlines().index("    first:") + 2
    with pytest.raises(MachineError, match=rf"line {line}: goes to state 'SeekA'.* mean 'seekA'") as caught:
        parse(text.replace("R: seekA", "R: SeekA"))
    assert caught.value.line == line


def test_symbols_of_the_example_input_belong_to_the_alphabet() -> None:
    for text in (
        "input: '12 '\nblank: ' '\nstart state: q\ntable:\n  q: {1: R}",
        "0 1 1 r 0 ; $INITIAL_TAPE: *12 1",
    ):
        made = parse(text)
        assert set(made.input_symbols) == {"1", "2"}
        assert made.run("112").reason.endswith("reading 2")


# The rules of wildcards and shortcuts, played by short interpreters that know nothing of the readers.

LETTERS = st.sampled_from("ab_")
MORPHETT_LINES = st.dictionaries(
    st.tuples(st.sampled_from(["0", "p", "q", "*"]), st.sampled_from("ab_*")),
    st.tuples(
        st.sampled_from("ab_*"), st.sampled_from("lrLR*"), st.sampled_from(["0", "p", "q", "halt-x", "*"])
    ),
    min_size=1,
)


@given(MORPHETT_LINES, st.text("ab", max_size=6))
def test_wildcards_as_morphett_describes_them(
    lines: dict[tuple[str, str], tuple[str, str, str]], word: str
) -> None:
    lines = {("0", "a"): ("b", "r", "p"), **lines}
    text = "\n".join(" ".join((*pattern, *rest)) for pattern, rest in lines.items())
    tape, head, state, steps = dict(enumerate(word)), 0, "0", 0
    while steps < LIMIT and not state.startswith("halt"):
        symbol = tape.get(head, "_")
        patterns = [(state, symbol), (state, "*"), ("*", symbol), ("*", "*")]
        rule = next((lines[pattern] for pattern in patterns if pattern in lines), None)
        if rule is None:
            break
        new, move, to = rule
        tape[head] = symbol if new == "*" else new
        head += {"l": -1, "r": 1, "*": 0}[move.lower()]
        state = state if to == "*" else to
        steps += 1
    run = parse(text + "\n; $INITIAL_TAPE: ab").run(word, max_steps=LIMIT)
    left = {at: symbol for at, symbol in tape.items() if symbol != "_"}
    assert (run.steps, run.state, run.head, dict(run.tape)) == (steps, state, head, left)
    assert run.outcome == (
        "halted" if state.startswith("halt") else "no_rule" if steps < LIMIT else run.outcome
    )


READS = ["", "a", "b", "~", "!a", "!b", "!"]
JFLAP_LINES = st.lists(
    st.tuples(
        st.sampled_from("01"),
        st.sampled_from(READS),
        st.sampled_from(["", "a", "b", "~"]),
        st.sampled_from("LRS"),
        st.sampled_from("012"),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one[:2],
)


@given(JFLAP_LINES, st.text("ab", max_size=6))
def test_shortcuts_as_jflap_tries_them(lines: list[tuple[str, str, str, str, str]], word: str) -> None:
    explicit = [at for at, one in enumerate(lines) if one[1] in ("", "a", "b")]
    shadowed = any((lines[at][0], "~") == one[:2] for at in explicit for one in lines[:at])
    assume(not shadowed)  # two rules for one symbol, which is refused
    named = [("2", "2", read, "~", "S") for read in ("a", "b")]  # keeps both letters in the alphabet
    parts = [f'<state id="{n}" name="s{n}">{"<initial/>" * (n == 0)}</state>' for n in range(3)]
    for state, read, new, move, to in [
        *lines,
        *[(q, read, new, move, to) for q, to, read, new, move in named],
    ]:
        ends = f"<from>{state}</from><to>{to}</to>"
        parts.append(
            f"<transition>{ends}<read>{read}</read><write>{new}</write><move>{move}</move></transition>"
        )
    made = parse(f"<structure><type>turing</type><automaton>{''.join(parts)}</automaton></structure>")
    tape, head, state, steps = dict(enumerate(word)), 0, "0", 0
    while steps < LIMIT and state != "2":
        symbol = tape.get(head, "")
        tried = [one for one in lines if one[0] == state and one[1] in (symbol, "~")]
        tried += [one for one in lines if one[0] == state and one[1][:1] == "!" and one[1][1:] != symbol]
        if not tried:
            break
        _, _, new, move, to = tried[0]
        tape[head] = symbol if new == "~" else new
        head += {"L": -1, "R": 1, "S": 0}[move]
        state = to
        steps += 1
    run = made.run(word, max_steps=steps)
    left = {at: symbol for at, symbol in tape.items() if symbol}
    assert (run.steps, run.state, run.head, dict(run.tape)) == (steps, f"s{state}", head, left)
    if steps < LIMIT and state != "2":
        assert made.run(word).outcome == "no_rule"


@given(
    st.text(max_size=40),
    st.sampled_from([PALINDROME_YAML, PALINDROME_TEXT, PALINDROME_JFF, "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"]),
    st.data(),
)
def test_a_damaged_text_is_read_or_refused(piece: str, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    damaged = text[:start] + piece + text[end:]
    try:
        line = None if parse(damaged).transitions else 0
    except MachineError as error:
        line = error.line
    assert line is None or 1 <= line <= damaged.count("\n") + 1


# Faults, each with its line.

YAML = "blank: ' '\nstart state: q\ntable:\n  q:\n    0: {write: 1, R: q}\n    1: {R: done}\n  done:\n"
TEXT = "; a comment\n\n0 0 1 r 0\n0 1 * r halt\n"
JFF = """<structure>
<type>turing</type>
<automaton>
<state id="0" name="q"><initial/></state>
<state id="1" name="r"><final/></state>
<transition>
<from>0</from><to>1</to><read>0</read><write>1</write><move>R</move>
</transition>
</automaton>
</structure>
"""
FAULTS: list[tuple[str, str, str, int | None, str]] = [
    (YAML, "R: done", "R: Done", 6, r"goes to state 'Done', which the table lacks; did you mean 'done'\?"),
    (
        YAML,
        "start state: q",
        "start state: Q",
        2,
        r"a run starts in state 'Q', which the table lacks; did you mean 'q'\?",
    ),
    (
        YAML.replace("q", "q0"),
        "R: q0",
        "R: qO",
        5,
        r"goes to state 'qO', which the table lacks; did you mean 'q0'\?",
    ),
    (YAML, "    1:", "    0:", 6, r"a second rule for state 'q' reading '0'; the first is on line 5"),
    (YAML, "    1:", "    [1, 0]:", 6, "a second rule for state 'q' reading '0'"),
    (YAML, "  done:", "  q:", 7, "'q' stands twice in the table"),
    (YAML, "blank: ' '\n", "", None, "the key 'blank' is missing; there is 'start state', 'table'"),
    (
        YAML,
        "start state",
        "start",
        None,
        "the key 'start state' is missing; there is 'blank', 'start', 'table'",
    ),
    (YAML, "blank: ' '", "blank:", 1, "the blank must be a text.*quotes"),
    (YAML, "blank: ' '", "blank: ~", 1, "the blank must be a text.*quotes"),
    (YAML, "blank: ' '", "blank: '  '", 1, "the blank is '  '; a symbol is one character"),
    (YAML, "    0:", "    00:", 5, "reads '00'; a symbol is one character"),
    (YAML, "    0:", "    [00]:", 5, "reads '00'; a symbol is one character"),
    (YAML, "write: 1", "write: 10", 5, "writes '10'; a symbol is one character"),
    (YAML, "write: 1", "writes: 1", 5, r"an instruction has no 'writes'; did you mean 'write'\?"),
    (YAML, "{R: done}", "{L: done, R: q}", 6, "one move, L or R, not 2"),
    (YAML, "{R: done}", "{write: 1}", 6, "one move, L or R, not 0"),
    (YAML, "{R: done}", "N", 6, "no instruction 'N'.*choose from 'L', 'R'"),
    (YAML, "{R: done}", "{N: done}", 6, "an instruction has no 'N'"),
    (YAML, "{R: done}", "[R]", 6, "an instruction must be lines such as key: value"),
    (YAML, "{R: done}", "{R: [done]}", 6, "a state must be a text"),
    (YAML, "  done:", "  done: yes", 7, "state 'done' needs lines such as 0: {write: 1, R: done}"),
    (YAML, "  done:", "  null:", 7, "a key must be a text.*quotes"),
    (YAML, "    1:", "    *:", 6, "broken YAML: while scanning an alias.*needs quotes"),
    (YAML, "    1:", "\t1:", 6, "broken YAML.*indented by spaces"),
    (YAML, "{R: done}", "{R: done", 6, "broken YAML: while parsing a flow mapping"),
    (YAML, "{R: done}", "'R", 6, "broken YAML: while scanning a quoted scalar"),
    (YAML, "done:\n", "done:\n---\na: b\n", 9, "a second document"),
    (YAML, "{R: done}", "&here R", 6, "anchors and aliases are not read"),
    (
        YAML,
        "{R: done}",
        "!!python/object/apply:os.system ['true']",
        6,
        "the tag 'tag:yaml.org,2002:python/object",
    ),
    (YAML, "{R: done}", "[[[[[[R]]]]]]", 6, "nested more than 6 deep"),
    (YAML, "{R: done}", "R\x07", 6, "broken YAML: unacceptable character #x0007"),
    (YAML, YAML[YAML.index("  q:") :], "  done:\n", 2, "a run starts in state 'q'.*choose from 'done'"),
    (YAML, YAML[YAML.index("    0:") :], "", None, "there is no rule"),
    (TEXT, "0 1 *", "0 0 *", 4, "a second rule for state '0' reading '0'; the first is on line 3"),
    (TEXT, "0 1 * r halt", "0 1 * r", 4, "4 columns of five: the new state is missing"),
    (TEXT, "0 1 * r halt", "0", 4, "1 columns of five: the symbol is missing"),
    (TEXT, "0 1 * r halt", "0 1 * r halt now", 4, "'now' behind the columns state, symbol"),
    (TEXT, "0 1 * r halt", "0 1 * right halt", 4, "the direction is 'right'; .*choose from 'l', 'r', '\\*'"),
    (TEXT, "0 1 * r halt", "0 11 * r halt", 4, "reads '11'; a symbol is one character"),
    (TEXT, "0 1 * r halt", "0 1 00 r halt", 4, "writes '00'; a symbol is one character"),
    (TEXT, "0 1 * r halt", "0 1 * r O", 4, r"goes to state 'O', which has no rule; did you mean '0'\?"),
    (
        TEXT,
        "0 1 * r halt",
        "0 1 * r Q\nq 1 1 r 0",
        4,
        r"goes to state 'Q', which has no rule; did you mean 'q'\?",
    ),
    (
        TEXT,
        "0 0 1 r 0\n0 1",
        "O 0 1 r O\nO 1",
        3,
        r"a run starts in the state '0', which has no rule; did you mean 'O'\?",
    ),
    (TEXT, "0 1 * r halt", "halt 1 * r 0", 4, r"the rule for \('halt', '1'\) leaves the final state"),
    (TEXT, "0 1 * r halt", "0 1 * r " + "x" * 101, 4, "is no name of a state: 1 to 100 characters"),
    (JFF, "<to>1</to>", "<to>7</to>", 6, "<to>: no state with the id '7'; .*choose from '0', '1'"),
    (JFF, "<to>1</to>", "<to>O</to>", 6, r"<to>: no state with the id 'O'; did you mean '0'\?"),
    (JFF, "<from>0</from>", "", 6, "a transition without <from>"),
    (
        JFF,
        "<from>0</from><to>1</to>",
        "<from>1</from><to>0</to>",
        6,
        r"the rule for \('r', '0'\) leaves the final state",
    ),
    (JFF, 'id="1"', 'id="0"', 5, "a second state with the id '0'; the first is on line 4"),
    (JFF, 'name="r"', 'name="q"', 5, "a second state called 'q'; the first is on line 4"),
    (JFF, "<initial/>", "", 3, "one state must be marked <initial/>, not 0"),
    (JFF, "<final/>", "<initial/>", 5, "one state must be marked <initial/>, not 2"),
    (JFF, "<read>0<", "<read>00<", 6, "reads '00'; a symbol is one character"),
    (JFF, "<read>0<", "<read>0,1}w<", 6, "variables are not read"),
    (JFF, "<move>R", "<move>X", 6, "moves 'X'; choose from 'L', 'S', 'R'"),
    (
        JFF,
        "</transition>\n",
        "</transition>\n<transition><from>0</from><to>1</to><read>0</read></transition>\n",
        9,
        "a second rule for state 'q' reading '0'; the first is on line 6",
    ),
    (JFF, "turing", "fa", 1, "<type> must be turing, not 'fa'"),
    ("\n\n" + JFF, "turing", "fa", 3, "<type> must be turing, not 'fa'"),
    ("\n\n" + JFF, "</transition>", "", 11, "broken XML: mismatched tag"),
    (JFF, "<structure>", '<structure type="turing">', 1, "JFLAP 8 .* save the machine with JFLAP 7"),
    (JFF, "</type>", "</type><tapes>2</tapes>", 2, "one tape here, not '2'"),
    (JFF, "<structure>", "<drawing>", 10, "broken XML: mismatched tag"),
    (JFF, "</structure>", "", 11, "broken XML: no element found"),
    (JFF, "</transition>", "", 9, "broken XML: mismatched tag"),
    (JFF, "<write>1<", "<write>&one;<", 7, "broken XML: undefined entity"),
    (
        JFF,
        "</automaton>",
        '<block id="2"><tag>M</tag></block><M><block id="0"/></M></automaton>',
        9,
        "building blocks are not read",
    ),
    (JFF, JFF[JFF.index("<transition>") : JFF.index("</automaton>")], "", None, "there is no rule"),
    ("<html></html>", "", "", 1, "<html> stands where <structure> must"),
    ("1RB1LB_1LA", "", "", None, "row B: 1 rules, but row A has 2"),
    ("1RB1L_1LA1RZ", "", "", None, "row A: '1RB1L' is not made of rules of three"),
    (
        "1RB1LB_1LA1RK",
        "",
        "",
        None,
        "row B, reading 1: '1RK' goes to 'K', which has no row; choose from 'A', 'B', 'Z', 'H'",
    ),
    (
        "1RB1LB_1LA1Ra",
        "",
        "",
        None,
        r"row B, reading 1: '1Ra' goes to 'a', which has no row; did you mean 'A'\?",
    ),
    ("1RB1XB_1LA1RZ", "", "", None, "row A, reading 1: '1XB' moves 'X'; choose from 'L', 'R'"),
    ("1RB3LB_1LA1RZ", "", "", None, "row A, reading 1: '3LB' writes '3'; choose from '0', '1'"),
    ("1RB1LB_1LAORZ", "", "", None, r"row B, reading 1: 'ORZ' writes 'O'; did you mean '0'\?"),
    ("---", "", "", None, "there is no rule"),
    ("_".join(["1RA"] * 27), "", "", None, "27 rows, but states are named by one letter"),
    ("1RA" * 11, "", "", None, "row A: 11 rules, but symbols are the digits 0 to 9"),
]


@pytest.mark.parametrize(("text", "old", "new", "line", "message"), FAULTS)
def test_faults_name_the_line(text: str, old: str, new: str, line: int | None, message: str) -> None:
    assert old in text
    with pytest.raises(MachineError, match=message) as caught:
        parse(text.replace(old, new, 1))
    assert caught.value.line == line
    assert line is None or f", line {line}: " in str(caught.value)
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize(
    "text", ["", " \n", "hello world", "state,read\n0,1", "\x00" * 9, "states: [a]\n", '{"blank": 0}']
)
def test_an_unknown_format_names_the_four(text: str) -> None:
    four = ".*".join(f"{form.TITLE}, {form.LOOK}" for form in formats().values())
    with pytest.raises(MachineError, match=f"no known format: .*write one of: {four}$"):
        parse(text)


@pytest.mark.parametrize("text", [None, 3, b"1RB1LB_1LA1RZ"])
def test_only_a_str_is_a_text(text: Any) -> None:
    with pytest.raises(MachineError, match="a machine's text is a str, not"):
        parse(text)


def test_the_error_keeps_its_line_on_the_way_between_processes() -> None:
    with pytest.raises(MachineError) as caught:
        parse(TEXT.replace("*", "00"))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.line, str(copy)) == (4, str(caught.value))


def test_yaml_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ModuleNotFoundError, match=r"YAML needs yaml: pip install 'tailnb\[lab\]'"):
        parse(YAML)
    assert "start state" in write(machine("bb2"), "yaml")


def filled(row: Callable[[int], str], size: int) -> str:
    """As many rows, numbered from 0, as have at most this size."""
    rows = list(map(row, range(size // len(row(0)))))
    return "".join(rows)[:size].rpartition("\n")[0]


HEAD = "blank: ' '\nstart state: q\ntable:\n"
STATES = '<structure><type>turing</type><automaton><state id="0"><initial/></state>'
READING = "<transition><from>0</from><to>0</to><read>{}</read><write>~</write></transition>\n"
SECRET = Path(__file__).as_uri()  # a file that is there, and that no text may make us read
HOSTILE: dict[str, str] = {
    "10 MB of x": "x" * 10**7,
    "10 MB of rules": "0 1 1 r 0\n" * 10**6,
    "10 MB of tags": "<structure>" * 10**6,
    "10 MB of YAML": "table:\n - a" * 10**6,
    "10 MB of lines": "\n" * 10**7,
    "words": "x " * 150_000,
    "lines": "x\n" * 150_000,
    "half a character": "0 1 1 r 0\n\ud800",
    "many symbols": filled(lambda k: f"0 {chr(0x4E00 + k)} 1 r 0\n", 200_000),
    "many rules": filled(lambda k: f"{k} {chr(0x4E00 + k % 900)} 1 r 0\n", 290_000),
    "wildcards": filled(lambda k: f"{k} {chr(0x4E00 + k % 900)} 1 r 0\n", 10_000) + "\n* * * r *",
    "long names": f"0 1 1 r {'q' * 140_000}\n{'q' * 140_000} 1 1 r 0",
    "entity bomb": '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><structure>&c;</structure>',
    "external entity": '<?xml version="1.0"?>'
    f'<!DOCTYPE a [<!ENTITY b SYSTEM "{SECRET}">]><structure>&b;</structure>',
    "external subset": f'<!DOCTYPE structure SYSTEM "{SECRET}"><structure/>',
    "parameter entity": f'<!DOCTYPE a [<!ENTITY % b SYSTEM "{SECRET}">%b;]><structure/>',
    "deep XML": "<a>" * 80_000,
    "many attributes": "<structure " + " ".join(f"a{k}=''" for k in range(20_000)) + "/>",
    "many XML symbols": STATES
    + filled(lambda k: READING.format(chr(0x4E00 + k)), 240_000)
    + "</automaton></structure>",
    "many XML states": filled(lambda k: f'<state id="{k}"/>\n', 240_000).join(
        ("<structure><type>turing</type>", "</structure>")
    ),
    "alias bomb": "blank: &a [x, x]\nstart state: &b [*a, *a, *a]\ntable: [*b, *b, *b]\n",
    "Python tag": "blank: !!python/object/apply:os.system ['true']\nstart state: q\ntable:\n",
    "deep YAML": HEAD + "  q: " + "[" * 29_000,
    "deep braces": HEAD + "  q: " + "{" * 29_000,
    "deep lists": HEAD + "- " * 14_000,
    "deep keys": HEAD + "".join(" " * k + "a:\n" for k in range(200)),
    "a flow of YAML": "table: {" + "a," * 14_000,
    "open quotes": HEAD + "  q: '" + "\n" * 29_000,
    "many YAML states": HEAD + filled(lambda k: f"  q{k}: {{0: R}}\n", 29_000),
    "many YAML symbols": HEAD + "  q:\n" + filled(lambda k: f"    {chr(0x4E00 + k)}: R\n", 29_000),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_texts_get_one_short_error_within_a_second(attack: str) -> None:
    begun = time.process_time()
    with pytest.raises(MachineError) as caught:
        parse(HOSTILE[attack])
    assert time.process_time() - begun < 1
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("attack", [name for name in HOSTILE if name.startswith("10 MB")])
def test_no_format_is_looked_for_in_a_text_that_none_reads(attack: str) -> None:
    begun = time.process_time()
    with pytest.raises(
        MachineError, match=r"1\d,\d{3},\d{3} characters; a machine's text has 300,000 at most"
    ):
        format_of(HOSTILE[attack])
    assert time.process_time() - begun < 0.1


@pytest.mark.parametrize("attack", [name for name, text in HOSTILE.items() if "<!DOCTYPE" in text])
def test_no_document_type_is_looked_into(attack: str) -> None:
    with pytest.raises(MachineError, match=r"line 1: a document type, '(a|structure)', is not read"):
        parse(HOSTILE[attack])


@pytest.mark.parametrize("name", ["jflap", "morphett", "yaml"])
def test_the_longest_machines_are_read_within_a_second(name: str) -> None:
    small = {"jflap": 900, "morphett": 17_000, "yaml": 1_100}[name]
    text = write(chain(small, "1"), name)
    assert 0.5 < len(text) / formats()[name].LONGEST <= 1
    begun = time.process_time()
    assert parse(text).run("1" * small).steps == small
    assert time.process_time() - begun < 1
