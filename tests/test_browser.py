"""The widgets in a real JupyterLab: a person presses keys and buttons, the page follows, the kernel knows."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from browser import OPEN, ask_kernel, browser_page, jupyterlab, module, run_notebook, wait_for_kernel

from tailnb.machines import TuringMachine

nbformat = module("nbformat")
module("playwright")
module("jupyterlab")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAYER = """
from tailnb.machines import machine
from tailnb.views import TapePlayer

tested = TapePlayer(machine("increment"), "1011")
tested
"""
AGAIN = """
from IPython.display import display
from tailnb.machines import TuringMachine
from tailnb.views import Beside, MachineEditor

long = TapePlayer(machine("bb5"))
rules = {(state, symbol): (state + 1, symbol, "R") for state in range(1000) for symbol in "01"}
short = TapePlayer(machine("bb4"))
large = TapePlayer(TuringMachine(rules, 0, final_states=[1000], name="large"), "01" * 500)
display(tested, long, short, large)
"""
TRACE = """
import tailnb
from tailnb.views import TraceExplorer

trace_view = TraceExplorer(tailnb.imitate(machine("increment"), "1011"), link=tested)
trace_view
"""
EXPLORER = """
explored = TraceExplorer(tailnb.task("large_number_addition").problem(a="19", b="1"))
explored
"""
EDITOR = """
text = "; adds 1\\n0 0 0 r 0\\n0 1 1 r 0\\n0 _ _ l carry\\ncarry 1 0 l carry\\ncarry * 1 * halt\\n"
editor = MachineEditor(text, "1011")
editor
"""
HOSTILE = """
from tailnb.machines import TuringMachine
from tailnb.traces import AtomicState, Operand, Trace
from tailnb.views import TapePlayer

evil = "<img src=x onerror=window.hacked=1>"
rules = {(f"<b>{evil}", evil): (f"<b>{evil}", evil, "R")}
hostile = TapePlayer(TuringMachine(rules, f"<b>{evil}", name=f"<i>{evil}"), [evil, evil])
cells = (Operand(evil, evil),)
state = AtomicState(evil, cells, evil, (evil,), cells, evil)
evil_editor = MachineEditor(hostile.machine, [evil])
display(hostile, TraceExplorer(Trace(evil, cells, (state, state), evil), evil), evil_editor)
"""
CELLS = (PLAYER, TRACE, EXPLORER, AGAIN, EDITOR, HOSTILE)
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with a notebook of widgets, and one that is not trusted."""
    folder, notebooks = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("notebooks")
    cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), notebooks / "widgets.ipynb")
    nbformat.write(somebody_elses(), notebooks / "untrusted.ipynb")
    with jupyterlab(folder, notebooks) as address:
        yield address


@pytest.fixture(scope="module")
def page(lab: str) -> Iterator[Any]:
    """The notebook of widgets, run to its end."""
    with browser_page() as opened:
        run_notebook(opened, lab.format("widgets.ipynb"))
        yield opened


def somebody_elses() -> Any:
    """A notebook that was run elsewhere, and so is not trusted: an editor with a hostile name in it."""
    from tailnb.views import MachineEditor

    evil = "<img src=x onerror=window.hacked=3>"
    made = TuringMachine({(evil, "1"): (evil, "1", "R")}, evil, name="elsewhere")
    output = nbformat.v4.new_output("display_data", MachineEditor(made, "11")._repr_mimebundle_())
    cell = nbformat.v4.new_code_cell("editor", outputs=[output])
    return nbformat.v4.new_notebook(cells=[cell], metadata=KERNEL)


def increment(page: Any) -> Any:
    """The player of the machine increment on 1011: 8 steps."""
    return page.get_by_role("group", name="Tape player: increment").first


