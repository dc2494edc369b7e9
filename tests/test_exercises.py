"""Exercises: right answers pass, wrong ones hear the smallest input, nothing gets out."""

import builtins
import contextlib
import hashlib
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from math import exp, log2
from operator import mul
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from own_task import VOWELS

from tailnb import tasks as tasks_module
from tailnb.dataset import ratio_counts
from tailnb.exercises import ExerciseError, check, exercise, exercises
from tailnb.exercises._checkers import limited
from tailnb.exercises.notebook_02 import broken, broken_text
from tailnb.machines import TuringMachine, machine
from tailnb.tasks import FOLDERS, all_tasks, every_task, task
from tailnb.traces import HALT, Tape


def flip() -> TuringMachine:
    rules = {("flip", a): ("flip", b, "R") for a, b in ("01", "10")}
    return TuringMachine(rules | {("flip", "_"): ("halt", "_", "S")}, initial_state="flip")


def ends_in_one() -> TuringMachine:
    rules = {(f"last {last}", read): (f"last {read}", "_", "R") for last in "01" for read in "01"}
    rules |= {(f"last {last}", "_"): ("halt", last, "S") for last in "01"}
    return TuringMachine(rules, initial_state="last 0")


def decrement() -> TuringMachine:
    return TuringMachine(
        {
            ("right", "0"): ("right", "0", "R"),
            ("right", "1"): ("right", "1", "R"),
            ("right", "_"): ("borrow", "_", "L"),
            ("borrow", "0"): ("borrow", "1", "L"),
            ("borrow", "1"): ("halt", "0", "S"),
        },
        initial_state="right",
    )


def double() -> TuringMachine:
    """Erases a stroke on the left and writes two x for it behind the rest."""
    rules: dict[tuple[str, str], tuple[str, str, str]] = {
        ("erase", "1"): ("two", "_", "R"),
        ("two", "_"): ("one", "x", "R"),
        ("one", "_"): ("back", "x", "L"),
        ("back", "_"): ("erase", "_", "R"),
        ("erase", "x"): ("strokes", "1", "R"),
        ("strokes", "x"): ("strokes", "1", "R"),
    }
    rules |= {(state, s): (state, s, move) for state, move in (("two", "R"), ("back", "L")) for s in "1x"}
    rules |= {(state, "_"): ("halt", "_", "S") for state in ("erase", "strokes")}
    return TuringMachine(rules, initial_state="erase", input_symbols="1")


def walk(tape: Tape, items: list[int]) -> None:
    found = 0
    while True:
        with tape.state(f"{{{found}}}"):
            ended = tape.read(f"items[{found}]") == "_"
            tape.do("stop" if ended else "count")
            tape.goto(HALT if ended else f"{{{found + 1}}}")
        if ended:
            tape.answer(str(found))
            return
        found += 1


def greatest(tape: Tape, items: list[int]) -> None:
    for k in range(len(items)):
        with tape.state(f"{{{k}}}"):
            item, best = tape.read(f"items[{k}]", "best")
            tape.do("greater")
            best = item if best == "_" or item > best else best
            tape.write("best", best)
            tape.goto(HALT if k == len(items) - 1 else f"{{{k + 1}}}")
    tape.answer(str(best))


def by_digest(key: str) -> str:
    return "eval" if hashlib.sha256(key.encode()).digest()[0] < 26 else "train"


def interval(correct: int, n: int) -> tuple[float, float]:
    p, z = correct / n, 1.96
    middle = p + z**2 / (2 * n)
    half = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    return (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)


def right(expected: str, found: str) -> bool:
    def numbers(text: str) -> list[Decimal]:
        return [Decimal(part) for part in text[1:-1].split(",") if part.strip()]

    if not (found.startswith("[") and found.endswith("]")):
        return False
    try:
        return numbers(expected) == numbers(found)
    except InvalidOperation:
        return False


