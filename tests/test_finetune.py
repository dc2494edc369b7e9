"""QLoRA on a CPU with nano models: what is trained, what is learned, and that nothing is lost."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
from itertools import takewhile
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

import datasets  # noqa: E402
from bitsandbytes.nn import Linear4bit  # noqa: E402
from click.testing import CliRunner  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from tokenizers import ByteLevelBPETokenizer  # noqa: E402
from transformers import PreTrainedTokenizerFast  # noqa: E402
from transformers.utils import logging as hf_logging  # noqa: E402

from tailnb import task  # noqa: E402
from tailnb.dataset import write_dataset  # noqa: E402
from tailnb.evaluation.results import Result  # noqa: E402
from tailnb.evaluation.run import evaluate_writer  # noqa: E402
from tailnb.models import hardware, nano  # noqa: E402
from tailnb.models.finetune import Finetuning, Recipe, checkpoints, merge, rows, write_card  # noqa: E402
from tailnb.models.finetune.__main__ import finetune  # noqa: E402
from tailnb.models.finetune.rows import measure, read  # noqa: E402
from tailnb.models.load import load  # noqa: E402
from tailnb.models.memory import DEFAULT, LARGER  # noqa: E402
from tailnb.models.writers import open_writer  # noqa: E402
from tailnb.models.writers.causal import CausalWriter  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_thread")

# The shipped nano-tail, which carries, cannot add without carrying; its tokens can spell it.
SIZES = {"tasks": ("places",), "style": "tape", "max_length": 160, "packing": False, "learning_rate": 1e-2}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

TINY = SIZES | {"n": 24, "steps": 6, "batch": 4, "accumulate": 1, "rank": 4}
LEARNS = SIZES | {"n": 400, "steps": 32, "batch": 16, "accumulate": 1, "rank": 16}


def start(folder: Path, recipe: Recipe | None = None, **more) -> Finetuning:
    """A new run from nano-tail, as in a new process."""
    return Finetuning(
        recipe or Recipe(**TINY), *load("nano-tail", quantize=True), folder, **{"save_every": 2} | more
    )


def command(recipe: dict, folder: Path) -> list[str]:
    """The same run as a module with its options."""
    given = recipe | {"save_every": 2, "out": folder, "model": "nano-tail"}
    given["problems"] = given.pop("n")
    options = {name.replace("_", "-"): value for name, value in given.items() if name != "tasks"}
    return ["tailnb.models.finetune", "places", *(f"--{name}={value}" for name, value in options.items())]


def weights(adapter: Path) -> bytes:
    return (adapter / "adapter_model.safetensors").read_bytes()


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory) -> bytes:
    """The adapter of a tiny run that nothing happened to."""
    return weights(start(tmp_path_factory.mktemp("runs") / "whole", save_every=100).train())


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A run that has learned the task, its adapter, and what it and its base write on the same problems."""
    run = start(tmp_path_factory.mktemp("runs") / "learned", Recipe(**LEARNS), save_every=100)
    found: dict[int, list[Result]] = {}

    def look(run: Finetuning, step: int) -> None:
        found[step] = evaluate_writer(run.writer(), "places", "S", 25)

    base = CausalWriter(*load("nano-tail", quantize=True), "base", method="tail", style="tape")
    found[0] = evaluate_writer(base, "places", "S", 25)
    return run, run.train(look=look), found


# --- the recipe


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"tasks": ()}, "at least one task"),
        ({"tasks": "binary_serch"}, "did you mean 'binary_search'"),
        ({"tasks": 3}, "no task 3"),
        ({"method": "tale"}, "no method for compare_numbers called 'tale'; choose from tail, none, plain"),
        ({"method": "reversed"}, "no method for compare_numbers called 'reversed'"),
        ({"style": "kore"}, "no style 'kore'; choose from core"),
        ({"without": "fetcher"}, "no core module 'fetcher'; choose from"),
        ({"without": "memory fetcher", "method": "none"}, "no core modules to leave out"),
        ({"ratio": "8:1"}, "three whole numbers S:M:L"),
        ({"n": 0}, "n must be a whole number from 1, not 0"),
        ({"rank": 2.5}, "rank must be"),
        ({"steps": 0}, "steps must be"),
        ({"batch": True}, "batch must be"),
        ({"learning_rate": float("nan")}, "learning_rate must be a number above 0, not nan"),
        ({"learning_rate": "high"}, "learning_rate must be"),
        ({"epochs": -1}, "epochs must be"),
        ({"packing": 1}, "packing must be of type bool"),
        ({"seed": "x"}, "seed must be of type int"),
    ],
)
def test_a_recipe_that_makes_no_sense(bad, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**bad)