def test_keys_and_buttons_move_the_head_and_the_kernel_knows(page: Any) -> None:
    player = increment(page)
    head, counter = player.locator("[data-head]"), player.locator("[data-role=counter]")
    player.focus()
    cells = page.locator(".jp-Cell").count()
    for key, step, place in [
        ("ArrowRight", 1, 1),
        ("ArrowRight", 2, 2),
        ("ArrowLeft", 1, 1),
        ("PageDown", 8, 1),
        ("Home", 0, 0),
        ("b", 0, 0),  # JupyterLab's "insert a cell" must not hear it
        ("End", 8, 1),
    ]:
        page.keyboard.press(key)
        counter.filter(has_text=f"Step {step} of 8").wait_for()
        assert head.get_attribute("data-head") == str(place)
        wait_for_kernel(page, "tested.index", str(step))
    assert page.locator(".jp-Cell").count() == cells
    assert player.get_attribute("data-outcome") == "halted"
    assert "Halted" in player.locator("[data-role=status]").inner_text()
    player.locator("[data-action=back]").click()
    wait_for_kernel(page, "(tested.index, tested.configuration.state)", "(7, 'carry')")
    assert player.get_attribute("data-outcome") == "running"
    assert (
        "reading 0: write 1"
        in player.locator("td[aria-current=step], [data-role=next-rule]").first.inner_text()
    )


def test_playing_stops_at_the_end(page: Any) -> None:
    player = increment(page)
    player.locator("[data-role=speed]").select_option("50")
    player.locator("[data-action=first]").click()
    player.focus()
    page.keyboard.press("Space")
    player.and_(page.locator("[data-outcome=halted]")).wait_for()
    player.get_by_role("button", name="Play again from the first step").wait_for()
    wait_for_kernel(page, "(tested.index, tested.playing, tested.speed)", "(8, False, 50.0)")
    slider = player.get_by_role("slider")
    assert slider.get_attribute("aria-valuetext") == (
        "Step 8 of 8: state halt reads 1 at cell 1. Halted: reached the final state halt"
    )


def test_a_screen_reader_hears_each_step_but_not_while_playing(page: Any) -> None:
    player = increment(page)
    heard = player.get_by_role("status")
    assert heard.get_attribute("aria-live") == "polite"
    player.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    said = "Step 1 of 8: state right reads 0 at cell 1. Tape around the head: _ _ _ _ 1, head on 0, 1 1 _ _ _"
    heard.filter(has_text=said).wait_for()
    player.locator("[data-role=speed]").select_option("1")
    page.keyboard.press("Escape")
    player.focus()
    page.keyboard.press("Space")
    player.get_by_role("button", name="Pause").wait_for()
    assert heard.get_attribute("aria-live") == "off"
    page.keyboard.press("Space")
    player.get_by_role("button", name="Play", exact=True).wait_for()
    assert heard.get_attribute("aria-live") == "polite"


def test_a_run_that_gets_stuck_says_so(page: Any) -> None:
    stuck = page.get_by_role("group", name="Tape player: <i>").first
    stuck.focus()
    page.keyboard.press("End")
    stuck.and_(page.locator("[data-outcome=no_rule]")).wait_for()
    assert stuck.locator("[data-role=status]").inner_text().startswith("Halted: no rule")
    said = stuck.get_by_role("status").text_content()
    assert ". Halted: no rule for state <b><img src=x" in said
    assert stuck.get_by_text("Transition function (1 rule)").count() == 1


def test_hostile_symbols_are_shown_as_text(page: Any) -> None:
    hostile = page.get_by_role("group", name="Tape player: <i>").first
    hostile.focus()
    page.keyboard.press("Home")
    hostile.locator("[data-role=counter]").filter(has_text="Step 0 of 2").wait_for()
    hostile.locator("[data-action=forward]").click()
    hostile.locator("[data-role=counter]").filter(has_text="Step 1 of 2").wait_for()
    assert hostile.locator("img, b b, i").count() == 0
    assert "<img src=x onerror=window.hacked=1>" in hostile.locator("[data-address='0']").inner_text()
    explorer = page.get_by_role("group", name="Trace of <img")
    explorer.locator("[data-action=forward]").click()
    explorer.locator("[data-role=counter]").filter(has_text="State 1 of 2").wait_for()
    assert explorer.locator("img").count() == 0
    editor = page.get_by_role("group", name="Machine editor").last
    assert editor.get_by_label("Rule 1, state").input_value() == "<b><img src=x onerror=window.hacked=1>"
    editor.get_by_label("Rule 1, next").fill("<img src=x onerror=window.hacked=2>")
    editor.get_by_text("goes to unknown state '<img src=x onerror=window.hacked=2>'").wait_for()
    assert editor.locator("img, b b, i").count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_linked_explorer_and_the_player_move_together(page: Any) -> None:
    player, trace = increment(page), page.get_by_role("group", name="Trace of increment")
    trace.locator("[data-state='5']").click()
    player.locator("[data-role=counter]").filter(has_text="Step 5 of 8").wait_for()
    assert player.locator("[data-head]").get_attribute("data-head") == "3"
    wait_for_kernel(page, "(tested.index, trace_view.index)", "(5, 5)")
    player.locator("[data-action=forward]").click()
    trace.locator("[data-state='6'][aria-current=step]").wait_for()
    wait_for_kernel(page, "(tested.index, trace_view.index)", "(6, 6)")
    trace.focus()
    page.keyboard.press("End")
    trace.locator("[data-role=counter]").filter(has_text="After 8 states").wait_for()
    assert player.get_attribute("data-outcome") == "halted"