def first_over(rows: list[dict[str, Any]], limit: int) -> tuple[str, str] | None:
    for range_ in "SML":
        tokens = {
            row["task"]: row["max"] for row in rows if row["range"] == range_ and row["unit"] == "tokens"
        }
        longest = max(tokens, key=lambda task: tokens[task], default="")
        if tokens.get(longest, 0) > limit:
            return longest, range_
    return None


FOLDER = TemporaryDirectory()  # of a learner's own task


def vowels_folder() -> Path:
    (Path(FOLDER.name) / "vowels.py").write_text(VOWELS)
    return Path(FOLDER.name)


def meets_not(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


SOLUTIONS: dict[str, Any] = {
    "00-read-the-chart": "reversed",
    "00-predict": lambda step_accuracy, steps: step_accuracy**steps,
    "01-flip": flip(),
    "01-ends-in-one": ends_in_one(),
    "01-decrement": decrement(),
    "01-double": double(),
    "01-compare": machine("compare"),
    "02-length": walk,
    "02-maximum": greatest,
    "02-which-module": (1, "memory fetcher"),
    "02-predict": ("atomic state", "memory fetcher", "linear transition", "answer"),
    "02-repair": broken().completion(style="styled"),
    "03-lcs-states": lambda m, n: m * (n + 1),
    "03-first-over": first_over,
    "03-own-task": vowels_folder(),
    "04-overlap": lambda n, a, b: max(0, n - abs(a - b)),
    "04-split": by_digest,
    "04-ratio": ratio_counts,
    "05-states": lambda n: n + 1,
    "05-tokens": lambda n: 13 * n + 12,
    "06-saved-tokens": lambda n: 5 * (n + 1),
    "06-apart": lambda right, n, other, m: meets_not(interval(right, n), interval(other, m)),
    "07-share": lambda ratio, tokens: ratio[2] * tokens[2] / sum(map(mul, ratio, tokens)),
    "07-fewest": lambda ratio, tokens, total: total * sum(ratio) // sum(map(mul, ratio, tokens)),
    "08-entropy": lambda weights: -sum(w * log2(w) for w in weights if w),
    "08-dilution": lambda tokens, gap: 1 / (1 + (tokens - 1) / exp(gap)),
    "09-labels": lambda prompt, completion, end: [-100] * len(prompt) + [*completion, end],
    "09-adapter": lambda inputs, outputs, rank: inputs * rank + rank * outputs,
    "09-bytes": lambda weights: weights * (4 + 8 / 64 + 32 / 64 / 256) / 8,
    "10-module": ["memory fetcher", "atomic state", "linear transition"],
    "10-wilson": interval,
    "10-exact-score": right,
}
NAMES = [one.name for one in exercises()]
FUNCTIONS = [
    *("00-predict", "02-length", "02-maximum", "03-lcs-states", "03-first-over", "05-states", "05-tokens"),
    *("04-overlap", "04-split", "04-ratio", "09-labels", "09-adapter", "09-bytes"),
    *("06-saved-tokens", "06-apart", "07-share", "07-fewest", "08-entropy", "08-dilution"),
    *("10-wilson", "10-exact-score"),
]
MACHINES = [name for name in NAMES if name.startswith("01-")]


@pytest.fixture(autouse=True)
def not_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAILNB_STRICT", raising=False)


@pytest.fixture(autouse=True)
def own_tasks_forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A task that a test finds in a folder is unknown again behind it."""
    monkeypatch.setenv(FOLDERS, "")
    known = set(sys.modules)
    yield
    monkeypatch.delenv(FOLDERS)
    for name in set(sys.modules) - known:
        if name.startswith("tailnb.tasks."):
            del sys.modules[name]
    tasks_module._by_name.cache_clear()
    every_task()


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[str, object], str]:
    def answer(name: str, given: object) -> str:
        check(name, given)
        return capsys.readouterr().out

    return answer


Said = Callable[[str, object], str]


# --- every exercise


def test_every_exercise_has_a_solution_here() -> None:
    assert sorted(SOLUTIONS) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_is_right(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAILNB_STRICT", "1")
    check(name, SOLUTIONS[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_blank_is_not_done_yet(name: str, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*arguments: object) -> None: ...

    def documented(*arguments: object) -> None:
        """What it should do."""

    for blank in (..., None, (..., ...), nothing, documented, lambda *arguments: ...):
        assert said(name, blank).startswith("○ Not done yet")
    monkeypatch.setenv("TAILNB_STRICT", "1")
    with pytest.raises(ExerciseError, match=f"{name}: Not done yet"):
        check(name, ...)


class Hostile:
    """A thing that raises whatever is done with it."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no equality")

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, *arguments: object) -> object:
        raise SystemExit("bye")

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(f"no {name}")


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def raising(*arguments: object) -> object:
    raise Unspeakable