def test_names_in_a_recipe():
    recipe = Recipe(tasks=["places", "compare_numbers", "places"], without="memory fetcher")
    assert (recipe.tasks, recipe.without) == (("places", "compare_numbers"), ("memory fetcher",))
    assert Recipe(**json.loads(json.dumps(recipe.to_dict()))) == recipe


def test_recipes_for_cards():
    assert Recipe.for_card(16, seed=3).settings == DEFAULT
    assert Recipe.for_card(24).settings == LARGER
    assert Recipe.for_card(24, rank=8).rank == 8
    with pytest.raises(ValueError, match="no recipe for a card of 80 GB; choose from 16, 24"):
        Recipe.for_card(80)


# --- rows


def test_rows_are_training_problems_in_one_order():
    made = rows(Recipe(**TINY))
    assert made == rows(Recipe(**TINY))
    assert len({one["prompt"] for one in made}) == TINY["n"]
    longer = [
        one for one in rows(Recipe(tasks=("places",), n=20, ratio="1:1:0")) if "\n{6}" in one["completion"]
    ]
    assert len(longer) == 10


def test_rows_of_nano_models_are_whole_numbers():
    both = [rows(Recipe("large_number_addition", style=style, n=20)) for style in ("tape", "core")]
    assert ["." in "".join(one["prompt"] for one in some)[:-1] for some in both] == [False, True]


def test_rows_hold_what_problems_say():
    problem = task("compare_numbers").sample("S", 5, 0)
    [row] = rows(Recipe(n=1, seed=5, without="linear transition"))
    assert row["prompt"] == problem.prompt()
    assert row["completion"] == problem.completion(without="linear transition")


def test_a_completion_begins_on_a_line_of_its_own():
    [row] = rows(Recipe(tasks=("places",), style="tape", n=1))
    assert not row["prompt"].endswith("\n")
    assert row["completion"].startswith("\n<")


def test_measured_lengths_are_those_of_the_trainer(tmp_path):
    run = start(tmp_path / "run")
    numbers = run.trainer.train_dataset["input_ids"]
    assert run.lengths.whole == tuple(map(len, numbers))
    assert run.lengths.learned == sum(
        label != -100 for one in run.trainer.train_dataset["labels"] for label in one
    )


def test_rows_that_would_be_cut_are_refused_with_the_numbers(tmp_path):
    with pytest.raises(
        ValueError, match=r"24 of 24 rows are longer than max_length=20 tokens.* longest has \d+"
    ):
        start(tmp_path / "run", Recipe(**TINY | {"max_length": 20}))
    assert not (tmp_path / "run").exists()


def bytes_tokenizer() -> PreTrainedTokenizerFast:
    """One token for two line breaks, as in many tokenizers."""
    made = ByteLevelBPETokenizer()
    made.train_from_iterator(["\n\n"] * 9, vocab_size=258, special_tokens=["<end>"], show_progress=False)
    return PreTrainedTokenizerFast(tokenizer_object=made._tokenizer, eos_token="<end>")


def test_a_prompt_that_ends_within_a_token():
    rows = [{"prompt": "a\n", "completion": "b"}, {"prompt": "a\n", "completion": "\n"}]
    assert measure(rows[:1], bytes_tokenizer()).whole == (4,)
    with pytest.raises(ValueError, match="row 1: its prompt ends within a token"):
        measure(rows, bytes_tokenizer())


def test_a_text_that_the_model_does_not_know(tmp_path):
    given = [*rows(Recipe(**TINY)), {"prompt": "places a: <1> seven", "completion": "halt"}]
    with pytest.raises(ValueError, match="row 24: this model does not know 'seven'"):
        start(tmp_path / "run", given=given)


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_a_data_set_of_synth_is_learned_from(tmp_path, format):
    data = write_dataset(["places"], tmp_path / "data", n=24, style="tape", format=format)
    run = start(tmp_path / "run", given=data)
    lines = list(task("places").sample("S", 0, 0).completion("tail", "tape", seed=0).splitlines())
    assert len(run.rows) == 24
    assert len(run.rows[0]["completion"].strip().splitlines()) == len(lines)
    assert "ratio" not in run.about
    assert run.about["rows"] == 24


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({"method": "none"}, "row 0 has method 'none', the recipe 'tail'"),
        ({"style": "core"}, "row 0 has style 'core', the recipe 'tape'"),
        ({"without": "memory fetcher"}, r"row 0 has without \['memory fetcher'\], the recipe \[\]"),
        ({"split": "eval"}, "row 0 is of the split 'eval', which no training may see"),
        ({"tasks": "compare_numbers"}, "row 0 is of compare_numbers, the recipe's tasks are places"),
    ],
)
def test_a_data_set_of_another_form_is_refused(tmp_path, made, message):
    data = write_dataset(out=tmp_path, n=4, **{"tasks": "places", "style": "tape"} | made)
    with pytest.raises(ValueError, match=message):
        read(data, Recipe(**TINY))


