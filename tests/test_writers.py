"""Writers: budgets, prompts, batches, files; evaluations that are killed and go on."""

from __future__ import annotations

import errno
import json
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from transformers import DynamicCache, GenerationConfig  # noqa: E402

import tailnb  # noqa: E402
from tailnb.evaluation import first_errors, log, wilson  # noqa: E402
from tailnb.evaluation.log import LONGEST_TEXT, OUTPUTS, storable  # noqa: E402
from tailnb.evaluation.measure import evaluate  # noqa: E402
from tailnb.evaluation.outputs import LONGEST_LINE, check_outputs  # noqa: E402
from tailnb.evaluation.run import evaluate_writer  # noqa: E402
from tailnb.evaluation.writer import Writer, Written  # noqa: E402
from tailnb.models import generate as generation  # noqa: E402
from tailnb.models import nano  # noqa: E402
from tailnb.models.generate import generate  # noqa: E402
from tailnb.models.load import load  # noqa: E402
from tailnb.models.writers import open_writer  # noqa: E402
from tailnb.models.writers.budgets import FREE, SAMPLE, Budgets, budget  # noqa: E402
from tailnb.models.writers.causal import CausalWriter  # noqa: E402
from tailnb.models.writers.file import FileWriter  # noqa: E402
from tailnb.models.writers.fingerprint import fingerprint  # noqa: E402
from tailnb.models.writers.nano import NanoWriter  # noqa: E402
from tailnb.models.writers.prompts import ASK, first_answer  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def tail():
    return nano.load("nano-tail")


@pytest.fixture(scope="module")
def loaded():
    """The nano model as any causal model: a model and a tokenizer of transformers."""
    return load("nano-tail")


class Scripted(Writer):
    """Writes right and wrong texts in turn, and falls over after some of them."""

    def __init__(
        self, name="scripted", method="tail", style="core", after=None, text=None, fail=RuntimeError
    ):
        self.name, self.method, self.style = name, method, style
        self.after, self.text, self.fail = after, text, fail
        self.wrote = []

    def write(self, problems):
        for place in reversed(range(len(problems))):
            if len(self.wrote) == self.after:
                raise self.fail("fell over")
            self.wrote.append(problems[place])
            yield Written(place, self.text or spoilt(problems[place]), tokens=7, seconds=0.5)