def wrong_answers() -> list[object]:
    values: list[object] = [
        "hello",
        "x" * 10**6,
        3,
        -1.5,
        [],
        (),
        {},
        set(),
        (1, 2, 3),
        b"",
        object(),
        type,
        len,
        exit,
    ]
    functions: list[Callable[..., object]] = [
        lambda: 3,
        lambda *arguments: float("nan"),
        lambda *arguments: Hostile(),
        raising,
    ]
    return [*values, *functions, Hostile(), Hostile, [Hostile()]]


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_gets_out(name: str, said: Said) -> None:
    for answer in wrong_answers():
        text = said(name, answer)
        assert text.startswith("✗ ")
        assert len(text) < 600


@pytest.mark.parametrize("name", NAMES)
def test_a_specification_shows_the_blank(name: str) -> None:
    shown = exercise(name)._repr_markdown_()
    assert f"**Exercise {name}: " in shown
    assert "minutes)" in shown
    assert "    ...\n" in shown or "= ..." in shown
    assert "<summary>Hint</summary>" in shown
    assert "\n    Write" not in shown  # indented, it would be shown as code


def test_an_unknown_name_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="did you mean '01-decrement'"):
        check("01-decrment", ...)


def test_an_interrupt_gets_out() -> None:
    def interrupted(n: int) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("05-states", interrupted)


def test_strict_mode_raises_for_a_wrong_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAILNB_STRICT", "1")
    with pytest.raises(ExerciseError, match="05-states: "):
        check("05-states", lambda n: n)


# --- machines


def test_a_wrong_tape_is_drawn_beside_the_right_one(said: Said) -> None:
    nothing = TuringMachine(
        {("a", "0"): ("a", "0", "R"), ("a", "_"): ("halt", "_", "S"), ("a", "1"): ("a", "1", "R")}, "a"
    )
    assert said("01-decrement", nothing) == (
        "✗ On the word '1' the machine halts with the wrong tape.\n"
        "  before     │1│_│\n"
        "  expected   │0│_│\n"
        "  found      │1│_│\n"
        "                ▲ the head, in state halt\n"
        "To watch it: TapePlayer(my_machine, '1')\n"
    )


def test_a_word_may_stand_anywhere_but_is_drawn_where_it_stands(said: Said) -> None:
    rules = {("a", "1"): ("a", "_", "R"), ("a", "0"): ("a", "_", "R"), ("a", "_"): ("b", "_", "R")}
    shifted = TuringMachine(rules | {("b", "_"): ("halt", "0", "L")}, "a")
    assert said("01-ends-in-one", shifted).splitlines()[:5] == [
        "✗ On the word '1' the machine halts with the wrong tape.",
        "  before     │1│_│_│",
        "  expected   │_│_│1│",
        "  found      │_│_│0│",
        "                ▲ the head, in state halt",
    ]


