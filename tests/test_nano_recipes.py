"""What a nano recipe can be: methods, ablations, mixtures, positions and sharpness, and what they do."""

from __future__ import annotations

import math
from random import Random

import pytest

torch = pytest.importorskip("torch")

import tailnb  # noqa: E402
from tailnb.models import nano  # noqa: E402
from tailnb.models.attention import silenced  # noqa: E402
from tailnb.models.nano.batches import pool  # noqa: E402
from tailnb.models.nano.model import compose_registers, lay_on_circles, new_model  # noqa: E402
from tailnb.models.nano.sharpness import adaptive, log_scaled, scaled  # noqa: E402
from tailnb.models.nano.texts import draw, texts  # noqa: E402
from tailnb.models.nano.training import recipe_vocabulary  # noqa: E402
from tailnb.tasks import RANGES  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_thread")

SIZES = {"steps": 2, "tokens": 128}
TEN = (
    *("large_number_addition", "compare_numbers", "word_flip", "count_letters", "bubble_sort"),
    *("lcs", "levenshtein_distance", "palindrome_combination", "binary_search", "turing_machine"),
)


# --- recipes


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tasks": ()}, "at least one task"),
        ({"tasks": ("additon",)}, "large_number_addition"),  # codespell:ignore
        ({"method": "tial"}, "choose from tail, none, plain"),
        ({"method": "reversed"}, "no method for compare_numbers called 'reversed'"),
        ({"without": "memory"}, "no core module 'memory'"),
        ({"method": "none", "without": ("memory fetcher",)}, "neither modules to leave out"),
        ({"wording": "tape"}, "choose from core, styled"),
        ({"positions": "random"}, "choose from jumps, ordinary"),
        ({"layouts": "circles"}, "choose from random, fixed"),
        ({"addresses": "fixed"}, "choose from circles, random"),
        ({"attention": "sharp"}, "choose from softened, log"),
        ({"ratio": (1, 0)}, "shares of S, M, L"),
        ({"ratio": (0, 0, 0)}, "shares of S, M, L"),
        ({"ratio": (2, -1, 0)}, "shares of S, M, L"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"average": 1.5}, "average must lie between 0 and 1"),
        ({"registers": "fixed"}, "choose from composed, random"),
        ({"looks_back": 5}, "looks_back must lie between 0 and heads = 4"),
        ({"looks_back": 0}, "a head that matches needs a head that looks back in the layer before"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        nano.Recipe(**wrong)


def test_a_recipe_goes_through_json_and_keeps_unknown_parts_out():
    recipe = nano.Recipe(without=("linear transition", "memory fetcher"), ratio=(8, 1, 1))
    assert nano.Recipe.from_dict(recipe.to_dict()) == recipe
    assert recipe.label == "tail without memory fetcher and linear transition"
    assert nano.Recipe(wording="styled").label == "tail styled"
    with pytest.raises(ValueError, match="no part of a recipe called 'rings'"):
        nano.Recipe.from_dict({"rings": 160})


# --- texts


@pytest.mark.parametrize("name", TEN)
@pytest.mark.parametrize("range", RANGES)
def test_the_vocabulary_from_short_problems_spells_every_problem(name, range):
    recipe = nano.Recipe(tasks=(name,))
    known = set(recipe_vocabulary(recipe))
    for problem in nano.problems(name, range, 12, seed=3):
        assert set(" ".join(texts(problem, recipe, seed=5)).split()) <= known


@pytest.mark.parametrize("name", TEN)
def test_what_a_recipe_has_a_model_write_is_checked_as_right(name):
    problem = nano.problems(name, "M", 1, seed=1)[0]
    text = texts(problem, nano.Recipe(tasks=(name,)), seed=9)[1]
    assert tailnb.check(problem, text, style="tape", seed=9).ok
    assert tailnb.score(problem, text, style="tape")


@pytest.mark.parametrize("method", ["none", "plain", "index_hint", "reversed"])
def test_a_baseline_read_back_has_the_true_answer(method):
    recipe = nano.Recipe(tasks=("large_number_addition",), method=method, **SIZES)
    model = nano.Training(recipe).nano()
    for problem in nano.problems("large_number_addition", "S", 8):
        completion = texts(problem, recipe, seed=0)[1]
        read = model.read([model.ids[token] for token in completion.split()])
        assert tailnb.score(problem, read, style="tape")


def test_reversed_is_read_from_the_lowest_digit_and_written_so():
    problem = tailnb.task("large_number_addition").problem(a="12", b="9")
    recipe = nano.Recipe(tasks=("large_number_addition",), method="reversed")
    prompt, completion = texts(problem, recipe, seed=0)
    digits = [token for token in prompt.split()[:8] if token.isdigit() or token == "_"]
    assert digits == ["2", "1", "_"]
    assert completion == "Final answer: 1 2"


def test_sentences_say_what_symbols_say():
    problem = tailnb.task("large_number_addition").problem(a="12", b="9")
    core, styled = (texts(problem, nano.Recipe(wording=wording), seed=4)[1] for wording in ("core", "styled"))
    symbols = [token for token in styled.split() if token in core.split()]
    assert [token for token in core.split() if token != "->"] == symbols
    assert "Now add them ." in styled


# --- batches


def test_a_mixture_has_problems_of_its_ranges_only():
    drawn = nano.Recipe(tasks=("compare_numbers",), ratio=(1, 1, 2), tokens=1024, warm_up=0)
    lengths = {r: tailnb.task("compare_numbers").lengths[r] for r in RANGES}
    seen = dict.fromkeys(RANGES, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "tailnb.models.nano.batches.draw", lambda name, rng, low, high: count(name, rng, low, high)
        )

        def count(name, rng, low, high):
            problem = draw(name, rng, low, high)
            seen[next(r for r, (_, most) in lengths.items() if problem.length <= most)] += 1
            return problem

        ids = nano.Training(drawn).ids
        for number in range(6):
            pool(drawn, number, 1.0, ids)
    assert seen["L"] > seen["M"] > 0 < seen["S"]


def test_ordinary_positions_count_up():
    recipe = nano.Recipe(tasks=("compare_numbers",), positions="ordinary", tokens=256)
    for batch in pool(recipe, 0, 1.0, nano.Training(recipe).ids):
        assert (batch.positions == torch.arange(batch.positions.shape[1])).all()


def test_fixed_layouts_give_one_problem_one_text():
    recipe = nano.Recipe(tasks=("word_flip",), layouts="fixed", shuffled=0, tokens=256)
    ids = nano.Training(recipe).ids
    starts = {tuple(row[3:4].tolist()) for batch in pool(recipe, 0, 1.0, ids) for row in batch.numbers}
    moving = {
        tuple(row[3:4].tolist())
        for batch in pool(nano.Recipe(tasks=("word_flip",), shuffled=0, tokens=256), 0, 1.0, ids)
        for row in batch.numbers
    }
    assert len(starts) < len(moving)


def test_lengths_beyond_long_and_few_problems():
    assert {p.length for p in nano.of_length("compare_numbers", 80, 5)} == {80}
    assert len({p.key for p in nano.of_length("compare_numbers", 80, 5)}) == 5
    assert all(p.split == "eval" for p in nano.of_length("bubble_sort", 12, 5))
    with pytest.raises(ValueError, match=r"choose from|did you mean"):
        nano.of_length("compare_number", 3, 1)


def test_a_length_beyond_the_ring_is_refused():
    model = nano.Training(nano.Recipe(tasks=("word_flip",), **SIZES)).nano()
    with pytest.raises(ValueError, match=r"word_flip needs \d+ addresses; the ring has 512"):
        model.write(nano.of_length("word_flip", 300, 1))


# --- how a model begins


def test_heads_begin_by_looking_back():
    model = new_model(64, seed=3, looks_back=3)
    model.set_attn_implementation("eager")
    weights = model(input_ids=torch.randint(3, 64, (1, 60)), output_attentions=True).attentions[0][0]
    for head, back in enumerate((1, 2, 3)):
        looked = weights[head].diagonal(-back)
        others = (weights[head].sum() - looked.sum()) / (weights[head] > 0).sum()
        assert looked[20:].mean() > 20 * others


def test_a_head_begins_by_finding_what_stood_behind_the_token_before():
    order = torch.randperm(90, generator=torch.Generator().manual_seed(5))[:40] + 3
    numbers = torch.cat([order, order[10:20]])[
        None
    ]  # ten tokens come again: their followers stand at 11 to 20
    found = {}
    for matches in (True, False):
        model = new_model(96, seed=3, looks_back=1, matches=matches)
        model.set_attn_implementation("eager")
        weights = model(input_ids=numbers, output_attentions=True).attentions[1][0, 0]
        found[matches] = weights[40:].gather(1, torch.arange(11, 21)[:, None]).mean().item()
    assert found[True] > 0.3 > 0.05 > found[False]


def test_a_register_begins_as_its_name_and_its_value():
    model = new_model(64)
    tokens = [f"t{n}" for n in range(60)] + ["1", "2", "carry=1", "carry=2"]
    alone = model.model.embed_tokens.weight[60:62].clone()
    compose_registers(model, tokens)
    one, two = model.model.embed_tokens.weight[62:64].detach() * math.sqrt(2) - alone
    assert torch.allclose(one, two, atol=1e-5)  # what is left is the name
    assert one.norm() > 5


def test_addresses_on_circles_are_one_turn_apart():
    model = new_model(80)
    ring = list(range(10, 60))
    lay_on_circles(model, ring)
    points = model.model.embed_tokens.weight[ring].detach()
    assert torch.allclose(points.norm(dim=1), torch.full((50,), math.sqrt(128)), atol=1e-3)
    products = points @ points.T
    for step in (1, 7):
        along = torch.stack([products[k, (k + step) % 50] for k in range(50)])
        assert torch.allclose(along, along[0].expand(50), atol=1e-2)  # the same turn from each to the next
    assert products.argmax(1).tolist() == list(range(50))


def test_an_average_is_kept_and_comes_back(tmp_path):
    recipe = nano.Recipe(tasks=("compare_numbers",), average=0.9, steps=4, tokens=256)
    whole = nano.Training(recipe)
    list(whole)
    halves = nano.Training(recipe, tmp_path)
    for progress in halves:
        if progress.step == 2:
            break
    halves.save()
    again = nano.Training(recipe, tmp_path)
    list(again)
    for one, other in zip(whole.mean.parameters(), again.mean.parameters(), strict=True):
        assert torch.equal(one, other)
    assert any(
        not torch.equal(mean, last)
        for mean, last in zip(whole.mean.parameters(), whole.model.parameters(), strict=True)
    )


# --- sharpness


@pytest.fixture(scope="module")
def small():
    torch.manual_seed(0)
    return new_model(64, seed=1).eval()


def entropies(model, numbers):
    model.set_attn_implementation("eager")
    weights = torch.stack(model(input_ids=numbers, output_attentions=True).attentions)
    model.set_attn_implementation("sdpa")
    return torch.special.entr(weights).sum(-1).mean()


def test_sharper_and_softer_attention(small):
    numbers = torch.randint(3, 64, (1, 50), generator=torch.Generator().manual_seed(0))
    plain = entropies(small, numbers)
    with scaled(small, 3.0):
        assert entropies(small, numbers) < plain
    with scaled(small, 0.3):
        assert entropies(small, numbers) > plain
    assert torch.equal(entropies(small, numbers), plain)


def test_logarithmic_attention_is_as_usual_at_the_usual_length(small):
    numbers = torch.randint(3, 64, (1, 50), generator=torch.Generator().manual_seed(0))
    small.set_attn_implementation("eager")

    def weights():
        return small(input_ids=numbers, output_attentions=True).attentions[0][0]

    plain = weights()
    with log_scaled(small, usual=50):
        assert torch.allclose(weights()[:, -1], plain[:, -1], atol=1e-6)
        shorter = torch.special.entr(weights()[:, 10]).sum()
    with log_scaled(small, usual=5):
        sharper = torch.special.entr(weights()[:, -1]).sum()
    small.set_attn_implementation("sdpa")
    assert shorter > torch.special.entr(plain[:, 10]).sum()
    assert sharper < torch.special.entr(plain[:, -1]).sum()


def test_adaptive_temperature_leaves_sure_attention_alone(small):
    numbers = torch.randint(3, 64, (1, 50), generator=torch.Generator().manual_seed(0))
    before = small.config._attn_implementation
    with scaled(small, 1e4), torch.no_grad():  # one token has all the weight
        sure = small(input_ids=numbers).logits
        with adaptive(small):
            assert torch.allclose(small(input_ids=numbers).logits, sure, atol=1e-2)
    with torch.no_grad():
        unsure = small(input_ids=numbers).logits
        with adaptive(small):
            assert not torch.allclose(small(input_ids=numbers).logits, unsure, atol=1e-2)
    assert small.config._attn_implementation == before


def test_a_silenced_head_says_nothing_and_comes_back(small):
    numbers = torch.randint(3, 64, (1, 20), generator=torch.Generator().manual_seed(Random(0).randrange(9)))
    plain = small(input_ids=numbers).logits
    with silenced(small, 2, 4):
        assert not torch.equal(small(input_ids=numbers).logits, plain)
    assert torch.equal(small(input_ids=numbers).logits, plain)
    with pytest.raises(ValueError, match="head must lie between 1 and 4, not 5"), silenced(small, 1, 5):
        pass
