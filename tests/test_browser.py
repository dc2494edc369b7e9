"""The widgets in a real JupyterLab: a person presses keys and buttons, the page follows, the kernel knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import ask_kernel, browser_page, jupyterlab, module, run_notebook

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
HOSTILE = """
from IPython.display import display
from tailnb.machines import TuringMachine
from tailnb.traces import AtomicState, Operand, Trace
from tailnb.views import TapePlayer

evil = "<img src=x onerror=window.hacked=1>"
rules = {(f"<b>{evil}", evil): (f"<b>{evil}", evil, "R")}
hostile = TapePlayer(TuringMachine(rules, f"<b>{evil}", name=f"<i>{evil}"), [evil, evil])
cells = (Operand(evil, evil),)
state = AtomicState(evil, cells, evil, (evil,), cells, evil)
display(hostile, TraceExplorer(Trace(evil, cells, (state, state), evil), evil))
"""
CELLS = (PLAYER, TRACE, EXPLORER, HOSTILE)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A JupyterLab page with a notebook of widgets, run to its end."""
    folder, notebooks = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("notebooks")
    cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, notebooks / "widgets.ipynb")
    with jupyterlab(folder, notebooks) as address, browser_page() as opened:
        run_notebook(opened, address.format("widgets.ipynb"))
        yield opened


def increment(page: Any) -> Any:
    """The player of the machine increment on 1011: 8 steps."""
    return page.get_by_role("group", name="Tape player: increment")


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
        assert ask_kernel(page, "tested.index") == str(step)
    assert page.locator(".jp-Cell").count() == cells
    assert player.get_attribute("data-outcome") == "halted"
    assert "Halted" in player.locator("[data-role=status]").inner_text()
    player.locator("[data-action=back]").click()
    assert ask_kernel(page, "(tested.index, tested.configuration.state)") == "(7, 'carry')"
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
    assert ask_kernel(page, "(tested.index, tested.playing, tested.speed)") == "(8, False, 50.0)"
    slider = player.get_by_role("slider")
    assert slider.get_attribute("aria-valuetext") == (
        "Step 8 of 8: state halt reads 1 at cell 1. Halted: reached the final state halt"
    )


def test_hostile_symbols_are_shown_as_text(page: Any) -> None:
    hostile = page.get_by_role("group", name="Tape player: <i>")
    hostile.locator("[data-action=forward]").click()
    hostile.locator("[data-role=counter]").filter(has_text="Step 1 of 2").wait_for()
    assert hostile.locator("img, b b, i").count() == 0
    assert "<img src=x onerror=window.hacked=1>" in hostile.locator("[data-address='0']").inner_text()
    explorer = page.get_by_role("group", name="Trace of <img")
    explorer.locator("[data-action=forward]").click()
    explorer.locator("[data-role=counter]").filter(has_text="State 1 of 2").wait_for()
    assert explorer.locator("img").count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_linked_explorer_and_the_player_move_together(page: Any) -> None:
    player, trace = increment(page), page.get_by_role("group", name="Trace of increment")
    trace.locator("[data-state='5']").click()
    player.locator("[data-role=counter]").filter(has_text="Step 5 of 8").wait_for()
    assert player.locator("[data-head]").get_attribute("data-head") == "3"
    assert ask_kernel(page, "(tested.index, trace_view.index)") == "(5, 5)"
    player.locator("[data-action=forward]").click()
    trace.locator("[data-state='6'][aria-current=step]").wait_for()
    assert ask_kernel(page, "(tested.index, trace_view.index)") == "(6, 6)"
    trace.focus()
    page.keyboard.press("End")
    trace.locator("[data-role=counter]").filter(has_text="After 8 states").wait_for()
    assert player.get_attribute("data-outcome") == "halted"


def test_the_explorer_steps_and_changes_its_text(page: Any) -> None:
    explorer = page.get_by_role("group", name="Trace of Large Number Addition")
    explorer.focus()
    page.keyboard.press("ArrowRight")
    explorer.locator("[data-state='1'][aria-current=step]").wait_for()
    assert ask_kernel(page, "explored.index") == "1"
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
    assert ask_kernel(page, "(explored.style, explored.without)") == "('styled', [])"


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
    assert ask_kernel(page, "explored.report.first_error.module") == "'atomic state'"