def test_the_explorer_steps_and_changes_its_text(page: Any) -> None:
    explorer = page.get_by_role("group", name="Trace of Large Number Addition")
    explorer.focus()
    page.keyboard.press("ArrowRight")
    explorer.locator("[data-state='1'][aria-current=step]").wait_for()
    wait_for_kernel(page, "explored.index", "1")
    fetched = explorer.locator(".tnb-fetched").evaluate_all("boxes => boxes.map((box) => box.dataset.cell)")
    assert sorted(fetched) == ["a[1]", "b[1]", "carry"]
    marked = explorer.locator(".tnb-at code").all_inner_texts()
    assert any("tape.read(" in line for line in marked)
    assert not any("tape.place(" in line for line in marked)
    line = explorer.locator("[data-state='1'] .tnb-text")
    assert "fetch a[1]=1" in line.inner_text()
    fetcher = explorer.get_by_role("switch", name="Memory Fetcher")
    fetcher.click()
    explorer.locator("[data-module='memory fetcher'][aria-checked=false]").wait_for()
    assert "fetch" not in line.inner_text()
    explorer.get_by_role("button", name="Styled").click()
    explorer.get_by_text("State {1}.").wait_for()
    fetcher.click()
    explorer.get_by_text("Fetch a[1] = 1").wait_for()
    wait_for_kernel(page, "(explored.style, explored.without)", "('styled', [])")


def test_a_wrong_output_is_taken_to_its_first_error(page: Any) -> None:
    explorer = page.get_by_role("group", name="Trace of Large Number Addition")
    explorer.get_by_role("button", name="Core").click()
    explorer.get_by_text("goto halt").wait_for()
    explorer.get_by_role("button", name="Check an output").click()
    explorer.get_by_role("button", name="Start from the text shown").click()
    box = explorer.get_by_role("textbox")
    evil = "<img src=x onerror=window.hacked=1>"
    wrong = box.input_value().replace("carry=1; goto {1}", f'carry="{evil}"; goto {{1}}')
    box.fill(wrong.replace("carry=1", "carry=0"))
    explorer.get_by_role("button", name="Check", exact=True).click()
    explorer.get_by_text("First error: state 0").wait_for()
    verdict = explorer.locator("[data-role=verdict]")
    assert verdict.locator("[data-role=module]").inner_text() == "atomic state"
    assert "write sum[0]=0, carry=1; goto {1}" in verdict.locator("[data-role=expected]").inner_text()
    assert f'carry="{evil}"' in verdict.locator("[data-role=found]").inner_text()
    assert explorer.locator("[data-verdict=first]").get_attribute("data-state") == "0"
    assert explorer.locator("img").count() == 0
    assert page.evaluate("window.hacked") is None
    wait_for_kernel(page, "explored.report.first_error.module", "'atomic state'")


def test_two_views_of_a_player_are_in_step(page: Any) -> None:
    views = page.get_by_role("group", name="Tape player: increment")
    first, second = views.first, views.nth(1)
    first.locator("[data-action=first]").click()
    second.locator("[data-action=forward]").click()
    first.locator("[data-role=counter]").filter(has_text="Step 1 of 8").wait_for()
    first.get_by_label("Go to step").fill("6")
    page.keyboard.press("Enter")
    second.locator("[data-role=counter]").filter(has_text="Step 6 of 8").wait_for()
    assert second.locator("[data-head]").get_attribute("data-head") == "2"
    wait_for_kernel(page, "tested.index", "6")


