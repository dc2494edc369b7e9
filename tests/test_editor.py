"""The machine editor without a browser: what its kernel side makes of what is typed."""

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import EVIL, SURVIVORS, Tags

import tailnb
from tailnb.machines import MachineError, TuringMachine, machine, machines
from tailnb.machines.formats import formats, write

pytest.importorskip("anywidget")
from tailnb.views import Beside, MachineEditor, TapePlayer, TraceExplorer
from tailnb.views.rule_table import TableError, listed, machine_of, names_in, table_of

MORPHETT = """\
; adds one
0 0 0 r 0
0 1 1 r 0
0 _ _ l carry
carry 1 0 l carry
carry 0 1 * halt
carry _ 1 * halt
"""


def typed(editor: MachineEditor, **changes: Any) -> dict[str, Any]:
    """The answer to what a person changes in the editor."""
    editor._asked(editor.pane, {"source": {**copy.deepcopy(editor.pane._source), **changes}}, [])
    return dict(editor.pane._answer)


def asked(editor: MachineEditor, form: str) -> dict[str, Any]:
    """The answer to another form of the machine."""
    editor._asked(editor.pane, {"form": form}, [])
    return dict(editor.pane._answer)


# --- the table


@pytest.mark.parametrize("name", machines())
def test_a_table_holds_every_machine_of_the_catalogue(name: str) -> None:
    made = machine(name)
    again = machine_of(json.loads(json.dumps(table_of(made))))
    rules = {(str(state), read): (str(to), *rest) for (state, read), (to, *rest) in made.transitions.items()}
    assert {key: tuple(go) for key, go in again.transitions.items()} == rules
    assert (again.initial_state, again.blank) == (str(made.initial_state), made.blank)
    assert again.final_states == {*map(str, made.final_states)}
    assert ({*again.states}, {*again.symbols}) == ({*map(str, made.states)}, {*made.symbols})


@pytest.mark.parametrize(
    ("change", "message", "row", "field"),
    [
        (lambda table: table["rows"][3].__setitem__(4, "cary"), "rule 4: .*did you mean 'carry'", 3, None),
        (lambda table: table["rows"][2].__setitem__(4, ""), "rule 3: the next state is missing", 2, None),
        (lambda table: table["rows"].append(["right", *"01L", "right"]), "rule 7: there are two", 6, None),
        (lambda table: table["rows"].append(["q", "", "", "R", ""]), "rule 7: the symbol read", 6, None),
        (
            lambda table: table.update(start="rigth"),  # codespell:ignore
            "start state 'rigth'; did you mean 'right'",
            None,
            "start",
        ),
        (lambda table: table.update(blank=""), "the blank is ''", None, "blank"),
        (lambda table: table.update(final="halt, right"), "leaves the final state 'right'", 0, None),
        (lambda table: table.update(final=""), "rule 5: .*unknown state 'halt'", 4, None),
        (lambda table: table.update(input="0, x"), "unknown input symbol 'x'", None, "input"),
        (lambda table: table.update(rows=[[""] * 3 + ["R", ""]]), "at least one rule", None, None),
    ],
)
def test_a_fault_in_a_table_has_its_place(
    change: Callable[[Any], None], message: str, row: int | None, field: str | None
) -> None:
    table = table_of(machine("increment"))
    change(table)
    with pytest.raises(TableError, match=message) as caught:
        machine_of(table)
    assert (caught.value.row, caught.value.field) == (row, field)


def test_rows_without_text_are_passed_over() -> None:
    table = table_of(machine("increment"))
    table["rows"].insert(2, ["", "", "", "R", ""])
    assert machine_of(table) == machine("increment")


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1)))
def test_names_in_a_line_are_read_back(names: list[str]) -> None:
    assert names_in(listed(names)) == names


def test_what_a_table_cannot_hold_is_refused() -> None:
    rules = {(1, "0"): ("1", "0", "R"), ("1", "0"): (1, "0", "L")}
    with pytest.raises(MachineError, match="two states of this machine have the same name"):
        table_of(TuringMachine(rules, 1, final_states=()))
    with pytest.raises(MachineError, match=r"cannot hold the symbol '\\n'"):
        table_of(TuringMachine({("q", "\n"): ("q", "\n", "R")}, "q", final_states=()))
    many = {(f"q{number}", "0"): ("q0", "0", "R") for number in range(201)}
    with pytest.raises(MachineError, match="200 rules at most, not 201; edit it as text"):
        table_of(TuringMachine(many, "q0", final_states=()))


# --- the editor


def test_a_machine_opens_as_a_table_and_a_text_as_itself() -> None:
    editor = MachineEditor(machine("increment"), "1011")
    assert (editor.pane._source["form"], editor.machine) == ("table", machine("increment"))
    assert editor.pane._answer["ending"].startswith("8 steps: ")
    assert editor.pane._answer["ending"].endswith("The tape holds 1100.")
    opened = MachineEditor(MORPHETT, "11")
    assert (opened.pane._source["form"], opened.text) == ("morphett", MORPHETT)
    assert opened.player.history.end.word() == "100"
    with pytest.raises(MachineError, match="line 6"):
        MachineEditor(MORPHETT.replace("*", "x"))
    with pytest.raises(MachineError, match="symbol '2'"):
        MachineEditor(MORPHETT, "2")