def test_broken_data_sets(tmp_path):
    with pytest.raises(ValueError, match="is no data set"):
        read(tmp_path, Recipe(**TINY))
    data = write_dataset("places", tmp_path / "data", n=4, style="tape")
    (data / "places.jsonl").write_text("")
    with pytest.raises(ValueError, match="was changed since"):
        read(data, Recipe(**TINY))
    (data / "places.jsonl").unlink()
    with pytest.raises(ValueError, match="is missing; the same tailnb synth"):
        read(data, Recipe(**TINY))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "no rows to learn from"),
        ([{"prompt": "a\n", "completion": "b"}, {"prompt": "a\n"}], "row 1 has no completion as text"),
        ([{"prompt": ["a"], "completion": "b"}], "row 0 has no prompt as text"),
        (["text"], "row 0 has no prompt as text"),
    ],
)
def test_rows_without_a_prompt_or_a_completion(given, message):
    with pytest.raises(ValueError, match=message):
        read(given, Recipe(**TINY))


# --- what is quantized, what is trained, what is learned from


def test_the_base_is_in_four_bits_and_only_the_adapter_is_trained(tmp_path):
    model = start(tmp_path / "run").model
    layers = model.config.num_hidden_layers
    quantized = [one for one in model.modules() if isinstance(one, Linear4bit)]
    assert len(quantized) == 7 * layers
    assert {one.weight.quant_state.quant_type for one in quantized} == {"nf4"}
    assert all(one.weight.quant_state.nested for one in quantized)  # double quantization
    assert all(
        one.weight.numel() == one.in_features * one.out_features / 2 for one in quantized
    )  # two a byte
    trained = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    assert len(trained) == 2 * len(quantized)
    assert all(".lora_" in name for name in trained)
    assert {weight.dtype for weight in trained.values()} == {torch.float32}


def test_the_loss_is_of_the_completion_and_its_end(tmp_path):
    run = start(tmp_path / "run")
    batch, tokenizer = run.batch(), run.tokenizer
    assert len(batch["labels"]) == TINY["batch"]
    for numbers, labels, row in zip(batch["input_ids"], batch["labels"], run.rows, strict=False):
        learned = labels != -100
        assert labels[learned].equal(numbers[learned])
        assert tokenizer.decode(numbers[learned]).split() == [*row["completion"].split(), tokenizer.eos_token]
        front = tokenizer.decode(numbers[: int(learned.nonzero()[0])]).split()
        assert front == [tokenizer.bos_token, *row["prompt"].split()]


def test_texts_packed_together_are_learned_as_if_each_stood_alone(tmp_path):
    alone = start(tmp_path / "alone", Recipe(**TINY | {"batch": 1, "n": 4}))
    packed = start(
        tmp_path / "packed", Recipe(**TINY | {"max_length": 256, "batch": 2, "n": 4, "packing": True})
    )
    sequences = packed.trainer.train_dataset["seq_lengths"]
    assert max(map(len, sequences)) > 1  # or this test says nothing
    together = losses(packed, [packed.batch()])
    assert together == pytest.approx(
        losses(alone, [alone.trainer.data_collator([one]) for one in alone.trainer.train_dataset]), rel=1e-3
    )
    blind = packed.batch()
    blind["position_ids"] = torch.arange(blind["input_ids"].shape[1])[None]
    assert losses(packed, [blind]) != pytest.approx(together, rel=1e-2)


def losses(run: Finetuning, batches) -> float:
    """The mean loss of the learned tokens, as it is trained."""
    run.model.train()
    counts = [int((one["labels"][:, 1:] != -100).sum()) for one in batches]
    found = [float(run.trainer.compute_loss(run.model, dict(one)).detach()) for one in batches]
    return sum(loss * n for loss, n in zip(found, counts, strict=True)) / sum(counts)