def test_an_expected_word_is_drawn_where_most_of_it_was_found(said: Said) -> None:
    assert said("01-decrement", machine("increment")).splitlines()[1:5] == [
        "  before     │_│1│",
        "  expected   │_│0│",
        "  found      │1│0│",
        "              ▲ the head, in state halt",
    ]


def test_the_smallest_word_is_shown(said: Said) -> None:
    rules = dict(decrement().transitions)
    rules["borrow", "0"] = ("halt", "1", "S")  # type: ignore[assignment]
    assert "On the word '10' " in said("01-decrement", TuringMachine(rules, initial_state="right"))
    equal = TuringMachine(
        {("a", s): ("a", "_", "R") for s in "01?"} | {("a", "_"): ("halt", "=", "S")},
        "a",
        input_symbols="01?",
    )
    assert "On the word '0?1' " in said("01-compare", equal)


def test_a_machine_for_short_words_only_is_found_out(said: Said) -> None:
    rules = {(n, a): (n + 1, b, "R") for n in range(10) for a, b in ("01", "10")}
    rules |= {(n, "_"): ("halt", "_", "S") for n in range(11)}  # type: ignore[misc]
    rules |= {(10, a): (10, a, "R") for a in "01"}
    text = said("01-flip", TuringMachine(rules, 0))
    (word,) = re.findall(r"^✗ On the word '([01]+)' the machine halts with the wrong tape", text)
    assert len(word) == 11
    assert text.splitlines()[2].count("│") == 13


def test_a_machine_that_gets_stuck_is_told_where(said: Said) -> None:
    stuck = TuringMachine({("flip", "0"): ("flip", "1", "R")}, "flip", input_symbols="01")
    text = said("01-flip", stuck)
    assert "On the empty word the machine gets stuck: no rule for state flip reading _." in text
    rules = {("flip", "0"): ("flip", "1", "R"), ("flip", "_"): ("halt", "_", "S")}
    text = said("01-flip", TuringMachine(rules, "flip", input_symbols="01"))
    assert "On the word '1' the machine gets stuck: no rule for state flip reading 1." in text
    assert "  found      │1│\n              ▲ the head, in state flip\n" in text


def test_a_machine_that_loops_is_told_so_and_only_the_head_s_surroundings_are_drawn(said: Said) -> None:
    loop = TuringMachine({("go", s): ("go", "1", "R") for s in "1_"}, "go")
    lines = said("01-double", loop).splitlines()
    assert lines[0] == "✗ The machine has not halted after 10,000 steps on the empty word."
    assert lines[3] == "  found    … " + "│1" * 16 + "│_" * 17 + "│"
    assert lines[4].index("▲") == lines[3].index("│_") + 1


def test_a_machine_of_another_alphabet_is_told_so(said: Said) -> None:
    text = said("01-decrement", TuringMachine({("a", "x"): ("halt", "x", "S")}, "a"))
    assert "The machine does not take the word '1': symbol '1' at position 0" in text


def test_names_that_hide_something_are_spelled_out(said: Said) -> None:
    state, symbol = "\x1b[31m" + "q" * 1000, "\u202ex\n"
    rules = {(state, s): (state, symbol, "R") for s in "01"}
    text = said("01-flip", TuringMachine(rules, state, input_symbols="01"))
    assert text.replace("\n", "").isprintable()
    assert len(text) < 600
    assert "│⟨202E⟩x⟨A⟩│" in said("01-flip", TuringMachine(rules | {(state, "_"): ("halt", "_", "S")}, state))


@pytest.mark.parametrize("name", MACHINES)
def test_rules_alone_are_no_machine(name: str, said: Said) -> None:
    text = said(name, {("a", "1"): ("halt", "1", "S")})
    assert "A TuringMachine is wanted, not {('a', '1')" in text
    assert "which is of type dict" in text


# --- functions and programs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_loops_is_stopped(name: str, said: Said) -> None:
    def forever(*arguments: object) -> None:
        while True:
            with contextlib.suppress(Exception):
                pass

    started = time.monotonic()
    assert "after 200,000 lines of Python" in said(name, forever)
    assert time.monotonic() - started < 5