def spoilt(problem):
    """The true text, or for some problems one that is wrong in one place, or in the answer."""
    text = problem.completion()
    kind = len(problem.query) % 3
    return text if kind == 0 else text.replace("goto", "go to", 1) if kind == 1 else text[: len(text) // 2]


def figures(results):
    """What is measured, without what differs between two runs."""
    return [replace(one, seconds=None, seed=0, provenance={}) for one in results]


# --- budgets and prompts


def characters(text):
    return len(text)


@pytest.mark.parametrize("method", ["tail", "none"])
def test_no_true_text_is_cut(method):
    limit = Budgets(Scripted(method=method), characters)
    for task in ("prime_search", "diophantine_equation", "lcs"):
        for problem in (tailnb.task(task).sample(r, 3, i, "eval") for r in "SM" for i in range(10)):
            assert limit(problem, 10) >= 1.1 * len(problem.completion(method))


def test_a_budget_is_measured_once_for_a_task_and_range_and_depends_on_nothing_else():
    seen = []
    limit = Budgets(Scripted(), lambda text: seen.append(text) or len(text))
    problems = [tailnb.task("binary_search").sample(r, 1, i) for r in "SL" for i in range(5)]
    first = [limit(problem, 10) for problem in problems]
    assert len(seen) == 2 * SAMPLE + len(problems)
    assert first == [limit(problem, 20) for problem in problems]
    assert first[::-1] == [Budgets(Scripted(), characters)(problem, 10) for problem in problems[::-1]]
    sample = [tailnb.task("binary_search").sample("S", 0, i) for i in range(SAMPLE)]
    assert min(first) == budget(max(len(problem.completion()) for problem in sample))


def test_a_problem_beyond_the_ranges_has_its_own_budget():
    problem = tailnb.task("large_number_addition").problem(a="1" * 90, b="2" * 90)
    assert Budgets(Scripted(), characters)(problem, 1) == budget(len(problem.completion()))


def test_the_context_caps_a_budget_and_refuses_a_prompt_that_does_not_fit():
    problem = tailnb.task("binary_search").sample("L")
    limit = Budgets(Scripted(), characters, context=1000)
    assert limit(problem, 900) == 100
    with pytest.raises(ValueError, match=r"scripted holds 1,000 tokens, and the prompt .* has 1,000; choose"):
        limit(problem, 1000)


def test_a_model_that_writes_what_it_likes_has_a_fixed_budget_and_a_user_may_set_one():
    problem = tailnb.task("binary_search").sample()
    assert Budgets(Scripted(method="base"), characters)(problem, 10) == FREE
    assert Budgets(Scripted(), characters, most=12)(problem, 10) == 12
    with pytest.raises(ValueError, match="max_tokens must be a whole number from 1, not 0"):
        Budgets(Scripted(), characters, most=0)


def test_a_fine_tuned_model_reads_its_prompt_and_a_base_model_a_question(loaded):
    model, _ = loaded
    problem = tailnb.task("compare_numbers").sample()
    read = []

    class Reader:
        eos_token_id, pad_token_id, chat_template = 2, 0, None

        def __call__(self, text, **options):
            read.append((text, options))
            return {"input_ids": [1, 5]}

        def apply_chat_template(self, turns, **options):
            return f"<user>{turns[0]['content']}<model>"

        def encode(self, text):
            return text.split()

        def decode(self, numbers, **options):
            return "Final answer: 1\n\nAnother question.\nFinal answer: 2\n"

    def written(tokenizer, method):
        writer = CausalWriter(model, tokenizer, "reader", method, max_tokens=3)
        return next(writer.write([problem])).text

    assert written(Reader(), "tail").endswith("2\n")
    assert read.pop() == (problem.prompt(), {})
    assert written(Reader(), "base") == "Final answer: 1\n"  # it has no end mark: the rest is not meant
    assert read.pop() == (f"{problem.query}\n{ASK}\n", {})
    chat = Reader()
    chat.chat_template = "…"
    assert written(chat, "base").endswith("2\n")
    assert read.pop() == (f"<user>{problem.query}\n{ASK}<model>", {"add_special_tokens": False})


def test_a_text_is_cut_behind_its_first_final_answer_only_if_there_is_one():
    assert first_answer("a\nFinal answer: 3\nb") == "a\nFinal answer: 3\n"
    assert first_answer("I think the answer is 3.\nb") == "I think the answer is 3.\nb"


# --- batches


def prompts_of(tokenizer, problems):
    return [tokenizer(problem.prompt(style="tape"))["input_ids"] for problem in problems]


def test_rows_are_the_same_in_any_batch_and_end_at_their_own_budget(loaded):
    model, tokenizer = loaded
    problems = nano.problems("compare_numbers", "S", 6)
    prompts = prompts_of(tokenizer, problems)
    budgets = [5, 500, 500, 17, 500, 500]

    def rows(**sizes):
        found = generate(model, tokenizer, prompts, budgets, **sizes)
        return sorted((row.place, row.numbers, row.ended) for row in found)

    whole = rows()
    assert [len(numbers) for place, numbers, _ in whole if place in (0, 3)] == [5, 17]
    assert [ended for _, _, ended in whole] == [False, True, True, False, True, True]
    assert whole == rows(batch_size=1) == rows(batch_size=4) == rows(batch_tokens=1200)


def test_batches_keep_within_rows_and_tokens(loaded, monkeypatch):
    sizes = []

    def write(model, tokenizer, prompts, budgets):
        sizes.append((len(prompts), (max(map(len, prompts)) + max(budgets)) * len(prompts)))
        return [([], True) for _ in prompts]

    monkeypatch.setattr(generation, "_write", write)
    prompts, budgets = [[1] * n for n in range(1, 31)], [10 * n for n in range(30, 0, -1)]
    rows = list(generate(*loaded, prompts, budgets, batch_size=8, batch_tokens=1000))
    assert sorted(row.place for row in rows) == list(range(30))
    assert max(rows for rows, _ in sizes) == 8
    assert all(tokens <= 1000 or rows == 1 for rows, tokens in sizes)
    assert len(sizes) < 15


def test_a_batch_that_does_not_fit_is_halved_and_a_row_that_does_not_is_an_error(loaded, monkeypatch):
    sizes = []

    def write(model, tokenizer, prompts, budgets):
        sizes.append(len(prompts))
        if len(prompts) > room:
            raise torch.OutOfMemoryError("too much")
        return [([], True) for _ in prompts]

    monkeypatch.setattr(generation, "_write", write)
    room = 3
    assert len(list(generate(*loaded, [[1]] * 12, [5] * 12))) == 12
    assert sizes == [12, 6, 3, 3, 3, 3]
    room = 0
    with pytest.raises(torch.OutOfMemoryError):
        list(generate(*loaded, [[1]] * 2, [5] * 2))


def test_a_cache_with_room_holds_what_transformers_own_does_and_copies_nothing(loaded):
    roomy, plain = generation._cache(loaded[0], 20), DynamicCache()
    places = set()
    for tokens in (7, 1, 12):
        new = torch.randn(2, 3, 4, tokens, 8)
        for layer in range(2):
            for ours, theirs in zip(roomy.update(*new, layer), plain.update(*new, layer), strict=True):
                assert torch.equal(ours, theirs)
                places.add(ours.data_ptr())
        assert roomy.get_seq_length() == plain.get_seq_length()
    assert len(places) == 4


def test_a_row_at_the_end_of_its_budget_keeps_no_other_waiting(loaded, monkeypatch):
    model, tokenizer = loaded
    short, long = nano.problems("compare_numbers", "S", 1) + nano.problems("compare_numbers", "M", 1)
    widths, write = [], model.generate

    def recorded(**options):
        output = write(**options)
        widths.append(output.shape[1] - options["input_ids"].shape[1])
        return output

    monkeypatch.setattr(model, "generate", recorded)
    whole = {
        row.place: row for row in generate(model, tokenizer, prompts_of(tokenizer, [short, long]), [900, 5])
    }
    assert whole[0].ended
    assert widths == [len(whole[0].numbers) + 1]


def test_a_models_own_generation_config_changes_no_text_but_its_end_marks_count(loaded, monkeypatch):
    model, tokenizer = loaded
    prompts = prompts_of(tokenizer, nano.problems("compare_numbers", "S", 2))[1:]

    def written(end=2, **config):
        monkeypatch.setattr(model, "generation_config", GenerationConfig(eos_token_id=[2, end], **config))
        (row,) = generate(model, tokenizer, prompts, [200])
        return row

    plain = written()
    assert written(repetition_penalty=1.5, do_sample=True, temperature=3.0, use_cache=False)[:3] == plain[:3]
    cut = written(end=plain.numbers[9])
    assert cut.numbers == plain.numbers[: plain.numbers.index(plain.numbers[9])]
    assert cut.ended


def test_a_model_in_training_can_be_looked_at(tail):
    model, tokenizer = load("nano-tail")
    numbers = torch.tensor(prompts_of(tokenizer, nano.problems("compare_numbers", "S", 1)))

    def gradient():
        model.zero_grad()
        model.train()
        model(input_ids=numbers, labels=numbers).loss.backward()
        return model.lm_head.weight.grad.clone()

    before = gradient()
    list(
        CausalWriter(model, tokenizer, "live", "tail", "tape").write(nano.problems("compare_numbers", "S", 2))
    )
    assert torch.equal(before, gradient())


# --- models


@pytest.mark.parametrize("name", ["nano-tail", "nano-none"])
def test_a_nano_model_has_the_same_figures_as_by_its_own_evaluation(name, tmp_path):
    model = nano.load(name)
    tasks = ("compare_numbers", "large_number_addition")
    found = evaluate_writer(open_writer(name), tasks, "S", 4, seed=5, folder=tmp_path)
    problems = [p for task in tasks for p in nano.problems(task, "S", 4, seed=5)]
    own = model.evaluate(problems)
    assert figures(found) == figures(own)
    assert all(row.seconds > 0 and row.tokens > 0 and row.seed == 5 for row in found)
    by_file = evaluate_writer(FileWriter(tmp_path / OUTPUTS), tasks, n=4)
    assert figures(by_file) == figures(own)


def test_a_causal_model_writes_what_the_nano_model_writes(tail, loaded):
    problems = nano.problems("compare_numbers", "M", 3, seed=2)
    writer = CausalWriter(*loaded, "causal", method="tail", style="tape")
    texts = {one.place: one for one in writer.write(problems)}
    assert [texts[n].text.split() for n in range(3)] == [text.split() for text in tail.write(problems)]
    assert all(one.ended and one.tokens == len(one.text.split()) for one in texts.values())
    (row,) = evaluate_writer(writer, "compare_numbers", "M", 3, seed=2)
    (own,) = evaluate(problems, tail.write(problems), model="causal", style="tape")
    assert (row.correct, row.trace_correct, row.errors) == (own.correct, own.trace_correct, own.errors)


def test_a_nano_model_reads_the_same_problems_as_a_causal_one(loaded):
    writer = CausalWriter(*loaded, "causal", method="tail", style="tape")
    own, sums = NanoWriter(nano.load("nano-tail")), ("large_number_addition", "S", 8)
    assert writer.problems(*sums, seed=3) == own.problems(*sums, seed=3) == nano.problems(*sums, seed=3)
    assert not any("." in str(problem.params) for problem in writer.problems(*sums, seed=3))
    in_words = CausalWriter(*loaded, "causal").problems(*sums, seed=3)
    assert any("." in str(problem.params) for problem in in_words)


def test_a_nano_model_in_four_bits_writes_what_its_recipe_says():
    pytest.importorskip("bitsandbytes")
    writer = open_writer("nano-none", quantize=True, max_tokens=4)
    assert (type(writer), writer.method, writer.style) == (CausalWriter, "none", "tape")
    assert writer.tasks == nano.load("nano-none").recipe.tasks
    (row,) = evaluate_writer(writer, "large_number_addition", "S", 2)
    assert (row.method, row.style, row.tokens) == ("none", "tape", 4)


def test_a_task_that_a_nano_model_does_not_know_is_refused(tail):
    with pytest.raises(ValueError, match=r"mine was trained on .*compare_numbers, not on lcs"):
        evaluate_writer(NanoWriter(tail, "mine"), "lcs", "S", 2)


def test_a_prompt_beyond_the_context_is_refused_before_anything_is_written(loaded, monkeypatch):
    model, tokenizer = loaded
    monkeypatch.setattr(model.config, "max_position_embeddings", 40)
    writer = CausalWriter(model, tokenizer, "small", "tail", "tape")
    with pytest.raises(
        ValueError, match=r"small holds 40 tokens, and the prompt of compare_numbers at length"
    ):
        evaluate_writer(writer, "compare_numbers", ("S", "M"), 2)


def test_a_fingerprint_tells_trainings_apart():
    model, other = (nano.Training(nano.Recipe(steps=1, tokens=64)).model for _ in range(2))
    assert fingerprint(model) == fingerprint(other)
    with torch.no_grad():
        other.model.norm.weight[3] += 1e-3
    assert fingerprint(model) != fingerprint(other)


# --- an evaluation


def test_results_are_those_of_scoring_all_texts_at_once():
    writer = Scripted()
    found = evaluate_writer(
        writer, ["binary_search", "lcs"], ("S", "L"), 5, seed=3, provenance={"command": "x"}
    )
    assert [(row.task, row.range, row.n) for row in found] == [
        (task, range_, 5) for task in ("binary_search", "lcs") for range_ in "SL"
    ]
    problems = [p for t in ("binary_search", "lcs") for r in "SL" for p in eval_problems(t, r, 5, 3)]
    texts = [spoilt(problem) for problem in problems]
    own = evaluate(problems, texts, model="scripted", style="core", tokens=[7] * 20, seconds=10.0, seed=3)
    assert [replace(row, provenance={}) for row in found] == own
    assert found[0].provenance == {"command": "x", "cut_off": 0}
    assert (found[0].low, found[0].high) == wilson(found[0].correct, 5)
    assert sum(sum(row.errors.values()) for row in found) == sum(first_errors(problems, texts).values()) > 0


def eval_problems(task, range_, n, seed):
    from tailnb.dataset import problems

    return problems(task, range_, n, seed=seed, split="eval")


def lines(folder):
    return [json.loads(line) for line in (folder / OUTPUTS).read_bytes().splitlines()]


@settings(max_examples=25, deadline=None)
@given(after=st.integers(0, 11), torn=st.integers(0, 5000), again=st.integers(0, 11))
def test_a_fall_at_any_place_and_a_torn_file_cost_nothing_but_what_was_torn(
    tmp_path_factory, after, torn, again
):
    folder = tmp_path_factory.mktemp("run")
    asked = ("binary_search", ("S", "M"), 6)
    whole = evaluate_writer(Scripted(), *asked)
    for stop in (after, again):
        with suppress(RuntimeError):  # the second one may have little left to do
            evaluate_writer(Scripted(after=stop), *asked, folder=folder)
        path = folder / OUTPUTS
        path.write_bytes(path.read_bytes()[: max(0, path.stat().st_size - torn)])
    kept = path.read_bytes().count(b"\n")
    rest, counts = Scripted(), []
    assert evaluate_writer(rest, *asked, folder=folder, progress=counts.append) == whole
    assert counts == [kept] + [1] * (12 - kept)
    assert len(rest.wrote) == 12 - kept
    assert len(lines(folder)) == len({(row["range"], row["index"]) for row in lines(folder)}) == 12
    done = Scripted(after=0)
    assert evaluate_writer(done, *asked, folder=folder) == whole


KILLED = """
import os, signal, sys
from tailnb.evaluation.run import evaluate_writer
from tailnb.evaluation.writer import Writer, Written

class Mortal(Writer):
    name, method = "mortal", "tail"
    def write(self, problems):
        for place, problem in enumerate(problems):
            if place == int(sys.argv[2]):
                os.kill(os.getpid(), signal.SIGKILL)
            yield Written(place, problem.completion())

for row in evaluate_writer(Mortal(), "binary_search", ("S", "M"), 4, folder=sys.argv[1]):
    print(row.range, row.n, row.correct)
"""


def test_a_killed_process_goes_on(tmp_path):
    def run(after):
        command = [sys.executable, "-c", KILLED, str(tmp_path / "run"), str(after)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run(3).returncode == -signal.SIGKILL
    first = (tmp_path / "run" / OUTPUTS).read_bytes()
    assert first.count(b"\n") == 3
    assert run(8).stdout == "S 4 4\nM 4 4\n"
    assert (tmp_path / "run" / OUTPUTS).read_bytes().startswith(first)
    assert len(lines(tmp_path / "run")) == 8


def test_more_problems_ranges_and_tasks_go_into_the_same_folder(tmp_path):
    evaluate_writer(Scripted(), "binary_search", "S", 3, folder=tmp_path)
    more = Scripted()
    found = evaluate_writer(more, ["binary_search", "lcs"], "S", 5, folder=tmp_path)
    assert len(more.wrote) == 2 + 5
    assert found == evaluate_writer(Scripted(), ["binary_search", "lcs"], "S", 5)
    assert evaluate_writer(Scripted(after=0), "lcs", "S", 2, folder=tmp_path)[0].n == 2


def test_a_full_disk_loses_nothing(tmp_path):
    full = Scripted(after=2, fail=lambda _: OSError(errno.ENOSPC, "full"))
    with pytest.raises(OSError, match="What is written is kept: make room, and run the same again"):
        evaluate_writer(full, "binary_search", "S", 3, folder=tmp_path)
    assert len(lines(tmp_path)) == 2


def test_a_line_that_is_there_twice_counts_once(tmp_path):
    found = evaluate_writer(Scripted(), "binary_search", "S", 3, folder=tmp_path)
    path = tmp_path / OUTPUTS
    path.write_bytes(path.read_bytes() * 2)
    assert evaluate_writer(Scripted(after=0), "binary_search", "S", 3, folder=tmp_path) == found


def test_what_was_kept_can_be_checked_by_the_command_too(tmp_path):
    found = evaluate_writer(Scripted(), "binary_search", ("S", "M"), 4, folder=tmp_path)
    checked = check_outputs(tmp_path / OUTPUTS).results()
    key = "SML".index
    told = [
        (r.range, r.n, r.correct, r.trace_correct, r.errors)
        for r in sorted(checked, key=lambda r: key(r.range))
    ]
    assert told == [(r.range, r.n, r.correct, r.trace_correct, r.errors) for r in found]


@pytest.mark.parametrize(
    ("other", "seed", "said"),
    [
        (Scripted("another"), 0, "model 'scripted' there, 'another' asked for"),
        (Scripted(method="plain"), 0, "method 'tail' there, 'plain' asked for"),
        (Scripted(style="styled"), 0, "style 'core' there, 'styled' asked for"),
        (Scripted(), 1, "seed 0 there, 1 asked for"),
    ],
)
def test_a_folder_of_another_model_method_or_seed_is_refused(tmp_path, other, seed, said):
    evaluate_writer(Scripted(), "binary_search", "S", 2, folder=tmp_path)
    before = (tmp_path / OUTPUTS).read_bytes()
    with pytest.raises(ValueError, match=said):
        evaluate_writer(other, "binary_search", "S", 3, seed=seed, folder=tmp_path)
    assert (tmp_path / OUTPUTS).read_bytes() == before


def test_a_folder_of_other_weights_is_refused(tmp_path, loaded):
    problems = {"tasks": "compare_numbers", "ranges": "S", "n": 1, "folder": tmp_path}
    evaluate_writer(CausalWriter(*loaded, "mine", "tail", "tape", max_tokens=2), **problems)
    model, tokenizer = load("nano-none")
    with pytest.raises(ValueError, match=r"about .*'weights': "):
        evaluate_writer(CausalWriter(model, tokenizer, "mine", "tail", "tape", max_tokens=2), **problems)


def test_a_folder_of_something_else_a_held_one_and_a_changed_one_are_refused(tmp_path):
    asked = ("binary_search", "S", 2)
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ValueError, match="holds something else than an evaluation"):
        evaluate_writer(Scripted(), *asked, folder=tmp_path)
    with pytest.raises(ValueError, match="is a file; choose a folder"):
        evaluate_writer(Scripted(), *asked, folder=tmp_path / "letter.txt")
    folder = tmp_path / "run"

    class Nested(Scripted):
        def write(self, problems):
            with pytest.raises(ValueError, match="another evaluation is writing to"):
                evaluate_writer(Scripted(), *asked, folder=folder)
            yield from super().write(problems)

    evaluate_writer(Nested(), *asked, folder=folder)
    path = folder / OUTPUTS
    good = path.read_bytes()
    path.write_bytes(good.replace(b'"query": "', b'"query": "Why? ', 1))
    with pytest.raises(ValueError, match=r"line 1: another problem than number 1 of binary_search S"):
        evaluate_writer(Scripted(), *asked, folder=folder)
    for broken in (
        b"[]\n",
        b"{}\n",
        b"\xff\n",
        b'{"task": [], "range": "S", "index": 0}\n',
        b"\n",
        good.replace(b'"index"', b'"i"'),
    ):
        path.write_bytes(broken + good)
        with pytest.raises(ValueError, match="line 1 was changed"):
            evaluate_writer(Scripted(), *asked, folder=folder)
    (folder / "evaluation.json").write_text("{")
    with pytest.raises(ValueError, match=r"evaluation\.json cannot be read"):
        evaluate_writer(Scripted(), *asked, folder=folder)


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=st.characters(codec=None, categories=None), max_size=40))
def test_any_text_survives_the_file(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("run")
    evaluate_writer(Scripted(text=text or " "), "binary_search", "S", 2, folder=folder)
    kept = [row["output"] for row in lines(folder)]
    assert kept == [storable(text or " ")] * 2
    assert kept[0].encode()
    assert not any("\ud800" <= character <= "\udfff" for character in kept[0])
    (row,) = evaluate_writer(Scripted(after=0), "binary_search", "S", 2, folder=folder)
    assert row.n == 2


def test_a_huge_text_is_cut_and_said_to_be(tmp_path, monkeypatch):
    widest = len(json.dumps("\0", ensure_ascii=False)) - 2
    assert LONGEST_TEXT * widest < 0.9 * LONGEST_LINE  # or the line could not be read back
    monkeypatch.setattr(log, "LONGEST_TEXT", 1000)
    writer = Scripted(text="\0" * 1001)
    (row,) = evaluate_writer(writer, "binary_search", "S", 1, folder=tmp_path)
    assert (row.correct, row.provenance["cut_off"]) == (0, 1)
    assert len(lines(tmp_path)[0]["output"]) == 1000


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"n": 0}, "number of problems must be a whole number from 1, not 0"),
        ({"tasks": "binsearch"}, "no task 'binsearch'; did you mean"),
        ({"ranges": "XS"}, "no range 'XS'; choose from S, M, L"),
        ({"tasks": []}, "scripted has no text for any of these tasks and ranges"),
        ({"tasks": "permutation_combination", "ranges": "L"}, "a trace may have 100,000 states"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, changes, said):
    asked = {"tasks": "binary_search", "ranges": "S", "n": 1} | changes
    with pytest.raises(ValueError, match=said):
        evaluate_writer(Scripted(), **asked, folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_writer_that_leaves_out_or_repeats_is_found_out():
    class Careless(Scripted):
        def write(self, problems):
            yield from (Written(place, "x") for place in self.places)

    writer = Careless()
    writer.places = [0, 0]
    with pytest.raises(RuntimeError, match="wrote number 0 twice"):
        evaluate_writer(writer, "binary_search", "S", 2)
    writer.places = [1]
    with pytest.raises(RuntimeError, match="left out 1 of 2 texts"):
        evaluate_writer(writer, "binary_search", "S", 2)


# --- a file


def test_a_file_is_evaluated_on_its_own_problems_each_line_once(tmp_path):
    derangement = tailnb.task("derangement").problem(n=5)
    texts = ["Final answer: 44", "Final answer: 45", "Final answer: 44"]
    rows = [
        {"task": "derangement", "params": derangement.params, "output": t, "method": "none"} for t in texts
    ]
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    told = []
    (row,) = evaluate_writer(open_writer(path, tell=told.append), ["derangement", "lcs"], n=9)
    assert told == ["mine: 3 outputs in mine.jsonl, of derangement."]
    with pytest.raises(ValueError, match=r"mine has no text for any of these .*; it knows derangement"):
        evaluate_writer(open_writer(path), "lcs", n=9)
    assert (row.model, row.method, row.n, row.correct) == ("mine", "none", 3, 2)
    with pytest.raises(ValueError, match="has no output for"):
        list(FileWriter(path).write([tailnb.task("lcs").sample()]))
    with pytest.raises(ValueError, match="method: a file of outputs says that itself"):
        open_writer(path, method="tail")
    path.write_text(json.dumps(rows[0]) + "\n" + json.dumps(rows[1] | {"method": "plain"}) + "\n")
    with pytest.raises(ValueError, match="differ in method; `tailnb check` tells them apart"):
        FileWriter(path)
    path.write_text(json.dumps(rows[0] | {"params": {"n": 1000}}) + "\n")
    with pytest.raises(ValueError, match="has no problem of a length in S, M or L"):
        FileWriter(path)
    path.write_text("\n")
    with pytest.raises(ValueError, match="is empty"):
        FileWriter(path)
    path.write_text("{\n")
    with pytest.raises(ValueError, match=r"mine\.jsonl, line 1: not JSON"):
        FileWriter(path)


# --- vLLM, by a stand-in that records how it is called: vLLM itself is not installed here


def test_vllm_is_called_as_its_manual_says(loaded, monkeypatch, tmp_path):
    calls = []

    class LLM:
        def __init__(self, **options):
            calls.append(options)

        def get_tokenizer(self):
            return loaded[1]

        def generate(self, prompts, params, *, lora_request, use_tqdm):
            calls.append((prompts, params, lora_request))
            text = SimpleNamespace(text="a b", token_ids=[1, 2, 3], finish_reason="stop")
            cut = SimpleNamespace(text="a b c", token_ids=[1, 2, 3], finish_reason="length")
            return [SimpleNamespace(outputs=[cut if param.max_tokens < 9 else text]) for param in params]

    fake, request = ModuleType("vllm"), ModuleType("vllm.lora.request")
    fake.LLM, fake.SamplingParams = LLM, lambda **options: SimpleNamespace(**options)
    request.LoRARequest = lambda name, number, path: SimpleNamespace(lora_name=name, lora_path=path)
    for name, module in {
        "vllm": fake,
        "vllm.lora": ModuleType("vllm.lora"),
        "vllm.lora.request": request,
    }.items():
        monkeypatch.setitem(sys.modules, name, module)
    (tmp_path / "adapter_config.json").write_text('{"r": 16}')
    (tmp_path / "adapter_model.safetensors").write_bytes(b"weights")
    recipe = {"method": "tail", "style": "tape", "without": ["memory fetcher"], "tasks": ["lcs"]}
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    options = {"engine": "vllm", "name": "fast"}
    causal = tmp_path / "model"
    shutil.copytree(nano.nano.SHIPPED / "nano-tail", causal)
    (causal / "recipe.json").unlink()
    writer = open_writer(causal, adapter=tmp_path, **options)
    assert (writer.method, writer.style, writer.without) == ("tail", "tape", ("memory fetcher",))
    assert writer.tasks == ("lcs",)
    assert calls[0]["max_model_len"] == 4096
    assert (calls[0]["enable_lora"], calls[0]["max_lora_rank"]) == (True, 16)
    problems = nano.problems("compare_numbers", "S", 3)
    texts = list(writer.write(problems))
    assert [(one.text, one.tokens, one.ended) for one in texts] == [("a b", 2, True)] * 3
    prompts, params, lora = calls[1]
    assert sorted(p["prompt_token_ids"] for p in prompts) == sorted(prompts_of(loaded[1], problems))
    assert {param.temperature for param in params} == {0.0}
    assert lora.lora_path == str(tmp_path)
    short = open_writer(causal, adapter=tmp_path, max_tokens=3, **options)
    (tmp_path / "recipe.json").write_text("[]")
    with pytest.raises(ValueError, match=r"recipe\.json holds no recipe with method, style and tasks"):
        open_writer(causal, adapter=tmp_path, **options)
    assert [(one.tokens, one.ended) for one in short.write(problems[:1])] == [(3, False)]


# --- opening


def test_a_writer_is_opened_by_what_it_is(tmp_path):
    assert isinstance(open_writer("nano-tail"), NanoWriter)
    assert isinstance(open_writer("nano-tail", method="tail"), NanoWriter)
    folder = tmp_path / "mine"
    shutil.copytree(nano.nano.SHIPPED / "nano-tail", folder)
    (folder / "recipe.json").unlink()
    writer = open_writer(folder, method="tail", style="tape", without="memory fetcher", max_tokens=3)
    assert (type(writer), writer.name, writer.without) == (CausalWriter, "mine", ("memory fetcher",))
    assert writer.about["dtype"] == "bfloat16"
    (row,) = evaluate_writer(writer, "compare_numbers", "S", 2)
    assert (row.method, row.tokens) == ("tail without memory fetcher", 3)


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        ("nano-tial", {}, "did you mean 'nano-tail'"),
        ("nano-tail", {"method": "plain"}, "nano-tail writes method 'tail', not 'plain'"),
        ("nano-tail", {"engine": "tgi"}, "no engine 'tgi'; choose from auto, transformers, vllm"),
        ("nano-tail", {"max_tokens": 3}, "a NanoWriter takes no max_tokens; it takes nano, name"),
        ("nano-tail", {"adapter": "nowhere"}, "no adapter's folder 'nowhere'"),
        ("http://localhost:1/v1", {"name": "x", "n": 3}, "a ServerWriter takes no n; it takes client, name"),
        ("nowhere.jsonl", {}, "no file of outputs 'nowhere.jsonl'"),
    ],
)
def test_what_cannot_be_opened_is_refused(source, options, said):
    with pytest.raises(ValueError, match=said):
        open_writer(source, **options)


def test_servers_and_files_need_no_torch(tmp_path):
    code = (
        "import sys; from tailnb.models.writers import open_writer;"
        "open_writer('http://localhost:1/v1', name='x'); import tailnb.models.writers.file;"
        "import tailnb.evaluation.run; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent)