def test_steps_are_counted_before(tmp_path):
    recipe = Recipe(**TINY | {"steps": None, "epochs": 1.5, "accumulate": 4, "n": 22})
    run = start(tmp_path / "run", recipe)  # 22 rows: 6 passes, so 2 steps an epoch
    seen = []
    run.train(progress=seen.append)
    assert [one.step for one in seen] == [1, 2, 3]
    assert {one.steps for one in seen} == {run.steps} == {3}
    assert seen[-1].tokens > sum(run.lengths.whole)
    assert all(one.loss > 0 and one.seconds > 0 for one in seen)


# --- nothing is lost


def test_killed_at_any_step_it_goes_on_to_the_same_adapter(tmp_path, uninterrupted):
    given = command(TINY, tmp_path / "run")
    fatal = random.randint(1, 5)
    with subprocess.Popen(
        [sys.executable, "-m", *given], env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        lines = list(takewhile(lambda line: not line.startswith(f"step {fatal} "), process.stdout))
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, lines
    run = start(tmp_path / "run")
    assert weights(run.train()) == uninterrupted, f"killed at step {fatal}"


def test_a_checkpoint_that_was_cut_short_is_passed_over(tmp_path, uninterrupted):
    run = start(tmp_path / "run")
    assert run.train(progress=lambda at: run.stop() if at.step == 3 else None) is None
    newest, older = sorted((tmp_path / "run").glob("checkpoint-*"), reverse=True)
    os.truncate(newest / "optimizer.pt", 1000)
    again = start(tmp_path / "run")
    assert (again.done, newest.name, older.name) == (2, "checkpoint-4", "checkpoint-2")
    seen = []
    assert weights(again.train(progress=seen.append)) == uninterrupted
    assert seen[0].step == 3


def test_a_checkpoint_without_a_file_or_a_seal_is_not_whole(tmp_path):
    (tmp_path / "checkpoint-7").mkdir()
    (tmp_path / "checkpoint-7" / "file").write_text("text")
    assert checkpoints.latest(tmp_path) is None
    checkpoints.seal(tmp_path / "checkpoint-7")
    assert checkpoints.step(checkpoints.latest(tmp_path)) == 7
    (tmp_path / "checkpoint-7" / "file").unlink()
    assert checkpoints.latest(tmp_path) is None
    checkpoints.clear(tmp_path)
    assert not list(tmp_path.iterdir())


def test_after_ctrl_c_it_goes_on(tmp_path, uninterrupted):
    run = start(tmp_path / "run", save_every=100)
    seen: list[int] = []

    def interrupt(at) -> None:
        seen.append(at.step)
        if at.step == 2:
            signal.raise_signal(signal.SIGINT)

    assert run.train(progress=interrupt) is None
    assert run.done == seen[-1] == 3
    assert not (tmp_path / "run" / "adapter").exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert weights(run.train(progress=interrupt)) == uninterrupted
    assert seen == [1, 2, 3, 4, 5, 6]


def test_interrupted_before_a_checkpoint_it_begins_anew(tmp_path, uninterrupted):
    def interrupt(at) -> None:
        if at.step == 2:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    run = start(tmp_path / "run", save_every=100)
    with pytest.raises(KeyboardInterrupt):
        run.train(progress=interrupt)
    assert run.done == 0
    assert weights(run.train()) == uninterrupted


def test_a_finished_run_is_left_as_it_is(tmp_path, uninterrupted):
    first = start(tmp_path / "run")
    card = write_card(first.train(), [RESULT])
    again = start(tmp_path / "run")
    assert again.train(progress=pytest.fail) == card.parent
    assert "92.0" in card.read_text()
    for name, weight in again.model.named_parameters():
        assert weight.equal(dict(first.model.named_parameters())[name]), name


def test_a_full_disk_at_a_checkpoint_leaves_those_before_it(tmp_path, uninterrupted):
    run, folder = start(tmp_path / "run"), tmp_path / "run" / "checkpoint-4"

    def fill(at) -> None:
        if at.step == 3:
            folder.mkdir()
            (folder / "optimizer.pt").symlink_to("/dev/full")

    with pytest.raises(OSError, match=r"checkpoint of step 4 cannot be written .*; what was before is whole"):
        run.train(progress=fill)
    assert run.done == 2
    assert weights(run.train()) == uninterrupted


def test_a_full_disk_at_the_end(tmp_path, uninterrupted):
    run, folder = start(tmp_path / "run"), tmp_path / "run" / ".adapter.part"
    save_model = run.trainer.save_model

    def fill(*args, **more) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "training_args.bin").symlink_to("/dev/full")
        save_model(*args, **more)

    run.trainer.save_model = lambda *args, **more: (save_model if more else fill)(*args, **more)
    with pytest.raises(OSError, match=r"the adapter cannot be written .*; what was before is whole"):
        run.train()
    assert not (tmp_path / "run" / "adapter").exists()
    run.trainer.save_model = save_model
    assert weights(run.train(progress=pytest.fail)) == uninterrupted


