"""Any eye and any hand: axe finds nothing in widgets and on sites, and the keyboard alone does all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import browser_page, jupyterlab, module, run_notebook, wait_for_kernel

nbformat = module("nbformat")
module("playwright")
module("jupyterlab")
module("axe_playwright_python")
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

MACHINES = """
from IPython.display import HTML, display
from tailnb.machines import TuringMachine, machine
from tailnb.views import AttentionMap, MachineEditor, SideBySide, TapePlayer, TraceExplorer
import tailnb

rules = {(state, symbol): (state + 1, symbol, "R") for state in range(500) for symbol in "01"}
player = TapePlayer(machine("increment"), "1011")
large = TapePlayer(TuringMachine(rules, 0, final_states=[500], name="large"), "01" * 250)
stuck = TapePlayer(TuringMachine({("a", "1"): ("a", "1", "R")}, "a", name="stuck"), "11")
endless = TapePlayer(machine("bb5"), max_steps=100)
display(player, large, stuck, endless)
"""
TRACES = """
linked = TraceExplorer(tailnb.imitate(machine("increment"), "1011"), link=player)
added = TraceExplorer(tailnb.task("large_number_addition").problem(a="19", b="1"))
table = TraceExplorer(tailnb.task("lcs").problem(a="abcab", b="bcab"))
searched = TraceExplorer(tailnb.task("binary_search").problem(items=list(range(60)), key=4))
display(linked, added, table, searched)
"""
EDITORS = """
text = "; adds 1\\n0 0 0 r 0\\n0 1 1 r 0\\n0 _ _ l carry\\ncarry 1 0 l carry\\ncarry * 1 * halt\\n"
editor = MachineEditor(text, "1011")
rows = MachineEditor(machine("increment"), "1011")
display(editor, rows)
"""
ATTENTION = """
import numpy as np
from tailnb.models.attention.picture import Attention

tokens = ("[BOS] ", "a:", " <1>", " 5", " start", "<1>", " 5", " ->", " 7", "\\n<2>", " 6", " ->", " halt")
weights = np.tri(len(tokens), dtype=np.float32)
weights /= weights.sum(-1, keepdims=True)
sharp = np.eye(len(tokens), k=-3, dtype=np.float32) * 0.75 + np.eye(len(tokens), dtype=np.float32) * 0.25
looked = AttentionMap(Attention(tokens, 5, (1, 2), np.stack([[weights, sharp], [sharp, weights]])), head=1)
looked
"""
STATIC = """
from tailnb.views.loss import LossView
from tailnb.views.qlora import lora_picture


class Letters:
    def decode(self, numbers, **options):
        return chr(numbers[0])


batch = {"input_ids": np.array([[97, 98, 99]]), "labels": np.array([[-100, 98, 99]])}
display(LossView(batch, Letters()), SideBySide(added.problem))
display(lora_picture(3584, 18944, 64), machine("bb3").diagram())
display(*(HTML(one.static_html()) for one in (player, added, editor, looked)))
"""
CHARTS = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from every_chart import CHARTS

display(*(draw() for draw in CHARTS.values()))
"""
CELLS = (MACHINES, TRACES, EDITORS, ATTENTION, STATIC, CHARTS)
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
THEMES = ("JupyterLab Light", "JupyterLab Dark")
OUTPUTS = ".jp-OutputArea-output"


def found(page: Any, within: str | None = None, **options: Any) -> list[str]:
    """What axe finds on a page, or in those parts of it: a line each, with the rule and the place."""
    from axe_playwright_python.sync_playwright import Axe

    response = Axe().run(page, within, {"resultTypes": ["violations"], **options}).response
    assert response["passes"] or response["violations"]  # there was something to look at
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for one in response["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A notebook with every widget, run to its end."""
    folder, notebooks = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("notebooks")
    cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), notebooks / "all.ipynb")
    with jupyterlab(folder, notebooks) as address, browser_page() as page:
        run_notebook(page, address.format("all.ipynb"))
        page.locator(".tnb-editor.tnb-live-kernel").nth(1).wait_for(timeout=60_000)
        page.locator(".vega-embed svg.marks").nth(11).wait_for(timeout=60_000)
        yield page


