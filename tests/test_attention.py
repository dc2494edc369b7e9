"""Attention as numbers: against one's own softmax, at values found by one's own reading of the text."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

import tokenizers  # noqa: E402
import transformers  # noqa: E402

import tailnb  # noqa: E402
from tailnb.models import nano  # noqa: E402
from tailnb.models.attention import (  # noqa: E402
    Attention,
    Write,
    attention,
    capture,
    heads,
    measure,
    trace_attention,
    write_attention,
    writes,
)
from tailnb.models.nano.texts import texts  # noqa: E402
from tailnb.tasks import Problem, Task  # noqa: E402
from tailnb.traces.ablate import ABLATIONS  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_thread")

each_task = pytest.mark.parametrize("task", tailnb.tasks(), ids=lambda task: task.name)
PROMPT, COMPLETION = "a: <1> 5 <2> 6 start <1>", "<1> 5 -> <3> 7\n<2> 6 -> halt"
LETTERS = "the tape holds a word; and a head ünïcode 🂡 reads it\n  twice\n"
SIZES: dict[str, Any] = {
    "vocab_size": 600,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
GPT2 = {"n_embd": 32, "n_layer": 3, "n_head": 4, "n_positions": 64}
CONFIGS = {
    "Qwen2": lambda: transformers.Qwen2Config(**SIZES),
    "Llama": lambda: transformers.LlamaConfig(**SIZES),
    "GPT2": lambda: transformers.GPT2Config(vocab_size=600, bos_token_id=1, eos_token_id=2, **GPT2),
}


def tiny(name: str) -> Any:
    """A random model whose attention is far from even; in training, with dropout where it has some."""
    torch.manual_seed(3)
    model = transformers.AutoModelForCausalLM.from_config(CONFIGS[name]())
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim == 2:
                weight.mul_(15)
    return model.train()


@pytest.fixture(scope="module")
def tail() -> nano.Nano:
    return nano.load("nano-tail")


@pytest.fixture(scope="module", params=CONFIGS)
def model(request: pytest.FixtureRequest) -> Any:
    return tiny(request.param)


# --- any model


def test_rows_sum_to_one_and_look_back_only(model: Any, tail: nano.Nano) -> None:
    before = model.config._attn_implementation
    picture = attention(model, tail.tokenizer, PROMPT, COMPLETION)
    count = len(PROMPT.split()) + len(COMPLETION.split()) + 1
    assert picture.weights.shape == (3, 4, count, count)
    assert picture.weights.dtype == np.float32
    assert np.allclose(picture.weights.sum(-1), 1, atol=1e-5)
    assert not np.triu(picture.weights, 1).any()
    assert picture.weights.max() > 0.9  # not even, or the next tests would show little
    assert before == model.config._attn_implementation == "sdpa"
    assert all(module.training for module in model.modules())
    assert not any(module._forward_hooks for module in model.modules() if module is model)
    assert attention(model, tail.tokenizer, PROMPT, COMPLETION).weights.tolist() == picture.weights.tolist()


def own_weights(queries: Any, keys: Any, count: int) -> Any:
    """Causal softmax attention, [heads, tokens, tokens], from [tokens, heads, size], in plain loops."""
    size, found = queries.shape[-1], np.zeros((queries.shape[1], count, count))
    for head in range(queries.shape[1]):
        for at in range(count):
            scores = [
                float(np.dot(queries[at, head], keys[to, head])) / math.sqrt(size) for to in range(at + 1)
            ]
            powers = [math.exp(score - max(scores)) for score in scores]
            found[head, at, : at + 1] = [power / sum(powers) for power in powers]
    return found


def rotated(vectors: Any, theta: float = 10_000.0) -> Any:
    """Rotary positions, [tokens, heads, size], by complex numbers."""
    tokens, _, size = vectors.shape
    half = size // 2
    turns = np.exp(1j * np.outer(np.arange(tokens), theta ** (-np.arange(half) / half)))[:, None]
    numbers = (vectors[..., :half] + 1j * vectors[..., half:]) * turns
    return np.concatenate([numbers.real, numbers.imag], -1)


@pytest.mark.parametrize("name", CONFIGS)
def test_weights_are_the_softmax_of_queries_and_keys(name: str, tail: nano.Nano) -> None:
    model, outputs = tiny(name), {}
    wanted = ("c_attn",) if name == "GPT2" else ("q_proj", "k_proj")
    for path, module in model.named_modules():
        if path.endswith(wanted):
            module.register_forward_hook(
                lambda _, __, out, path=path: outputs.update({path: out[0].detach()})
            )
    picture = attention(model, tail.tokenizer, PROMPT, COMPLETION)
    count = len(picture)
    for layer in range(3):
        if name == "GPT2":
            queries, keys, _ = np.split(outputs[f"transformer.h.{layer}.attn.c_attn"].double().numpy(), 3, -1)
            queries, keys = (one.reshape(count, 4, 8) for one in (queries, keys))
        else:
            prefix = f"model.layers.{layer}.self_attn."
            queries, keys = (outputs[f"{prefix}{one}_proj"].double().numpy() for one in "qk")
            queries, keys = rotated(queries.reshape(count, 4, 8)), rotated(keys.reshape(count, 2, 8))
            keys = keys.repeat(2, axis=1)  # two heads share a key
        assert np.allclose(own_weights(queries, keys, count), picture.weights[layer], atol=1e-4)


def test_layers_can_be_chosen_and_the_others_are_not_kept(model: Any, tail: nano.Nano) -> None:
    whole = attention(model, tail.tokenizer, PROMPT, COMPLETION)
    some = attention(model, tail.tokenizer, PROMPT, COMPLETION, layers=[3, 1])
    assert some.layers == (1, 3)
    assert np.array_equal(some.weights, whole.weights[[0, 2]])
    assert np.array_equal(some.head(3, 2), whole.weights[2, 1])
    assert np.allclose(whole.head(1), whole.weights[0].mean(0))
    assert np.array_equal(whole.head(1, "max"), whole.weights[0].max(0))
    for layer, head in ((2, 1), (1, 5), (1, 0), (1, "least")):
        with pytest.raises(ValueError, match="choose from 1,"):
            some.head(layer, head)
    with pytest.raises(ValueError, match="no layer 4; choose from 1, 2, 3"):
        attention(model, tail.tokenizer, PROMPT, COMPLETION, layers=[4])
    with pytest.raises(ValueError, match="at least one layer"):
        attention(model, tail.tokenizer, PROMPT, COMPLETION, layers=[])


def test_a_model_is_as_it_was_after_an_error(monkeypatch: pytest.MonkeyPatch, tail: nano.Nano) -> None:
    model = tiny("Qwen2")
    model.model.layers[0].eval()
    modes = [module.training for module in model.modules()]
    hooks = [len(module._forward_hooks) for module in model.modules()]

    def fail(*args: Any, **kwargs: Any) -> None:
        assert model.config._attn_implementation == "eager"
        raise RuntimeError("out of memory")

    monkeypatch.setattr(model.model.layers[2], "forward", fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        attention(model, tail.tokenizer, PROMPT, COMPLETION, layers=[1])
    assert model.config._attn_implementation == "sdpa"
    assert [module.training for module in model.modules()] == modes
    left = [len(module._forward_hooks) for module in model.modules()]
    assert max(after - before for before, after in zip(hooks, left, strict=True)) <= 1  # the library's own


def test_what_cannot_be_had_is_refused(monkeypatch: pytest.MonkeyPatch, tail: nano.Nano) -> None:
    tokenizer, model = tail.tokenizer, tiny("GPT2")
    recurrent = transformers.MambaForCausalLM(
        transformers.MambaConfig(vocab_size=600, hidden_size=16, num_hidden_layers=2)
    )
    for without in (recurrent, torch.nn.Linear(2, 2)):
        with pytest.raises(ValueError, match=f"{type(without).__name__} gives no attention weights"):
            attention(without, tokenizer, PROMPT, COMPLETION)
    with pytest.raises(ValueError, match="the text has 101 tokens; the model takes 1 to 64"):
        attention(model, tokenizer, "5 " * 60, "6 " * 40)
    with pytest.raises(ValueError, match="the tokenizer cannot take the text"):
        attention(model, tokenizer, "somewhere", "else")
    monkeypatch.setattr(capture, "LARGEST", 3 * 4 * 41 * 41 * 4 - 1)
    with pytest.raises(ValueError, match=r"41 tokens make 3 x 4 x 41 x 41 weights in 3 layers.* `layers`"):
        attention(model, tokenizer, "5 " * 20, "6 " * 20)
    assert len(attention(model, tokenizer, "5 " * 20, "6 " * 20, layers=[1, 2])) == 41


# --- tokens as texts


@pytest.fixture(scope="module")
def byte_pairs() -> Any:
    """A byte-level tokenizer, as GPT-2 and Qwen2 have one, trained on a line."""
    core = tokenizers.Tokenizer(tokenizers.models.BPE())
    core.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = tokenizers.decoders.ByteLevel()
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False)
    core.train_from_iterator([LETTERS] * 3, trainer)
    return transformers.PreTrainedTokenizerFast(tokenizer_object=core)


@settings(max_examples=200)
@given(text=st.text(st.sampled_from(LETTERS) | st.characters(codec="utf-8"), max_size=40))
def test_the_tokens_are_the_text(byte_pairs: Any, text: str) -> None:
    found = capture.read(byte_pairs, text, special=True)
    assert [number for number, _ in found] == byte_pairs(text)["input_ids"]
    pieces = [piece for _, piece in found]
    assert all(pieces)
    whole = "".join(pieces)
    assert whole.replace(capture.CONTINUED, "") == text.replace(capture.CONTINUED, "")


def test_a_tokenizer_without_offsets_is_read_token_by_token() -> None:
    found = capture.read(transformers.ByT5Tokenizer(), "ab", special=False)
    assert [piece for _, piece in found] == ["a", "b"]


def test_a_nano_text_keeps_its_lines(tail: nano.Nano) -> None:
    problem = nano.problems("large_number_addition", "S", 1)[0]
    prompt, completion = texts(problem, tail.recipe, seed=0)
    picture = attention(tail.model, tail.tokenizer, prompt, completion)
    assert picture.tokens[0] == "[BOS] "
    assert "".join(picture.tokens[1 : picture.start]) == prompt
    assert "".join(picture.tokens[picture.start :]) == completion
    assert repr(picture) == f"<Attention: {len(picture)} tokens, 4 heads in each of the layers 1, 2>"


# --- where values are written


def small(task: Task) -> Problem:
    """A short problem of the task, as nano models read it."""
    return task.sample("S", seed=1, **getattr(task.module, "NANO_OPTIONS", {}))


@pytest.mark.parametrize("task", nano.Recipe().tasks)
def test_the_texts_are_those_that_nano_models_write(task: str, tail: nano.Nano) -> None:
    problem = nano.problems(task, "S", 1)[0]
    picture = trace_attention(tail, problem, layout=7)
    completion = "".join(picture.tokens[picture.start :])
    assert tail.write([problem], layout=7)[0].split() == completion.split()


RECIPES = {
    "tail": nano.Recipe(),
    "styled": nano.Recipe(wording="styled"),
    **{module: nano.Recipe(without=(module,)) for module in ABLATIONS},
}


def lines_of(problem: Problem, recipe: nano.Recipe) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """All tokens of a text behind [BOS], and each line with the place where it begins."""
    prompt, completion = texts(problem, recipe, seed=0)
    tokens, lines = ["[BOS]", *prompt.split()], []
    for line in completion.split("\n"):
        lines.append((len(tokens), line.split()))
        tokens += line.split()
    return tokens, lines


def test_an_additions_values_are_found_by_reading_its_lines() -> None:
    """Against a reading by hand: <a> x <b> y carry=c -> <s> z carry=d <next>."""
    problem = tailnb.task("large_number_addition").problem(a="905", b="17")
    tokens, lines = lines_of(problem, RECIPES["tail"])
    wanted, stands = [], {}
    for place in range(1, tokens.index("start")):
        if tokens[place][0] == "<":
            stands[tokens[place]] = [place, place + 1]
        elif tokens[place].startswith("carry="):
            stands["carry"] = [place]
    for state, (start, line) in enumerate(lines[:-1]):
        for at in (0, 2):
            wanted.append(("cell", state, line[at + 1], start + at + 1, stands[line[at]]))
            stands[line[at]] = [*stands[line[at]], start + at, start + at + 1]
        wanted.append(("register", state, line[4], start + 4, stands["carry"]))
        if "halt" not in line:
            near = [start + at for at in range(5)]
            wanted.append(("result", state, line[7], start + 7, near))
            wanted.append(("result", state, line[8], start + 8, near))
            stands["carry"] = [start + 8]
        else:
            stands["carry"] = [*stands["carry"], start + 4]
    found = [
        (one.kind, one.state, one.token, one.place, [*one.sources])
        for one in writes(problem, RECIPES["tail"])
    ]
    assert found == wanted
    assert sum(kind == "result" for kind, *_ in found) == 6


@each_task
@pytest.mark.parametrize("form", RECIPES)
def test_values_stand_where_they_are_said_to(task: Task, form: str) -> None:
    problem = small(task)
    tokens, lines = lines_of(problem, RECIPES[form])
    found = writes(problem, RECIPES[form])
    kinds = {one.kind for one in found}
    assert ("result" in kinds) == any(state.writes for state in problem.trace().states)
    assert bool(kinds - {"result"}) == (form != "memory fetcher")
    for one in found:
        start, line = lines[one.state]
        arrow = start + line.index("Now" if form == "styled" else "->")
        assert tokens[one.place] == one.token
        assert start <= one.place < start + len(line)
        assert (one.place > arrow) == (one.kind == "result")
        assert all(source < one.place for source in one.sources)
        if one.kind == "result":
            assert all(source < arrow for source in one.sources)
        elif one.kind == "register":
            assert tokens[one.place] in {tokens[source] for source in one.sources}
        else:  # the cell's address stands before the value here and wherever it comes from
            assert {tokens[source] for source in one.sources} >= {one.token}
    assert [one.place for one in found] == sorted({one.place for one in found})


@each_task
def test_operands_stand_in_the_line_with_the_memory_fetcher_and_farther_off_without(task: Task) -> None:
    problem = small(task)
    away = {}
    for form in ("tail", "memory fetcher"):
        _, lines = lines_of(problem, RECIPES[form])
        found = [one for one in writes(problem, RECIPES[form]) if one.kind == "result"]
        inside = [all(source >= lines[one.state][0] for source in one.sources) for one in found]
        away[form] = {*inside}
    writing = any(state.writes for state in problem.trace().states)
    assert away == (
        {"tail": {True}, "memory fetcher": {False}} if writing else {form: set() for form in away}
    )


# --- measures

COUNT = 9
LOGITS = st.lists(st.floats(-30, 30), min_size=COUNT * COUNT, max_size=COUNT * COUNT)


def picture_of(weights: Any) -> Attention:
    """A picture of two layers of one head, from [layers, tokens, tokens]."""
    count = weights.shape[-1]
    return Attention(("x",) * count, 3, (1, 2), weights[:, None].astype(np.float32))


@given(LOGITS, st.integers(1, COUNT - 1), st.sets(st.integers(0, COUNT - 1), min_size=1))
def test_measures_are_sums_over_the_weights(logits: list[float], place: int, places: set[int]) -> None:
    scores = np.array(logits).reshape(COUNT, COUNT)
    scores = np.where(np.tri(COUNT, dtype=bool), scores, -np.inf)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    weights = powers / powers.sum(-1, keepdims=True)
    sources = tuple(sorted(one for one in places if one < place))
    picture = picture_of(np.stack([weights, np.eye(COUNT)]))
    first, second = measure(picture, [Write("result", 4, "sum[0]", "7", place, sources)])
    row = picture.weights[0, 0, place - 1].astype(float)
    assert first["share"] == pytest.approx(sum(row[at] for at in sources))
    assert first["even"] == pytest.approx(len(sources) / place)
    assert first["entropy"] == pytest.approx(-sum(w * math.log2(w) for w in row if w > 0), abs=1e-6)
    assert first["distance"] == pytest.approx(sum(w * (place - 1 - at) for at, w in enumerate(row)), abs=1e-6)
    assert (first["head"], first["layer"], first["number"]) == ("layer 1, head 1", 1, 1)
    assert (second["entropy"], second["distance"], second["head"]) == (0, 0, "layer 2, head 1")
    assert second["share"] == (place - 1 in sources)
    said = [first[key] for key in ("kind", "state", "cell", "token", "place")]
    assert said == ["result", 4, "sum[0]", "7", place]


def test_even_attention_has_the_even_share_and_all_bits() -> None:
    weights = np.tri(16) / np.arange(1, 17)[:, None]
    row, _ = measure(picture_of(np.stack([weights] * 2)), [Write("cell", 0, "a[0]", "7", 8, (1, 2))])
    assert (row["share"], row["even"], row["entropy"], row["distance"]) == (0.25, 0.25, 3, 3.5)


def test_roles_are_told_by_the_shares() -> None:
    def rows(number: int, kind: str, *shares: float) -> list[dict[str, Any]]:
        fixed = {"head": f"layer 1, head {number}", "layer": 1, "number": number, "entropy": 2.0}
        return [fixed | {"kind": kind, "share": share, "distance": 4.0} for share in shares]

    second = [*rows(2, "cell", 0.9, 0.7), *rows(2, "register", 0.1), *rows(2, "result", 0.6)]
    first = [*rows(1, "cell", 0.5), *rows(1, "register", 1), *rows(1, "result", 0)]
    told = heads([*second, *first, *rows(3, "result", 0.5)])
    assert [one["role"] for one in told] == ["reads registers", "reads cells, computes", "elsewhere"]
    assert told[1]["cells"] == pytest.approx(0.8)
    assert (told[2]["cells"], told[2]["registers"], told[2]["results"]) == (None, None, 0.5)
    assert (told[0]["entropy"], told[0]["distance"], told[0]["head"]) == (2, 4, "layer 1, head 1")
    with pytest.raises(ValueError, match="no rows"):
        heads([])


# --- the shipped model


def test_the_shipped_model_has_a_head_that_reads_cells_and_one_that_computes(tail: nano.Nano) -> None:
    problems = nano.problems("large_number_addition", "S", 2)
    rows = write_attention(tail, problems)
    told = heads(rows)
    assert len(rows) == 8 * sum(len(writes(problem, tail.recipe)) for problem in problems)
    assert {(row["task"], row["model"], row["method"]) for row in rows} == {
        ("large_number_addition", "nano-tail", "tail")
    }
    assert max(one["cells"] for one in told) > 0.9
    assert max(one["results"] for one in told) > 0.8
    assert any("reads cells" in one["role"] for one in told)


def test_a_model_without_the_memory_fetcher_has_results_alone(tail: nano.Nano) -> None:
    ablated = replace(tail, recipe=replace(tail.recipe, without=("memory fetcher",)))
    rows = write_attention(ablated, nano.problems("large_number_addition", "S", 1))
    assert {(row["kind"], row["method"]) for row in rows} == {("result", "tail without memory fetcher")}


def test_problems_that_the_model_does_not_know_are_refused(tail: nano.Nano) -> None:
    with pytest.raises(ValueError, match="trained on other tasks"):
        write_attention(tail, [tailnb.task("word_flip").sample("S")])
    long = tailnb.task("large_number_addition").problem(a="1" * 180, b="2" * 180)
    with pytest.raises(ValueError, match="addresses"):
        write_attention(tail, [long])


def test_a_model_that_writes_no_traces_is_refused() -> None:
    with pytest.raises(
        ValueError, match="a model of method 'none' writes no states; choose one of method 'tail'"
    ):
        write_attention(nano.load("nano-none"), nano.problems("compare_numbers", "S", 1))