def test_looking_changes_nothing(tmp_path, uninterrupted):
    def look(run: Finetuning, step: int) -> None:
        steps.append(step)
        evaluate_writer(run.writer(max_tokens=5), "places", "S", 3)
        torch.manual_seed(step)

    steps: list[int] = []
    assert weights(start(tmp_path / "run").train(look=look, look_every=4)) == uninterrupted
    assert steps == [4, 6]


def test_a_folder_of_another_run(tmp_path):
    start(tmp_path / "run")
    other = Recipe(**TINY | {"seed": 1, "rank": 8})
    with pytest.raises(
        ValueError, match="another recipe: rank 4 there, 8 asked for; seed 0 there, 1 asked for"
    ):
        start(tmp_path / "run", other)
    with pytest.raises(ValueError, match=r"another recipe.*digest"):
        start(tmp_path / "run", given=rows(Recipe(**TINY))[1:])


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "checkpoint-500").mkdir()
    with pytest.raises(ValueError, match="holds something else than a fine-tuning run"):
        start(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["checkpoint-500"]
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="holds something else"):
        start(tmp_path / "file")


def test_one_run_at_a_time(tmp_path):
    run = start(tmp_path / "run")
    with checkpoints.held(tmp_path / "run"), pytest.raises(ValueError, match="another run is writing"):
        run.train()


def test_a_model_that_is_spread_over_several_gpus(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (3, 10))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a GPU")
    monkeypatch.setenv("WORLD_SIZE", "4")
    assert hardware.card().free == 5
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    assert hardware.card().free == 20
    monkeypatch.undo()
    run = start(tmp_path / "run")
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    with pytest.raises(ValueError, match="spread over several GPUs cannot be looked at"):
        run.train(look=pytest.fail)


def test_models_that_cannot_be_trained(tmp_path):
    with pytest.raises(ValueError, match="not quantized; load it with quantize=True"):
        Finetuning(Recipe(**TINY), *load("nano-tail"), tmp_path / "run")
    model, tokenizer = load("nano-tail", quantize=True)
    Finetuning(Recipe(**TINY), model, tokenizer, tmp_path / "run")
    with pytest.raises(ValueError, match="has an adapter already"):
        Finetuning(Recipe(**TINY), model, tokenizer, tmp_path / "run")
    with pytest.raises(ValueError, match="save_every must be"):
        start(tmp_path / "other", save_every=0)


def test_a_loss_that_is_no_number(tmp_path):
    run = start(tmp_path / "run", Recipe(**TINY | {"learning_rate": 1e30}))
    with pytest.raises(ArithmeticError, match=r"the loss of step \d is (nan|inf); lower the learning rate"):
        run.train()


def test_in_a_thread_too_and_the_libraries_stay_quiet(tmp_path, uninterrupted, capfd, caplog):
    level = logging.getLogger("transformers").level
    found: list[Path] = []
    thread = threading.Thread(target=lambda: found.append(start(tmp_path / "run").train()))
    thread.start()
    thread.join()
    assert weights(found[0]) == uninterrupted
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
    assert logging.getLogger("transformers").level == level
    assert hf_logging.is_progress_bar_enabled()
    assert not datasets.are_progress_bars_disabled()


# --- what comes of it


def test_it_learns_a_task_that_its_base_cannot_do(learned):
    _, _, found = learned
    before, after = (found[step][0] for step in (0, LEARNS["steps"]))
    assert before.correct <= 5  # of what has nothing to carry
    assert after.correct >= 20
    assert after.trace_correct >= 20


def test_the_adapter_writes_the_same_when_it_is_loaded_again(learned):
    run, adapter, found = learned
    writer = open_writer("nano-tail", adapter=adapter, quantize=True)
    assert (writer.method, writer.style, writer.without) == ("tail", "tape", ())
    problems = nano.problems("places", "L", 4)
    assert [one.text for one in writer.write(problems)] == [one.text for one in run.writer().write(problems)]
    assert evaluate_writer(writer, "places", "S", 25)[0].correct == found[LEARNS["steps"]][0].correct


