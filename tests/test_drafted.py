"""Generation with a draft writes what transformers' `generate` writes, whatever the draft."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from tailnb.models import nano  # noqa: E402
from tailnb.models.generate import until  # noqa: E402
from tailnb.models.nano import drafted as module  # noqa: E402
from tailnb.models.nano.drafted import drafted  # noqa: E402
from tailnb.models.nano.model import new_model  # noqa: E402
from tailnb.models.nano.tokenizer import make_tokenizer  # noqa: E402

TIE = 1e-3  # between two logits; float32 is off by less than a hundredth of it
TOKENIZER = make_tokenizer(["[PAD]", "[BOS]", "[EOS]", *"abcdefghijklm"])
END = TOKENIZER.eos_token_id

pytestmark = pytest.mark.usefixtures("one_thread")


def restless(seed):
    """A tiny random model whose texts wander, and end now and then."""
    model = new_model(16, seed=seed, width=16, layers=2, heads=2, head_size=8)
    for name, weight in model.named_parameters():
        weight.data.mul_(10 if "lm_head" in name or "o_proj" in name else 1)
    return model


MODELS = [restless(seed) for seed in (0, 2, 3)]


def greedy(model, prompt, limit):
    """The reference: one prompt alone, token by token, by transformers."""
    inputs = torch.tensor([prompt])
    options = {"attention_mask": torch.ones_like(inputs), "do_sample": False, "max_new_tokens": limit}
    return until(model.generate(inputs, **options)[0, len(prompt) :].tolist(), [END])


def assert_greedy(row, model, prompt, limit):
    """That the row is the reference's, up to where two tokens are equally likely."""
    numbers, ended = greedy(model, prompt, limit)
    if (row.numbers, row.ended) == (numbers, ended):
        return
    pairs = list(zip([*row.numbers, END], [*numbers, END], strict=False))
    place = next(place for place, (found, wanted) in enumerate(pairs) if found != wanted)
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([[*prompt, *numbers[:place]]])).logits[0, -1]
    assert float(logits[list(pairs[place])].diff().abs()) < TIE, f"another token at {place}"


def shapes(model, monkeypatch):
    """A list of the inputs' shapes, which grows with each call of the model."""
    seen, forward = [], model.base_model.forward

    def recorded(**options):
        seen.append(tuple(options["input_ids"].shape))
        return forward(**options)

    monkeypatch.setattr(model.base_model, "forward", recorded)
    return seen


def asked(model, problems, monkeypatch):
    """Prompts, true completions and budgets as token numbers, as `Nano` gives them."""
    found = []
    with monkeypatch.context() as patch:
        patch.setattr("tailnb.models.nano.nano.drafted", lambda *given: found.extend(given[2:]) or iter(()))
        assert list(model.writing(problems)) == []
    return found


TOKENS = st.lists(st.integers(3, 15), max_size=12)
ROW = st.tuples(TOKENS, TOKENS, st.sets(st.integers(0, 30), max_size=3), st.integers(1, 30))


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(MODELS), st.lists(ROW, min_size=1, max_size=5))
def test_no_draft_changes_a_token(model, rows):
    """Drafts are the greedy text with some tokens replaced and others behind it, or wrong from the start."""
    prompts, budgets = [[1, *row[0]] for row in rows], [row[3] for row in rows]
    drafts = []
    for prompt, (_, behind, replaced, limit) in zip(prompts, rows, strict=True):
        true = greedy(model, prompt, limit)[0]
        drafts.append([4 if place in replaced else token for place, token in enumerate(true)] + behind)
    found = list(drafted(model, TOKENIZER, prompts, drafts, budgets))
    assert sorted(row.place for row in found) == list(range(len(rows)))
    for row in found:
        assert_greedy(row, model, prompts[row.place], budgets[row.place])


def test_the_random_models_end_some_texts_within_the_budget():
    ends = [greedy(model, [1, first], 30)[1] for model in MODELS for first in range(3, 15)]
    assert 3 <= sum(ends) <= len(ends) - 3


@pytest.mark.parametrize("name", ["nano-tail", "nano-none"])
@pytest.mark.parametrize("task", nano.Recipe.tasks)
def test_trained_models_write_their_greedy_texts(name, task, monkeypatch):
    model = nano.load(name)
    problems = [nano.problems(task, range, 2, seed=3)[-1] for range in ("S", "M", "L")]
    prompts, drafts, budgets = asked(model, problems, monkeypatch)
    for row in drafted(model.model, model.tokenizer, prompts, drafts, budgets):
        assert_greedy(row, model.model, prompts[row.place], budgets[row.place])


def test_a_text_that_is_right_takes_one_pass_and_one_wrong_token_a_second(monkeypatch):
    model = nano.load("nano-tail")
    problem = nano.problems("compare_numbers", "S", 1)[0]
    assert model.exactness([problem]) == [True]
    (prompt,), (true,), (limit,) = asked(model, [problem], monkeypatch)
    whole = (1, len(prompt) + len(true))
    wrong = [*true[:-1], true[0]]
    seen = shapes(model.model, monkeypatch)
    for draft, passes in ((true, [whole]), (wrong, [whole, whole])):
        seen.clear()
        (row,) = drafted(model.model, model.tokenizer, [prompt], [draft], [limit])
        assert row[1:3] == (true, True)
        assert seen == passes


def test_short_rows_come_before_long_ones_are_begun(monkeypatch):
    model = nano.load("nano-tail")
    problems = nano.problems("compare_numbers", "L", 8) + nano.problems("compare_numbers", "S", 8)
    seen = shapes(model.model, monkeypatch)
    rows = model.writing(problems)
    assert next(rows).place >= 8
    assert len(seen) == 1
    assert {row.place for row in rows} > set(range(8))


def test_drafts_that_prove_nothing_are_given_up(monkeypatch):
    model, passes = MODELS[0], []
    monkeypatch.setattr(module, "TRIAL", 100)
    monkeypatch.setattr(module, "CPU_TOKENS", 60)
    monkeypatch.setattr(module, "_likeliest", lambda model, texts: passes.append(texts) or [[5] * 30] * 2)
    drafts = [[4] * 20] * 20
    rows = list(drafted(model, TOKENIZER, [[1, 3]] * 20, drafts, [9] * 20))
    assert len(rows) == 20
    assert len(passes) == 3