@pytest.fixture(params=THEMES)
def themed(lab: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The notebook in a light and in a dark theme."""
    change = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
    lab.evaluate(change, request.param)
    lab.locator(f"body[data-jp-theme-light={'false' if 'Dark' in request.param else 'true'}]").wait_for(
        state="attached"
    )
    lab.wait_for_timeout(500)  # the style sheet comes after the name
    yield lab
    lab.evaluate(change, THEMES[0])


def widget(page: Any, name: str, number: int = 0) -> Any:
    """A widget by the beginning of its name."""
    return page.get_by_role("group", name=name).and_(page.locator(".tnb-widget")).nth(number)


# --- axe


FRAME = '<!doctype html><html lang="en"><title>Made up</title><main><h1>Made up</h1>{}</main></html>'
GRAY = '<p style="color: #999; background: #aaa">Gray on gray</p>'
BAD = {
    "color-contrast": GRAY,
    "button-name": "<button></button>",
    "label": '<input type="text">',
    "scrollable-region-focusable": '<div style="height: 1em; overflow: auto"><p>Near</p><p>Far</p></div>',
}


def test_what_is_bad_is_found() -> None:
    with browser_page() as page:
        page.set_content(FRAME.format("<p>Good</p>"))
        assert found(page) == []
        for rule, bad in BAD.items():
            page.set_content(FRAME.format(bad))
            assert [one.split()[0] for one in found(page)] == [rule]
        page.set_content(FRAME.format(f'<div aria-hidden="true">{GRAY}</div>'))
        assert len(found(page)) == 1  # what screen readers pass over is looked at, too


SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@SCHEMES
def test_nothing_is_found_on_the_front_page_of_the_site_in_the_browser(scheme: str) -> None:
    from tailnb.runner.notebooks import find_notebooks
    from tailnb.site.front import front_page

    with browser_page(color_scheme=scheme) as page:
        page.set_content(front_page(list(find_notebooks().values())[:5], 30))
        assert page.get_by_role("listitem").count() == 5
        assert found(page) == []


SMALL = """
import tailnb
from tailnb.machines import machine
from tailnb.views import TapePlayer, TraceExplorer
TapePlayer(machine("increment"), "1011")
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site to read, of a small notebook and of the first real one."""
    from tailnb.runner.notebooks import find_notebooks
    from tailnb.site.pages import build_pages

    folder = tmp_path_factory.mktemp("pages")
    made = nbformat.v4.new_notebook(metadata=KERNEL)
    parameters = 'scale = "smoke"  # smoke, demo or full\nseed = 0  # of every random stream'
    made.cells = [
        nbformat.v4.new_markdown_cell(
            "# 20 · Small\n\n**What is there?**\n\nA player, a table and a sum: $1 + 1$."
        ),
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_markdown_cell("## First\n\n| a | b |\n|---|---|\n| 1 | `2` |"),
        *(nbformat.v4.new_code_cell(one.strip()) for one in (SMALL, "print('text')")),
    ]
    nbformat.write(made, folder / "20_small.ipynb")
    return build_pages(
        [find_notebooks()["00_start_here"], folder / "20_small.ipynb"], folder / "site", "smoke"
    )


@SCHEMES
@pytest.mark.parametrize("width", [1280, 375])
def test_nothing_is_found_on_the_site_to_read(pages: Path, scheme: str, width: int) -> None:
    names = sorted(path.name for path in pages.glob("*.html"))
    assert len(names) == 3
    with browser_page(color_scheme=scheme, bypass_csp=True) as page:
        page.set_viewport_size({"width": width, "height": 800})
        for name in names:
            page.goto((pages / name).as_uri())
            assert found(page) == [], name


def test_nothing_is_found_before_use(themed: Any) -> None:
    assert found(themed, OUTPUTS) == []


@pytest.fixture(scope="module")
def used(lab: Any) -> Any:
    """The notebook after use: runs at their ends and in between, all unfolded, an error here and there."""
    lab.evaluate("document.querySelectorAll('.tnb-widget details').forEach((one) => { one.open = true; })")
    for name in ("large", "stuck", "bb5"):
        widget(lab, f"Tape player: {name}").locator("[data-action=last]").click()
    player = widget(lab, "Tape player: increment")
    player.get_by_label("Symbol read").select_option(label="0")
    player.get_by_label("Cell").fill("1")
    player.get_by_role("button", name="Add").click()
    player.get_by_role("button", name="Next stop").click()
    player.and_(lab.locator("[data-outcome=stop]")).wait_for()
    check_a_wrong_text(lab)
    table = widget(lab, "Trace of LCS")
    table.get_by_role("switch", name="Memory Fetcher").click()
    table.locator("[data-module='memory fetcher'][aria-checked=false]").wait_for()
    table.locator("[data-action=last]").click()
    searched = widget(lab, "Trace of Binary Search")
    searched.get_by_role("button", name="Styled").click()
    searched.get_by_role("button", name="The whole tape").click()
    break_the_editors(lab)
    widget(lab, "Attention map").locator("[data-place='8']").click()
    return lab


def check_a_wrong_text(page: Any) -> None:
    explorer = widget(page, "Trace of Large Number Addition")
    explorer.get_by_role("button", name="Check an output").click()
    explorer.get_by_role("button", name="Start from the text shown").click()
    box = explorer.get_by_role("textbox")
    box.fill(box.input_value().replace("carry=1; goto {1}", "carry=0; goto {1}"))
    explorer.get_by_role("button", name="Check", exact=True).click()
    explorer.get_by_text("First error: state 0").wait_for()


def break_the_editors(page: Any) -> None:
    text = widget(page, "Machine editor").get_by_role("textbox", name="Text of the machine")
    text.fill(text.input_value().replace("carry 1 0 l", "carry 1 0 x"))
    widget(page, "Machine editor").get_by_text("the direction is 'x'").wait_for()
    rows = widget(page, "Machine editor", 1)
    rows.get_by_label("Rule 2, next").fill("nowhere")
    rows.get_by_text("goes to unknown state 'nowhere'").wait_for()


def test_nothing_is_found_after_use(used: Any, themed: Any) -> None:
    assert found(themed, OUTPUTS) == []


def test_nothing_is_found_while_a_machine_runs(themed: Any) -> None:
    player = widget(themed, "Tape player: bb5")
    player.get_by_label("Speed").select_option("1")
    player.focus()
    press(themed, "Home", "Space")
    player.get_by_text("Running").wait_for()
    assert found(themed, OUTPUTS) == []
    player.get_by_role("button", name="Pause").click()
    player.get_by_text("Paused").or_(player.get_by_text("Ready")).wait_for()


# --- the keyboard alone

STOP = """(root) => {
    const one = document.activeElement;
    if (!root.contains(one)) return null;
    one.scrollIntoView({ block: "nearest", inline: "nearest" });
    const style = getComputedStyle(one);
    const edge = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
    const box = one.getBoundingClientRect();
    const cut = [];
    for (let frame = one.parentElement; frame && frame !== root.parentElement; frame = frame.parentElement) {
        if (getComputedStyle(frame).overflow === "visible") continue;
        const outer = frame.getBoundingClientRect();
        const [left, top] = [box.left - edge - outer.left, box.top - edge - outer.top];
        const [right, bottom] = [outer.right - box.right - edge, outer.bottom - box.bottom - edge];
        if (Math.min(left, top, right, bottom) < -1) cut.push(frame.className);
    }
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return { seen, cut, tag: one.tagName, text: one.textContent };
}"""


def spoken(page: Any) -> str:
    """The role and the name of where the keyboard is."""
    return str(page.locator(":focus").aria_snapshot()).split("\n")[0].lstrip("- '")


def stops(page: Any, root: Any, key: str = "Tab") -> list[dict[str, Any]]:
    """The places at which the tab key stops in a widget, from the first; the last press leaves it."""
    places = []
    handle = root.element_handle()
    while (place := page.evaluate(STOP, handle)) is not None:
        assert len(places) < 100, "the keyboard does not get out"
        places.append(place | {"name": spoken(page), "one": page.evaluate_handle("document.activeElement")})
        page.keyboard.press(key)
    return places


WALKS = [
    ("Tape player: increment", 0, 18, 'button "Next stop"'),
    ("Tape player: large", 0, 18, 'group "Transition function"'),
    ("Trace of increment", 0, 8, 'switch "Memory Fetcher'),
    ("Trace of Large Number Addition", 0, 18, 'group "Program"'),
    ("Trace of LCS", 0, 18, 'group "Chain of thought"'),
    ("Machine editor", 0, 3, 'textbox "Text of the machine"'),
    ("Machine editor", 1, 25, 'combobox "Rule 2, move"'),
    ("Attention map", 0, 5, 'listbox "The text, token by token"'),
]


@pytest.mark.parametrize(("name", "number", "least", "among"), WALKS)
def test_tab_goes_through_a_widget_and_out_and_is_always_seen(
    lab: Any, name: str, number: int, least: int, among: str
) -> None:
    root = widget(lab, name, number)
    start(lab, root)
    there = stops(lab, root)
    assert len(there) >= least
    assert any(among in one["name"] for one in there)
    for one in there:
        assert one["seen"], one
        assert not one["cut"], one
        assert '"' in one["name"] or (one["tag"] == "SUMMARY" and one["text"]), one
    there[-1]["one"].as_element().focus()
    back = stops(lab, root, "Shift+Tab")
    assert [one["name"] for one in back] == [one["name"] for one in there][::-1]


def start(page: Any, root: Any) -> None:
    """Put the keyboard at a widget's first place, as one who comes by the tab key."""
    page.keyboard.press("Escape")
    if root.get_attribute("tabindex") is None:
        root = root.locator("button, input, select, textarea, [tabindex='0']").first
    root.focus()


def tab_to(page: Any, role: str, name: str) -> None:
    """Press the tab key until the keyboard is where that is spoken."""
    for _ in range(100):
        if (said := spoken(page)).startswith(f'{role} "{name}'):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no {role} {name!r}; the last place was {said}")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_player_is_played_by_keys(lab: Any) -> None:
    player = widget(lab, "Tape player: increment")
    counter = player.locator("[data-role=counter]")
    start(lab, player)
    press(lab, "Home")
    player.get_by_text("Ready").wait_for()
    tab_to(lab, "button", "One step forward")
    press(lab, "Enter", "Space")
    counter.filter(has_text="Step 2 of 8").wait_for()
    player.get_by_text("Paused").wait_for()
    tab_to(lab, "slider", "Step")
    press(lab, "ArrowRight", "ArrowRight")
    counter.filter(has_text="Step 4 of 8").wait_for()
    tab_to(lab, "spinbutton", "Go to step")
    press(lab, "Control+a", "7", "Enter")
    counter.filter(has_text="Step 7 of 8").wait_for()
    tab_to(lab, "combobox", "Speed")
    press(lab, "Home")
    wait_for_kernel(lab, "player.speed", "1.0")
    press(lab, "Shift+Tab", "Shift+Tab", "Home")
    counter.filter(has_text="Step 0 of 8").wait_for()
    start(lab, player)
    tab_to(lab, "button", "Play")
    press(lab, "Enter")
    player.get_by_text("Running").wait_for()
    press(lab, "Space")
    player.get_by_role("button", name="Play", exact=True).wait_for()


def test_a_breakpoint_is_set_and_removed_by_keys(lab: Any) -> None:
    player = widget(lab, "Tape player: stuck")
    panel = player.locator("[data-role=breakpoints]")
    panel.evaluate("one => { one.open = false; }")
    start(lab, player)
    tab_to(lab, "combobox", "Speed")
    press(lab, "Tab", "Enter")
    tab_to(lab, "combobox", "Symbol read")
    press(lab, "End")
    tab_to(lab, "button", "Add")
    press(lab, "Space")
    wait_for_kernel(lab, "[one.symbol for one in stuck.breakpoints]", "['1']")
    tab_to(lab, "button", "Remove the breakpoint: reading 1")
    press(lab, "Enter")
    wait_for_kernel(lab, "stuck.breakpoints", "[]")
    assert lab.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_long_table_of_rules_is_turned_and_scrolled_by_keys(lab: Any) -> None:
    player = widget(lab, "Tape player: large")
    player.locator(".tnb-table").evaluate("one => { one.open = false; }")
    start(lab, player)
    press(lab, "Home")
    tab_to(lab, "button", "Add" if player.get_by_role("button", name="Add").is_visible() else "Last step")
    while not lab.evaluate("document.activeElement.parentElement?.matches('.tnb-table')"):
        press(lab, "Tab")
    press(lab, "Enter")
    player.get_by_text("States 1 to 200 of 500").wait_for()
    tab_to(lab, "button", "Next states")
    press(lab, "Enter", "Enter")
    player.get_by_text("States 401 to 500 of 500").wait_for()
    tab_to(lab, "group", "Transition function")
    before = lab.evaluate("document.activeElement.scrollTop")
    press(lab, *["ArrowDown"] * 3)
    lab.wait_for_function(f"document.activeElement.scrollTop > {before}")


def test_the_explorer_is_used_by_keys(lab: Any) -> None:
    explorer = widget(lab, "Trace of Binary Search")
    start(lab, explorer)
    tab_to(lab, "button", "Styled")
    press(lab, "Enter")
    wait_for_kernel(lab, "searched.style", "'styled'")
    tab_to(lab, "switch", "Memory Fetcher")
    press(lab, "Space")
    explorer.locator("[data-module='memory fetcher'][aria-checked=false]").wait_for()
    press(lab, "Space")
    explorer.locator("[data-module='memory fetcher'][aria-checked=true]").wait_for()
    tab_to(lab, "button", "The whole tape")
    shown = explorer.get_by_role("button", name="The whole tape")
    was = shown.get_attribute("aria-expanded")
    press(lab, "Enter")
    assert shown.get_attribute("aria-expanded") != was
    start(lab, explorer)
    press(lab, "End")
    explorer.get_by_text("After").first.wait_for()
    press(lab, "ArrowLeft", "Home", "ArrowRight")
    explorer.locator("[data-state='1'][aria-current=step]").wait_for()
    tab_to(lab, "button", "Check an output")
    press(lab, "Enter")
    assert lab.evaluate("document.activeElement.tagName") == "TEXTAREA"
    lab.keyboard.type("nonsense")
    press(lab, "Control+Enter")
    explorer.get_by_text("First error: state 0").wait_for()
    tab_to(lab, "button", "First error")
    press(lab, "Enter")
    explorer.locator("[data-role=counter]").filter(has_text="State 0").wait_for()


def test_a_box_keeps_the_arrows_that_scroll_it(lab: Any) -> None:
    explorer = widget(lab, "Trace of Large Number Addition")
    start(lab, explorer)
    press(lab, "Home")
    tab_to(lab, "group", "Program")
    press(lab, *["ArrowRight"] * 3)
    lab.wait_for_function("document.activeElement.scrollLeft > 0")
    assert explorer.get_attribute("data-index") == "0"
    press(lab, "End")
    explorer.and_(lab.locator("[data-index='3']")).wait_for()


def test_the_editor_is_used_by_keys(lab: Any) -> None:
    editor = widget(lab, "Machine editor")
    start(lab, editor)
    tab_to(lab, "textbox", "Text of the machine")
    press(lab, "Control+a")
    lab.keyboard.type("0 0 1 r halt\n0 1 1 x halt")
    editor.get_by_text("line 2: the direction is 'x'").wait_for()
    tab_to(lab, "textbox", "Input word")
    tab_to(lab, "button", "Go to line 2")
    press(lab, "Enter", *["Control+ArrowLeft"] * 2, "Delete", "l")
    tab_to(lab, "textbox", "Input word")
    press(lab, "Control+a", "0")
    editor.get_by_text("1 step").wait_for()
    wait_for_kernel(lab, "editor.machine.run('0').word()", "'1'")
    start(lab, editor)
    press(lab, "Home")
    editor.get_by_label("Rule 1, state").wait_for()
    tab_to(lab, "button", "Remove rule 2")
    press(lab, "Enter")
    wait_for_kernel(lab, "len(editor.machine.transitions)", "1")


def test_the_attention_map_is_used_by_keys(lab: Any) -> None:
    view = widget(lab, "Attention map")
    start(lab, view)
    press(lab, "Home")
    wait_for_kernel(lab, "looked.layer", "1")
    tab_to(lab, "listbox", "The text, token by token")
    press(lab, "Home", "ArrowDown", "End", "Home", *["ArrowRight"] * 6)
    view.and_(lab.locator("[data-token='6']")).wait_for()
    heard = view.get_by_role("status").text_content()
    assert heard.startswith("To write 5 the model, at <1>, looks at:")
    press(lab, "Tab", "Enter")
    view.locator(".tnb-attention-found").wait_for()


# What moves by itself, as a number of things in the widgets.
MOVING = """() => [...document.querySelectorAll(".tnb-widget, .tnb-widget *")].filter((one) => {
    const { transitionDuration, animationName } = getComputedStyle(one);
    return parseFloat(transitionDuration) > 0 || animationName !== "none";
}).length"""


def test_nothing_glides_for_those_who_asked_for_it(lab: Any) -> None:
    lab.evaluate("document.querySelector('[data-place]').classList.add('tnb-attention-found')")
    assert lab.evaluate(MOVING) > 1
    lab.emulate_media(reduced_motion="reduce")
    assert lab.evaluate(MOVING) == 0
    lab.emulate_media(reduced_motion="no-preference")