def test_the_merged_model_is_nearest_to_what_was_trained(learned, tmp_path):
    run, adapter, _ = learned
    folder = merge(*load("nano-tail", quantize=True), adapter, tmp_path / "merged")
    merged = load(folder, dtype=torch.float32)[0]
    other = load("nano-tail", adapter=adapter)[0]  # merging into the base as it was gives its logits
    batch = run.batch()
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask")}
    kept = batch["labels"] != -100
    true, near, far = (logits(model, inputs)[kept] for model in (run.model, merged, other))
    assert (near - true).abs().mean() < (far - true).abs().mean() / 3
    assert (near.argmax(-1) == true.argmax(-1)).float().mean() > 0.99


@torch.no_grad()
def logits(model, inputs) -> torch.Tensor:
    return model.eval()(**inputs).logits.float()


def test_merging_that_is_refused(learned, tmp_path):
    _, adapter, _ = learned
    with pytest.raises(ValueError, match="not quantized"):
        merge(*load("nano-tail"), adapter, tmp_path / "merged")
    with pytest.raises(ValueError, match="made for nano-tail, not for nano-none"):
        merge(*load("nano-none", quantize=True), adapter, tmp_path / "merged")
    with pytest.raises(ValueError, match="is not empty"):
        merge(*load("nano-tail", quantize=True), adapter, adapter)
    assert not (tmp_path / "merged").exists()


RESULT = Result(model="it", task="places", method="tail", range="S", n=25, correct=23, style="tape", seed=7)


def test_the_card_says_what_the_adapter_is(learned):
    _, adapter, _ = learned
    text = (adapter / "README.md").read_text()
    assert text.startswith('---\nlibrary_name: peft\nbase_model: "nano-tail"\n')
    assert text.rstrip().endswith("Not measured.")
    for line in ('- tasks: ["places"]', "- rank: 16", "- seed: 0", "- rows: 400"):
        assert line in text
    text = write_card(adapter, [RESULT], base="me/base").read_text()
    assert 'base_model: "me/base"' in text
    assert "92.0" in text
    assert "Seeds of the problems: 7." in text


def test_a_card_for_no_adapter(tmp_path):
    with pytest.raises(ValueError, match="holds no adapter of a whole run"):
        write_card(tmp_path)


def test_an_adapter_tells_no_place_on_this_machine(learned, tmp_path_factory):
    _, adapter, _ = learned
    assert sorted(one.name for one in adapter.iterdir()) == [
        "README.md", "adapter_config.json", "adapter_model.safetensors", "recipe.json", "tokenizer.json",
        "tokenizer_config.json",
    ]  # fmt: skip
    for file in adapter.iterdir():
        for place in (str(tmp_path_factory.getbasetemp()), str(Path(nano.__file__).parent)):
            assert place.encode() not in file.read_bytes(), file.name
    assert set(load_file(adapter / "adapter_model.safetensors"))


# --- the command


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["places", "--style", "tap"], "no style 'tap'"),
        (["places", "--model", "nano-tial"], "did you mean 'nano-tail'"),
        (
            ["places", "--model", "nano-tail", "--style", "tape", "--problems", "4", "--max-length", "9"],
            "longer than",
        ),
    ],
)
def test_mistakes_on_the_command_line(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        CliRunner().invoke(finetune, [*options, "--out", str(tmp_path / "run")], catch_exceptions=False)


@pytest.mark.slow
def test_two_processes_share_a_run(tmp_path):
    """Each takes every other sequence: together they do what one does in two passes."""
    shared = TINY | {"batch": 2, "steps": 3}
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    done = subprocess.run(
        [*launch, "-m", *command(shared, tmp_path / "two")],
        env=os.environ | ONE_THREAD,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert [line.split(",")[0] for line in done.stdout.splitlines() if line.startswith("step")] == [
        f"step {step} of 3" for step in (1, 2, 3)
    ]
    adapter = tmp_path / "two" / "adapter"
    assert json.loads((adapter / "recipe.json").read_text())["processes"] == 2
    alone = start(tmp_path / "one", Recipe(**shared | {"accumulate": 2})).train()
    one, two = (load_file(folder / "adapter_model.safetensors") for folder in (alone, adapter))
    for name, weight in one.items():
        assert torch.allclose(weight, two[name], rtol=0, atol=1e-5), name
