"""What notebook 09 shows of fine-tuning: the loss's tokens, NF4, LoRA, memory, saved results."""

from __future__ import annotations

import re

import pytest

torch = pytest.importorskip("torch")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from markup import EVIL  # noqa: E402

from tailnb.evaluation import saved  # noqa: E402
from tailnb.evaluation.results import Result, append  # noqa: E402
from tailnb.models import choose, hardware, memory, nano  # noqa: E402
from tailnb.models.finetune import Finetuning, Recipe, anatomy, recipe  # noqa: E402
from tailnb.models.load import load  # noqa: E402
from tailnb.views.loss import LossView  # noqa: E402
from tailnb.views.memory import memory_chart  # noqa: E402
from tailnb.views.qlora import lora_picture, nf4_chart  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_thread")

WORDS = ["", "go", EVIL, "\n", " ", "‮"]


class Tokens:
    """A tokenizer of a few words, one of which is a model's attack on the page."""

    def decode(self, numbers, **_):
        return "".join(WORDS[number] for number in numbers)

    def convert_ids_to_tokens(self, numbers):
        return ["[PAD]" for _ in numbers]


def batch_of(numbers, labels, mask=None):
    made = {"input_ids": torch.tensor([numbers]), "labels": torch.tensor([labels])}
    return made | ({"attention_mask": torch.tensor([mask])} if mask else {})


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), min_size=1))
def test_the_loss_view_counts_what_the_labels_say(tokens):
    numbers = [number for number, _, _ in tokens]
    labels = [number if learned else -100 for number, learned, _ in tokens]
    view = LossView(batch_of(numbers, labels, [int(kept) for _, _, kept in tokens]), Tokens())
    assert view.tokens == sum(kept for _, _, kept in tokens)
    assert view.learned == sum(learned and kept for _, learned, kept in tokens)


def test_what_a_token_says_is_escaped_and_seen():
    page = LossView(batch_of([1, 2, 3, 4, 5, 0], [-100, 2, 3, 4, 5, 0]), Tokens())._repr_html_()
    assert EVIL not in page
    assert "<script" not in page
    assert "‮" not in page
    assert "[PAD]" in page
    assert page.count("<br>") == 1
    assert [*re.findall('aria-label="(.*?)"', page)] == ["only read", "learned"]


def test_a_long_sequence_is_cut_short_and_says_so():
    page = LossView(batch_of([1] * 30, [1] * 30), Tokens(), most=10)._repr_html_()
    assert page.count(">go<") == 10
    assert "20 tokens more" in page
    assert "30 of 30 tokens are learned" in page


@pytest.mark.parametrize("packing", [True, False])
def test_the_loss_view_of_a_real_batch(tmp_path, packing):
    sizes = {"tasks": "places", "style": "tape", "n": 8, "batch": 2, "max_length": 200, "packing": packing}
    run = Finetuning(Recipe(**sizes), *load("nano-tail", quantize=True), tmp_path)
    view = LossView(run.batch(), run.tokenizer)
    texts = ["".join(token.text for token in tokens if token.learned) for tokens in view.sequences]
    assert all(text.count("Final") == text.count("[EOS]") > 0 for text in texts)
    assert "places" not in "".join(texts)
    read = [token.text for tokens in view.sequences for token in tokens if not token.learned]
    assert read.count("places") == sum(text.count("[EOS]") for text in texts)


def test_nf4_keeps_sixteen_numbers_and_takes_the_nearest():
    torch.manual_seed(0)
    before, after = anatomy.rounded(torch.randn(64, 64))
    levels = anatomy.levels()
    assert len(levels) == 16
    assert len({round(value, 4) for value in after}) == 16
    for one, other in zip(before, after, strict=True):
        assert min(abs(one - level) for level in levels) == pytest.approx(abs(one - other), abs=1e-3)


def test_parameters_are_counted_once():
    plain = sum(weight.numel() for weight in nano.load("nano-tail").model.parameters())
    base, _ = load("nano-tail", quantize=True)
    counts = anatomy.parameters(base)
    assert counts["quantized"] > counts["trained"] > counts["kept"] == 0  # nothing is frozen yet
    assert counts["quantized"] + counts["kept"] + counts["trained"] == plain
    quantized = anatomy.bytes_of({"quantized": 64 * 256})["quantized"]
    assert quantized == 64 * 256 / 2 + 256 + 4


@pytest.mark.parametrize(("before", "after"), [([], []), ([0.5], [])])
def test_nothing_to_draw(before, after):
    with pytest.raises(ValueError, match=r"as many weights before as after"):
        nf4_chart(before, after)


def test_the_charts_say_what_they_show_in_words():
    chart = nf4_chart([0.4, -1.0], [0.44, -1.0]).to_dict()
    assert "2 weights" in chart["description"]
    assert "0.020 of the largest" in chart["description"]
    need = memory.qlora("Qwen2.5-7B")
    said = memory_chart({"here": need}).to_dict()["description"]
    assert f"here: {need.total:.1f} GiB" in said
    assert all(part in said for part in need.parts)
    with pytest.raises(ValueError, match="no needs"):
        memory_chart({})


def test_lora_is_drawn_to_scale():
    picture = lora_picture(3584, 18944, 512)
    boxes = re.findall(
        r'<rect class="tnb-(\w+)" x="\S+" y="\S+" width="([\d.]+)" height="([\d.]+)"', picture.svg
    )
    (_, wide, high), (_, thin, tall), (_, long, flat) = boxes[-3:]
    assert float(high) / float(wide) == pytest.approx(18944 / 3584, rel=0.01)
    assert (tall, long, flat) == (high, wide, thin)
    assert "67,895,296 weights are frozen, 11,534,336 are trained: 17.0%." in picture.description
    with pytest.raises(ValueError, match="rank must be at least 1, not 0"):
        lora_picture(2, 2, 0)


def test_a_recipe_for_each_place(monkeypatch):
    small, large = choose.choose("nano-tail"), choose.Choice("big", "causal", "a/big", "")
    assert Recipe.for_model(small).style == "tape"
    assert Recipe.for_model(small, style="core").style == "core"
    monkeypatch.setattr(recipe, "card", lambda: None)
    here = Recipe.for_model(large, seed=3)
    assert (here.packing, here.batch, here.seed) == (False, 1, 3)
    for gigabytes, rank in ((8, 16), (16, 16), (23.5, 16), (25.3, 64), (80, 64)):
        card = hardware.Card("it", int(gigabytes * 10**9), 0)
        monkeypatch.setattr(recipe, "card", lambda card=card: card)
        there = Recipe.for_model(large)
        assert (there.rank, there.packing) == (rank, True)


def test_saved_results_are_read_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(saved, "HERE", tmp_path)
    with pytest.raises(ValueError, match="no saved results 'mine'; choose from none yet"):
        saved.saved_rows("mine")
    row = Result(model="it", task="lcs", method="tail", range="S", n=4, correct=3)
    append(tmp_path / "mine.jsonl", [row])
    assert [one["correct"] for one in saved.saved_rows("mine")] == [3]
    with pytest.raises(ValueError, match=r"no saved results '\.\./mine'; choose from mine"):
        saved.saved_rows("../mine")