def test_the_tracer_is_put_back() -> None:
    before = sys.gettrace()
    limited(lambda: 3)
    with pytest.raises(ZeroDivisionError):
        limited(lambda: 1 // 0)
    assert sys.gettrace() is before


def test_the_smallest_failing_call_is_shown(said: Said) -> None:
    assert said("05-states", lambda n: 2 * n).strip() == "✗ answer(2) gives 4; 3 is expected."

    def states(n: int) -> int:
        return n // 0

    assert said("05-states", states).strip() == (
        "✗ states(1) raised ZeroDivisionError: integer division or modulo by zero; 2 is expected."
    )
    assert "missing" in said("05-states", lambda a, b: a)


def test_wilson_takes_the_rounded_quantile_but_not_the_textbook_interval(said: Said) -> None:
    def textbook(correct: int, n: int) -> tuple[float, float]:
        p = correct / n
        half = 1.96 * (p * (1 - p) / n) ** 0.5
        return p - half, p + half

    assert "textbook(1, 1) gives (1.0, 1.0)" in said("10-wilson", textbook)


def test_labels_without_the_end_or_shifted_are_wrong(said: Said) -> None:
    assert "[-100, 6, 2] is expected" in said(
        "09-labels", lambda prompt, rest, end: [-100] * len(prompt) + rest
    )
    assert "[-100, 6, 2] is expected" in said("09-labels", lambda prompt, rest, end: [-100, *rest, end, end])


def test_three_modules_are_wanted_in_order(said: Said) -> None:
    assert "A list of three names is wanted" in said("10-module", "atomic state")
    assert "Text 1: it is not the atomic state that broke first" in said("10-module", ["atomic state"] * 3)
    assert "is no module; choose from" in said("10-module", ["fetcher", "atomic state", "answer"])


def test_a_scorer_with_floats_or_partial_credit_is_wrong(said: Said) -> None:
    assert "'[1, 2]', '[1,2]'" in said("10-exact-score", lambda expected, found: expected == found)
    with_floats = lambda expected, found: eval(expected) == eval(found)  # noqa: E731
    assert "0.10000000000000000001" in said("10-exact-score", with_floats)


def test_a_program_must_be_atomic_and_read_the_tape(said: Said) -> None:
    def in_one_step(tape: Tape, items: list[int]) -> None:
        with tape.state("{all}"):
            values = tape.read(*(f"items[{k}]" for k in range(len(items))), "best")
            tape.do("max")
            tape.goto(HALT)
        tape.answer(str(max(values[:-1])))

    assert "With items = [1, 2], state 0 ({all}) fetches 3 cells: items[0], items[1], best." in said(
        "02-maximum", in_one_step
    )

    def without_the_tape(tape: Tape, items: list[int]) -> None:
        with tape.state("{all}"):
            tape.do("max")
            tape.goto(HALT)
        tape.answer(str(max(items)))

    assert "no state fetches items[0]: the answer must come from the tape" in said(
        "02-maximum", without_the_tape
    )


def test_a_program_that_is_not_finished_is_told_how(said: Said) -> None:
    def no_answer(tape: Tape, items: list[int]) -> None:
        with tape.state("{0}"):
            tape.read("items[0]")
            tape.do("look")
            tape.goto(HALT)

    assert "TraceError: the program halted without an answer" in said("02-maximum", no_answer)

    def first(tape: Tape, items: list[int]) -> None:
        for k in range(len(items)):
            with tape.state(f"{{{k}}}"):
                item = tape.read(f"items[{k}]")
                tape.do("look")
                tape.goto(HALT if k == len(items) - 1 else f"{{{k + 1}}}")
        tape.answer(str(item))

    assert "With items = [2, 1] the answer is '1'; '2' is expected." in said("02-maximum", first)


# --- choices


def test_the_broken_module(said: Said) -> None:
    assert "State 0 is not the first wrong one" in said("02-which-module", (0, "memory fetcher"))
    assert "State 1 it is; but the atomic state did its part." in said("02-which-module", (1, "Atomic State"))
    assert "A pair such as 0, 'memory fetcher' is wanted" in said("02-which-module", "memory fetcher")
    assert said("02-which-module", [1, " Memory Fetcher "]).strip() == "✓ Right."


def test_modules_are_predicted_one_by_one(said: Said) -> None:
    right = ["atomic state", "memory fetcher", "linear transition", "answer"]
    assert "In text 2 it is not the format that broke" in said("02-predict", [right[0], "format", *right[2:]])
    assert "Four names are wanted" in said("02-predict", right[:3])
    assert "Four names are wanted" in said("02-predict", [*right[:3], "carry"])


def test_a_repair_goes_on_until_nothing_is_wrong(said: Said) -> None:
    text = broken_text()
    assert "in state 0: atomic state. Behind it, 1 only copied" in said("02-repair", text)
    text = text.replace("sum[0]=5, carry=0", "sum[0]=5, carry=1")
    assert "in state 1: memory fetcher" in said("02-repair", text)
    text = text.replace("b[1]=6, carry=0", "b[1]=6, carry=1").replace("sum[1]=1", "sum[1]=2")
    assert "is now in the answer." in said("02-repair", text)
    assert said("02-repair", text.replace("1415", "1425")).strip() == "✓ Right."


def test_a_choice(said: Said) -> None:
    assert "No, not 'tail'. Look again." in said("00-read-the-chart", "tail")
    assert "One of 'tail', 'index_hint', 'reversed' is wanted" in said("00-read-the-chart", "TAIL!")


def test_a_split_must_stay_in_any_process_and_order(said: Said) -> None:
    real = builtins.hash

    def by_hash(key: str) -> str:
        return "eval" if hash(key) % 10 == 0 else "train"

    assert "when asked again, in another order and process" in said("04-split", by_hash)

    def by_chance(key: str) -> str:
        return "eval" if random.random() < 0.1 else "train"

    assert "when asked again, in another order and process" in said("04-split", by_chance)

    def by_order(key: str, keys: list[str] = []) -> str:  # noqa: B006
        keys.append(key)
        return "eval" if len(keys) % 10 == 0 else "train"

    assert "when asked again, in another order and process" in said("04-split", by_order)
    assert 'gives True; "train" or "eval" is wanted' in said("04-split", lambda key: True)
    assert "0.0% are" in said("04-split", lambda key: "train")
    assert builtins.hash is real


def test_counts_may_be_a_list_but_must_add_up(said: Said) -> None:
    def as_list(ratio: str, total: int) -> list[int]:
        return list(ratio_counts(ratio, total).values())

    assert said("04-ratio", as_list).startswith("✓")

    def rounded(ratio: str, total: int) -> list[int]:
        weights = [int(part) for part in ratio.split(":")]
        return [round(total * weight / sum(weights)) for weight in weights]

    assert "'1:1:1', 10) gives [3, 3, 3]" in said("04-ratio", rounded)


def test_the_exercises_need_no_heavy_package() -> None:
    code = "import sys, tailnb.exercises as e; e.exercises(); print({'torch', 'altair'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"


# --- a task of one's own


def own(tmp_path: Path, before: str = "", after: str = "") -> Path:
    """A folder with the vowels task, in which one part was changed."""
    assert before in VOWELS
    folder = tmp_path / "own"
    folder.mkdir(exist_ok=True)
    (folder / "vowels.py").write_text(VOWELS.replace(before, after, 1) if before else VOWELS)
    return folder


def test_an_own_task_is_known_everywhere_once_it_is_right(said: Said, tmp_path: Path) -> None:
    folder = own(tmp_path, "count + vowel", "count + 1")
    assert "run answers" in said("03-own-task", folder)
    own(tmp_path)
    assert said("03-own-task", str(folder)).strip() == "✓ Right."
    assert task("vowels").problem(word="aorta").trace().answer == "3"
    assert all_tasks()[-1].name == "vowels"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("def reference", "def referee", "does not define reference"),
        ("PARAMS = (", "PARAMS = ((", "cannot be read: SyntaxError"),
        ('"""Vowels', 'A = """Vowels', "its docstring must be a text, not None"),
        ('TITLE = "Vowels"', "TITLE = 3", "its TITLE must be a text, not 3"),
        ('"M": (6, 9), ', "", "LENGTHS must give S, M and L"),
        ("(6, 9)", "(5, 9)", "M is (5, 9)"),
        ("26**n", "0.5", "problem_space of S must be a whole number from 1, not 2.0"),
        ("rng.randint(low, high)", "low - 1", "for range S, of length 1"),
        (
            "from tailnb.traces import",
            "import tailnb_missing\nfrom tailnb.traces import",
            "ModuleNotFoundError",
        ),
        ("not word or", "len(word) > 8 or", "validate on word="),
        ("raise ValueError(f", "str(f", "validate takes word=None"),
        ("return len(word)", "while word: size = 0", "length has not ended after 200,000 lines"),
        ("if letter == BLANK:", "if letter == 0:", "TraceError: vowels stopped at"),
        ('"count")\n', '"count", "word[0]", "word[1]", "x")[:2]\n', "state 0 ({0}) fetches 5 cells"),
        ('word.count(vowel) for vowel in "aeiou"', "1 for letter in word if letter", "run answers"),
        ("reference(word):\n    return str(", "reference(word):\n    return (", "but reference "),
        (
            '"How many vowels are in {word}?"',
            '"How many vowels?"',
            "TEMPLATES[0] and words() differ in {word}",
        ),
        ('"How many vowels are in {word}?"', '"Vowels in {word?"', "TEMPLATES[0] raised ValueError"),
        ("for asked in ASKED]", "for asked in ASKED][:19]", "20 different wordings or more, not 19"),
        ('in "aeiou"\n', 'in ""\n', "run answers '0', but"),
    ],
)
def test_an_own_task_is_told_what_is_wrong(
    before: str, after: str, message: str, said: Said, tmp_path: Path
) -> None:
    text = said("03-own-task", own(tmp_path, before, after))
    assert text.startswith("✗ ")
    assert message in text
    assert len(text) < 600