def test_the_diagram_shows_the_state_and_the_last_rule(page: Any) -> None:
    player = increment(page)
    drawn = player.locator("[data-role=diagram]")
    states, rules = "[data-state].tnb-here text", "[data-rules].tnb-taken title"
    player.locator("[data-action=first]").click()
    drawn.locator(states, has_text="right").wait_for()
    assert drawn.locator(rules).count() == 0
    player.get_by_label("Go to step").fill("6")
    page.keyboard.press("Enter")
    drawn.locator(states, has_text="carry").wait_for()
    assert drawn.locator(states).count() == 1
    assert drawn.locator(rules).all_text_contents() == [
        "in carry, reading 1: write 0, move left, stay in carry"
    ]


def test_playing_stops_at_a_breakpoint(page: Any) -> None:
    player = increment(page)
    panel, counter = player.locator("[data-role=breakpoints]"), player.locator("[data-role=counter]")
    player.locator("[data-action=first]").click()
    panel.locator("summary").click()
    panel.get_by_label("State").select_option("carry")
    panel.get_by_label("Cell").fill("2")
    panel.get_by_label("Cell").press("Enter")
    panel.get_by_text("state carry, cell 2", exact=True).wait_for()
    wait_for_kernel(page, "tested.breakpoints", "[Breakpoint(state='carry', symbol=None, cell=2)]")
    player.locator("[data-action=play]").click()
    player.and_(page.locator("[data-outcome=stop]")).wait_for()
    counter.filter(has_text="Step 6 of 8").wait_for()
    wait_for_kernel(page, "(tested.index, tested.playing)", "(6, False)")
    player.locator("[data-action=first]").click()
    assert player.locator("[data-role=status]").inner_text().startswith("Ready")
    panel.get_by_role("button", name="Next stop").click()
    counter.filter(has_text="Step 6 of 8").wait_for()
    panel.get_by_role("button", name="Remove the breakpoint: state carry, cell 2").click()
    player.and_(page.locator("[data-outcome=running]")).wait_for()
    wait_for_kernel(page, "tested.breakpoints", "[]")


STEPS = """async (root) => {
    const times = [];
    const forward = root.querySelector("[data-action=back]");
    for (let step = 0; step < 50; step++) {
        const start = performance.now();
        forward.click();
        root.offsetHeight; // the page is laid out, too
        times.push(performance.now() - start);
        await new Promise(requestAnimationFrame);
    }
    return times.sort((one, other) => one - other)[25];
}"""


def test_a_hundred_thousand_steps_stay_smooth(page: Any) -> None:
    player = page.get_by_role("group", name="Tape player: bb5")
    player.focus()
    page.keyboard.press("End")
    player.and_(page.locator("[data-outcome=step_limit]")).wait_for()
    assert player.locator("[data-head]").get_attribute("data-head") == ask_kernel(
        page, "long.history[-1].head"
    )
    assert player.locator("[data-address]").count() < 60
    took = player.evaluate(STEPS)
    player.locator("[data-role=counter]").filter(has_text="Step 99,950 of 100,000").wait_for()
    short = page.get_by_role("group", name="Tape player: bb4")
    short.locator("[data-action=last]").click()
    assert took < 4 * short.evaluate(STEPS)  # of a run of 107 steps
    shown = player.locator("[data-address]").evaluate_all(
        "boxes => boxes.map((box) => [Number(box.dataset.address), box.symbol.textContent])"
    )
    cells = eval(ask_kernel(page, "dict(long.history[99_950].tape)"))
    assert dict(shown) == {address: cells.get(address, "0") for address, _ in shown}