def test_a_fault_is_told_at_its_line_and_the_player_keeps_the_last_machine() -> None:
    editor = MachineEditor(MORPHETT, "1011")
    before = editor.machine
    editor.player.index = 5
    answer = typed(editor, text=MORPHETT.replace("carry 0 1 *", "carry 0 1 x"))
    assert (answer["line"], "direction is 'x'" in answer["fault"]) == (6, True)
    assert (editor.machine, editor.player.index) == (before, 5)
    typed(editor, text=MORPHETT + "; a comment\n")
    assert editor.player.index == 5
    answer = typed(editor, text=MORPHETT.replace("carry 0 1", "carry 0 0"))
    assert (editor.player.index, answer["ending"].endswith("The tape holds 1000.")) == (0, True)
    answer = typed(editor, text="1RB1LB_1LX1RZ", word="")
    assert (answer["line"], editor.pane._source["form"]) == (1, "bbchallenge")
    assert "goes to 'X'" in answer["fault"]


def test_a_foreign_symbol_is_told_at_the_word() -> None:
    editor = MachineEditor(MORPHETT, "1011")
    answer = typed(editor, word="12")
    assert (answer["field"], "symbol '2' at position 1" in answer["fault"]) == ("word", True)
    assert len(editor.player) == 8
    assert typed(editor, word="1")["ending"].startswith("4 steps: ")
    assert len(editor.player) == 4


def test_rules_typed_into_the_table_run_at_once() -> None:
    editor = MachineEditor(machine("increment"), "1011")
    rows = [*table_of(editor.machine)["rows"]]
    rows[4] = ["carry", "0", "x", "S", "halt"]
    assert typed(editor, rows=rows)["ending"].endswith("The tape holds 1x00.")
    rows[4] = ["carry", "0", "1", "S", "hald"]  # codespell:ignore
    answer = typed(editor, rows=rows)
    assert (answer["row"], "did you mean 'halt'" in answer["fault"]) == (4, True)
    assert editor.player.history.end.word() == "1x00"


@pytest.mark.parametrize("form", sorted(formats()))
def test_the_machine_is_written_in_another_form_and_back(form: str) -> None:
    flip = TuringMachine(
        {("A", "1"): ("B", "1", "R"), ("B", "1"): ("A", "1", "R"), ("A", "0"): ("Z", "1", "R")},
        "A",
        blank="0",
        final_states=["Z"],
    )
    editor = MachineEditor(flip, "11")
    answer = asked(editor, form)
    assert ("ending" in answer, "note" in answer) == (True, False)
    assert (editor.pane._source["form"], editor.pane._source["text"]) == (form, write(flip, form))
    assert editor.player.history.end.steps == flip.run("11").steps
    asked(editor, "table")
    assert editor.machine == flip


def test_names_that_a_form_does_not_have_come_back_unless_the_text_is_edited() -> None:
    editor = MachineEditor(machine("increment"), "1011")
    asked(editor, "morphett")
    assert (editor.machine.initial_state, len(editor.player)) == ("0", 8)
    typed(editor)  # as the page does before it asks for another form
    asked(editor, "table")
    assert editor.machine == machine("increment")
    asked(editor, "morphett")
    typed(editor, text=f"{editor.text}; edited\n")
    asked(editor, "table")
    assert editor.machine.initial_state == "0"


def test_what_a_form_cannot_say_is_told_and_nothing_is_lost() -> None:
    editor = MachineEditor(machine("increment"), "1011")
    source = dict(editor.pane._source)
    assert "symbols are the digits 1 to 9" in asked(editor, "bbchallenge")["note"]
    assert editor.pane._source == source
    typed(editor, rows=[])
    assert "Mend the fault first" in asked(editor, "morphett")["note"]
    assert editor.pane._source["rows"] == []


@settings(max_examples=60, deadline=None)
@given(st.text() | st.sampled_from(sorted(form.EXAMPLE for form in formats().values())), st.text(max_size=5))
def test_whatever_is_typed_gets_an_answer_in_which_nothing_is_hidden(text: str, word: str) -> None:
    editor = MachineEditor(MORPHETT)
    answer = typed(editor, text=text, word=word)
    assert ("fault" in answer) != ("ending" in answer)
    assert answer.get("fault", answer.get("ending")).translate({9: None, 10: None}).isprintable()


@pytest.mark.parametrize("text", ["x" * 10**7, "0 1 1 r 0\n" * 10**6, "&a;" * 10**6, "[" * 10**5, "\ud800"])
def test_large_and_broken_texts_get_one_error_at_once(text: str) -> None:
    editor, start = MachineEditor(MORPHETT), time.process_time()
    answer = typed(editor, text=text)
    assert len(answer["fault"]) < 1500
    assert time.process_time() - start < 1


# --- without a kernel


def test_the_static_form_shows_the_rules_and_the_run_and_escapes() -> None:
    rules = {(f"<b>{EVIL}", EVIL): ("halt", f"{EVIL}!", "R")}
    evil = MachineEditor(TuringMachine(rules, f"<b>{EVIL}"), [EVIL])
    bundle = evil._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    html = Tags(bundle["text/html"])
    assert html.tags <= SURVIVORS | {"img", "pre"}
    assert html.text.count(f"<b>{EVIL}") >= 2
    every = MachineEditor(machine("palindrome")).static_html()
    assert "wipe    _      0       S     halt\n</pre>" in every.replace("</pre>", "\n</pre>")
    text = Tags(MachineEditor(f"; {EVIL}\n{MORPHETT}").static_html())
    assert text.tags <= SURVIVORS | {"img", "pre"}
    assert f"; {EVIL}" in text.text


def test_widgets_beside_each_other_have_a_static_form() -> None:
    player = TapePlayer(machine("increment"), "1011")
    explorer = TraceExplorer(tailnb.imitate(machine("increment"), "1011"), link=player)
    beside = Beside(player, explorer)
    bundle = beside._repr_mimebundle_()
    assert bundle["text/html"] == f"{player.static_html()}\n{explorer.static_html()}"
    assert player.layout.flex == "400 1 400px"
    assert beside.children == (player, explorer)