def test_an_own_task_with_one_answer_only_is_refused(said: Said, tmp_path: Path) -> None:
    folder = own(tmp_path)
    path = folder / "vowels.py"
    path.write_text(VOWELS.replace("rng.choices(LETTERS,", 'rng.choices("bcdf",'))
    assert "all 45 problems have the answer '0'" in said("03-own-task", folder)


def test_a_folder_without_a_task_is_told_so(said: Said, tmp_path: Path) -> None:
    assert "There is no task in" in said("03-own-task", tmp_path)
    assert "is not a folder" in said("03-own-task", tmp_path / "none")
    assert "A folder with your task's file in it is wanted, not 3." in said("03-own-task", 3)
    (tmp_path / "lcs.py").write_text(VOWELS)
    assert "there is a task lcs already" in said("03-own-task", tmp_path)


def test_the_first_over_is_the_longest_of_the_first_range(said: Said) -> None:
    def any_range(rows: list[dict[str, Any]], limit: int) -> tuple[str, str] | None:
        over = [row for row in rows if row["unit"] == "tokens" and row["max"] > limit]
        return next(((row["task"], row["range"]) for row in over), None)

    assert "('dijkstra', 'M') is expected" in said("03-first-over", any_range)
    counting_states = lambda rows, limit: (rows[0]["task"], rows[0]["range"])  # noqa: E731
    assert "None is expected" in said("03-first-over", counting_states)