def test_a_large_machine_stays_smooth_until_its_rules_are_asked_for(page: Any) -> None:
    player = page.get_by_role("group", name="Tape player: large")
    player.focus()
    page.keyboard.press("End")
    player.and_(page.locator("[data-outcome=halted]")).wait_for()
    small = page.get_by_role("group", name="Tape player: bb5")
    small.locator("[data-action=last]").click()
    assert player.evaluate(STEPS) < 3 * small.evaluate(STEPS)
    assert player.locator("td").count() == 0
    player.get_by_text("Transition function (2,000 rules)").click()
    marked = player.locator("td[aria-current=step]")
    marked.wait_for()
    assert player.locator("td").count() == 200 * 3
    assert marked.inner_text() == "0R951"
    player.get_by_text("States 801 to 1,000 of 1,000").wait_for()
    player.get_by_role("button", name="Previous states").click()
    player.locator("th", has_text="799").wait_for()
    assert marked.count() == 0
    player.locator("[data-action=first]").click()
    player.get_by_text("States 1 to 200 of 1,000").wait_for()
    assert marked.inner_text() == "0R1"
    player.get_by_text("Transition function (2,000 rules)").click()


def test_a_fault_in_the_editor_is_shown_at_its_line_and_mended(page: Any) -> None:
    editor = page.get_by_role("group", name="Machine editor").first
    player = page.get_by_role("group", name="Tape player: Turing machine")
    text = editor.get_by_role("textbox", name="Text of the machine")
    right = text.input_value()
    text.fill(right.replace("carry 1 0 l", "carry 1 0 x"))
    editor.get_by_text("line 5: the direction is 'x'").wait_for()
    assert editor.locator("[data-role=stripe]").get_attribute("data-line") == "5"
    assert text.get_attribute("aria-invalid") == "true"
    wait_for_kernel(page, "editor.machine.run('1011').word()", "'1100'")
    editor.get_by_role("button", name="Go to line 5").click()
    for key in ("End", *["Control+ArrowLeft"] * 2, "Delete", "s"):
        page.keyboard.press(key)
    editor.get_by_text("the direction is 's'").wait_for()
    page.keyboard.press("Backspace")
    page.keyboard.type("l")
    editor.get_by_text("8 steps").wait_for()
    assert text.input_value() == right
    editor.get_by_label("Input word").fill("111")
    player.locator("[data-role=counter]").filter(has_text="Step 0 of 8").wait_for()
    editor.get_by_text("The tape holds 1000").wait_for()
    wait_for_kernel(page, "(editor.machine.run('111').word(), len(editor.player))", "('1000', 8)")


def test_the_editor_s_table_is_used_by_keyboard(page: Any) -> None:
    editor = page.get_by_role("group", name="Machine editor").first
    editor.get_by_label("Form of the machine").select_option("table of rules")
    cell = editor.get_by_label("Rule 4, reads")
    cell.wait_for()
    cell.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("xx")
    editor.get_by_text("The tape holds xx").wait_for()
    for _ in range(2):
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.ariaLabel") == "Rule 7, state"
    for word in ("carry", "1", "1"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("carry")
    editor.get_by_text("there are two rules for ('carry', '1')").wait_for()
    editor.get_by_role("button", name="Remove rule 7").press("Enter")
    editor.get_by_text("The tape holds xx").wait_for()


def test_the_editor_says_when_the_kernel_does_not_answer(page: Any) -> None:
    editor = page.get_by_role("group", name="Machine editor").first
    kernel = int(ask_kernel(page, "__import__('os').getpid()"))
    os.kill(kernel, signal.SIGSTOP)
    try:
        editor.get_by_label("Input word").fill("1")
        editor.get_by_text("The kernel does not answer").wait_for()
    finally:
        os.kill(kernel, signal.SIGCONT)
    editor.get_by_text("The kernel does not answer").wait_for(state="hidden")
    editor.get_by_text("4 steps").wait_for()


def test_an_untrusted_notebook_shows_the_static_form(lab: str, page: Any) -> None:
    reader = page.context.browser.new_page()
    reader.goto(lab.format("untrusted.ipynb"))
    reader.wait_for_function(OPEN, timeout=60_000)
    reader.locator("summary", has_text="elsewhere: 2 steps, no rule for state <img").wait_for()
    assert reader.locator(".jp-OutputArea-output tbody tr").count() == 3
    assert "state" in reader.locator("details", has_text="The machine's rules").inner_text()
    diagram = reader.locator(".jp-OutputArea-output img")
    assert diagram.evaluate("image => image.naturalWidth") > 100
    assert diagram.get_attribute("alt").startswith("state diagram of elsewhere: 1 state, 1 rule.")
    assert reader.locator(".tnb-widget").count() == 0
    assert reader.evaluate("window.hacked") is None
    reader.close()
