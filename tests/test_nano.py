"""Nano models: the tokenizer, the batches, training that repeats and resumes, and the shipped models."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

torch = pytest.importorskip("torch")

import tailnb  # noqa: E402
from tailnb.models import nano  # noqa: E402
from tailnb.models.nano import checkpoint  # noqa: E402
from tailnb.models.nano.batches import pool  # noqa: E402
from tailnb.models.nano.model import TRAINING_ATTENTION, parameters  # noqa: E402
from tailnb.models.nano.sharpness import scaled  # noqa: E402
from tailnb.models.nano.texts import texts  # noqa: E402
from tailnb.models.nano.tokenizer import encode, make_tokenizer  # noqa: E402
from tailnb.models.nano.training import batch_loss, recipe_vocabulary  # noqa: E402
from tailnb.traces.check import MODULES  # noqa: E402

TINY = nano.Recipe(steps=8, tokens=256, seed=5)
TASKS = TINY.tasks

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def tail():
    return nano.load("nano-tail")


def weights(training: nano.Training) -> list[torch.Tensor]:
    return [weight.detach().clone() for weight in training.model.state_dict().values()]


def run(training: nano.Training, until: int | None = None) -> nano.Training:
    for progress in training:
        if progress.step == until:
            break
    return training


# --- tokens


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("range", ["S", "M", "L"])
def test_the_tokenizer_knows_every_problem_and_reads_it_back(task, range):
    tokenizer = make_tokenizer(recipe_vocabulary(TINY))
    for problem in nano.problems(task, range, 20):
        prompt, completion = texts(problem, TINY, seed=3)
        numbers = tokenizer(completion, add_special_tokens=False)["input_ids"]
        assert numbers == encode(tokenizer.get_vocab(), completion)
        assert tokenizer(prompt)["input_ids"][0] == tokenizer.bos_token_id
        assert tokenizer.convert_ids_to_tokens(numbers) == completion.split()


def test_a_problem_beyond_the_ring_is_refused(tail):
    long = tailnb.task("large_number_addition").problem(a="1" * 180, b="2" * 180)
    with pytest.raises(ValueError, match="needs 544 addresses; the ring has 512"):
        tail.write([long])


def test_a_problem_of_another_task_is_refused(tail):
    other = tailnb.task("binary_search").sample()
    with pytest.raises(
        ValueError, match="does not know the token 'binary_search'; it was trained on other tasks"
    ):
        tail.write([other])


# --- batches


def test_training_sees_short_problems_of_its_own_split_only(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "tailnb.models.nano.batches.texts",
        lambda problem, *args, **options: seen.append(problem) or texts(problem, *args, **options),
    )
    ids = make_tokenizer(recipe_vocabulary(TINY)).get_vocab()
    for number, progress in enumerate([0.0, 0.5, 1.0]):
        pool(TINY, number, progress, ids)
    assert {problem.split for problem in seen} == {"train"}
    for task in TASKS:
        lengths = [problem.length for problem in seen if problem.task.name == task]
        longest = tailnb.task(task).lengths["S"][1]
        assert 0.8 * longest <= max(lengths) <= longest


def test_lengths_grow_during_the_warm_up():
    ids = make_tokenizer(recipe_vocabulary(TINY)).get_vocab()
    longest = [max(batch.numbers.shape[1] for batch in pool(TINY, 0, share, ids)) for share in (0, 0.15, 1)]
    assert longest == sorted(longest)
    assert longest[0] < longest[2] / 2


def test_only_the_completion_is_learned_and_positions_only_grow():
    tokenizer = make_tokenizer(recipe_vocabulary(TINY))
    for batch in pool(TINY, 0, 1.0, tokenizer.get_vocab()):
        assert (batch.positions.diff(dim=1) >= 1).all()
        for numbers, learned in zip(batch.numbers, batch.learned, strict=True):
            said = tokenizer.convert_ids_to_tokens(numbers[learned].tolist())
            assert said[-1] == tokenizer.eos_token
            assert "answer:" in said
            asked = tokenizer.convert_ids_to_tokens(numbers[: int(learned.long().argmax())].tolist())
            assert asked[0] == tokenizer.bos_token
            assert "start" in asked
            assert "->" not in asked


def test_training_attention_is_attention():
    training = nano.Training(TINY)
    batch = pool(TINY, 0, 1.0, training.ids)[0]
    losses = []
    for kind in ("eager", TRAINING_ATTENTION):
        training.model.set_attn_implementation(kind)
        with torch.no_grad():
            losses.append(float(batch_loss(training.model, batch)))
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_softening_scales_the_queries_and_leaves_no_trace():
    model = nano.Training(TINY).model
    layer, inputs = model.model.layers[0].self_attn.q_proj, torch.ones(1, 1, 128)
    before = layer(inputs)
    with scaled(model, 0.5):
        assert torch.equal(layer(inputs), before * 0.5)
    assert torch.equal(layer(inputs), before)


# --- training


def test_the_same_seed_is_the_same_model_and_another_seed_is_not():
    first, second = run(nano.Training(TINY)), run(nano.Training(TINY))
    other = run(nano.Training(nano.Recipe(steps=8, tokens=256, seed=6)))
    assert all(map(torch.equal, weights(first), weights(second)))
    assert not all(map(torch.equal, weights(first), weights(other)))


def test_a_stopped_and_resumed_run_is_the_uninterrupted_one(tmp_path):
    whole = run(nano.Training(TINY))
    part = run(nano.Training(TINY, tmp_path), until=3)
    part.save()
    rest = run(nano.Training(TINY, tmp_path))
    assert rest.step == 8
    assert rest.tokens == whole.tokens
    assert all(map(torch.equal, weights(whole), weights(rest)))


def test_an_interrupted_step_leaves_a_model_that_works(monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    training = run(nano.Training(TINY), until=1)
    with monkeypatch.context() as patch:
        patch.setattr("tailnb.models.nano.training.batch_loss", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run(training, until=2)
    assert training.nano().write(nano.problems("compare_numbers", "S", 2))
    assert run(training, until=3).step == 3


def test_training_learns():
    recipe = nano.Recipe(tasks=("compare_numbers",), steps=120, tokens=512, warm_up=1.0)
    losses = [progress.loss for progress in nano.Training(recipe)]
    assert sum(losses[-10:]) < 0.6 * sum(losses[:10])


def test_a_checkpoint_cut_short_is_not_taken_for_whole(tmp_path, monkeypatch):
    training = run(nano.Training(TINY, tmp_path), until=2)
    training.save()
    run(training, until=4)

    def full_disk(*args, **options):
        raise OSError("no space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full_disk)
    with pytest.raises(OSError, match="no space"):
        training.save()
    assert nano.Training(TINY, tmp_path).step == 2


def test_only_the_newest_checkpoint_stays(tmp_path):
    training = nano.Training(TINY, tmp_path)
    for stop in (2, 4):
        run(training, until=stop).save()
    assert [path.name for path in tmp_path.iterdir()] == ["step-000004"]


def test_a_folder_of_another_recipe_is_refused(tmp_path):
    run(nano.Training(TINY, tmp_path), until=1).save()
    with pytest.raises(ValueError, match=r"another recipe .seed 5 instead of 6"):
        nano.Training(nano.Recipe(steps=8, tokens=256, seed=6), tmp_path)


def test_a_run_from_before_a_recipe_had_that_part_goes_on(tmp_path):
    """As long as the part is left as it was: at what it is by itself."""
    run(nano.Training(TINY, tmp_path), until=1).save()
    state = tmp_path / "step-000001" / "training.json"
    earlier = json.loads(state.read_text(encoding="utf-8"))
    del earlier["recipe"]["scattered"]
    state.write_text(json.dumps(earlier), encoding="utf-8")
    assert nano.Training(TINY, tmp_path).step == 1
    with pytest.raises(ValueError, match=r"another recipe .scattered 0.0 instead of 0.5"):
        nano.Training(replace(TINY, scattered=0.5), tmp_path)


def test_saving_needs_a_folder():
    with pytest.raises(ValueError, match="no folder"):
        nano.Training(TINY).save()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"method": "magic"}, "choose from"),
        ({"tasks": ("adition",)}, "no task 'adition'; choose from"),  # codespell:ignore
        ({"steps": 0}, "steps must be at least 1"),
        ({"tasks": ()}, "at least one task"),
        ({"softest": 1.5}, "softest must lie between 0 and 1"),
    ],
)
def test_a_wrong_recipe_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        nano.Recipe(**wrong)


# --- trained models


def test_shipped_models_are_small_and_documented():
    made = {"nano-five": "tail", "nano-no-fetcher": "tail without memory fetcher"}
    made |= {"nano-none": "none", "nano-tail": "tail"}
    assert nano.shipped() == list(made)
    for name, label in made.items():
        model = nano.load(name)
        assert parameters(model.model) < 1_000_000
        card = Path(nano.nano.SHIPPED, name, "README.md").read_text(encoding="utf-8")
        assert model.recipe.label == label
        assert all(task in card for task in model.recipe.tasks)


def test_one_model_does_five_tasks():
    five = nano.load("nano-five")
    fresh = [p for task in five.recipe.tasks for p in nano.problems(task, "S", 8, seed=3)]
    assert [(row.task, row.correct >= 7) for row in five.evaluate(fresh)] == [
        (task, True) for task in sorted(five.recipe.tasks)
    ]


def test_an_unknown_model_is_refused_with_the_choices(tmp_path):
    for name in ("nano-tial", tmp_path):
        with pytest.raises(ValueError, match="choose from nano-five, nano-no-fetcher, nano-none, nano-tail"):
            nano.load(name)


def test_a_tokenizer_that_does_not_fit_is_refused(tmp_path):
    training = nano.Training(TINY)
    model = training.nano()
    model.save(tmp_path)
    make_tokenizer([*recipe_vocabulary(TINY), *map(str, range(100, 300))]).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match=r"tokenizer has 761 tokens"):
        nano.load(tmp_path)


def test_a_saved_model_writes_the_same(tail, tmp_path):
    problems = nano.problems("compare_numbers", "M", 8)
    tail.save(tmp_path)
    assert nano.load(tmp_path).write(problems) == tail.write(problems)


def test_a_batch_writes_what_each_prompt_alone_would(tail):
    problems = nano.problems("compare_numbers", "S", 6) + nano.problems("large_number_addition", "S", 2)
    assert tail.write(problems) == [tail.write([problem])[0] for problem in problems]


@pytest.mark.parametrize("task", TASKS)
def test_exactness_is_whole_traces_of_greedy_generation(tail, task):
    problems = nano.problems(task, "M", 12, seed=8)
    wrote = [
        tailnb.check(p, text, style="tape").ok for p, text in zip(problems, tail.write(problems), strict=True)
    ]
    assert tail.exactness(problems) == wrote


@pytest.mark.parametrize("task", TASKS)
def test_length_generalization(tail, task):
    """Trained on S alone, TAIL solves L; the same model without a chain of thought does not."""
    none = nano.load("nano-none")
    fresh = nano.problems(task, "L", 48, seed=77)
    (with_trace,) = tail.evaluate(fresh)
    (without,) = none.evaluate(fresh)
    assert with_trace.accuracy >= 0.9
    assert with_trace.trace_accuracy >= 0.85
    assert without.high < with_trace.low
    assert sum(with_trace.errors.values()) == with_trace.n - with_trace.trace_correct
    assert set(with_trace.errors) <= set(MODULES)


def test_the_shipped_recipe_is_the_default_one(tail):
    assert tail.recipe == nano.Recipe(matches=False)  # which came later
    assert json.loads(json.dumps(tail.recipe.to_dict()))["tasks"] == list(TASKS)


def test_each_problem_is_evaluated_in_a_layout_of_its_own(tail):
    problems = nano.problems("compare_numbers", "S", 12, seed=4)
    written = list(tail.writing(problems, layout=None))
    assert len({one.layout for one in written}) == 12
    for one in written:
        assert tailnb.check(problems[one.place], one.text, style="tape", seed=one.layout).ok
    assert [one.layout for one in written] == [one.layout for one in tail.writing(problems, layout=None)]


def test_layouts_do_not_matter(tail):
    problems = nano.problems("compare_numbers", "S", 12, seed=4)
    for layout in (1, Random(0).getrandbits(32)):
        assert tail.evaluate(problems, layout=layout)[0].accuracy >= 0.8
