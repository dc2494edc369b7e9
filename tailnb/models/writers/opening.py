"""`open_writer`: the writer for a model's name, its folder, a server's address or a file of outputs."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tailnb.evaluation.lengths import open_tokenizer
from tailnb.evaluation.writer import BASE, Writer

ENGINES = ("auto", "transformers", "vllm")
RECIPE = "recipe.json"  # beside an adapter of `tailnb.models.finetune`
OUTPUTS = (".jsonl", ".json")
TRAINED = ("method", "style", "without")


def open_writer(
    source: str | Path = "auto",
    *,
    method: str | None = None,
    style: str | None = None,
    without: str | Iterable[str] | None = None,
    adapter: Path | str | None = None,
    quantize: bool = False,
    engine: str = "auto",
    **more: Any,
) -> Writer:
    """The writer for a model, wherever it is.

    source: what `tailnb.models.choose` takes: a model's name, a folder, "auto"; or the address of a server
    that speaks OpenAI's protocol, such as http://localhost:8000/v1; or a file of outputs, .jsonl.
    method, style, without: what the model was fine-tuned to write; not given, what its adapter's recipe says,
    or else the method "base": the model is asked in words.
    adapter: a folder with a LoRA adapter. quantize: linear layers to NF4, as the adapter was trained.
    engine: "transformers", "vllm", or "auto", which takes vLLM where it is installed, there is a CUDA GPU and
    nothing is to be quantized.
    more: what the writer takes besides, such as name, max_tokens, batch_size, concurrency, chat, tokenizer.
    Raises ValueError for what cannot be had, as `choose` and `load` do.
    """
    if engine not in ENGINES:
        raise ValueError(f"no engine {engine!r}; choose from {', '.join(ENGINES)}")
    adapter = None if adapter is None else Path(adapter)
    given = {"method": method, "style": style, "without": _modules(without)}
    trained = _recipe(adapter) | {name: value for name, value in given.items() if value is not None}
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return _server(source, trained | more)
    if Path(source).suffix in OUTPUTS:
        return _file(Path(source), trained, more)
    return _model(source, adapter, quantize, engine, trained, more)


def _modules(without: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if without is None:
        return None
    return (without,) if isinstance(without, str) else tuple(without)


def _recipe(adapter: Path | None) -> dict[str, Any]:
    """What an adapter was trained to write, if its recipe lies beside it."""
    path = adapter / RECIPE if adapter is not None else None
    if path is None or not path.is_file():
        return {}
    try:
        recipe = json.loads(path.read_text(encoding="utf-8"))
        return {name: recipe[name] for name in TRAINED} | {"without": tuple(recipe["without"])}
    except (ValueError, LookupError, TypeError):
        raise ValueError(
            f"{path} holds no recipe with {', '.join(TRAINED)}; move it away, and give them"
        ) from None


def _server(url: str, options: dict[str, Any]) -> Writer:
    from tailnb.models.writers.http import Client
    from tailnb.models.writers.server import ServerWriter, only_model

    names = ("key", "timeout", "retries", "pause")
    if isinstance(options.get("tokenizer"), (str, Path)):
        options["tokenizer"] = open_tokenizer(options["tokenizer"])
    client = Client(url, **{name: options.pop(name) for name in names if name in options})
    return ServerWriter(client, options.pop("name", None) or only_model(client), **options)


def _file(path: Path, trained: dict[str, Any], more: dict[str, Any]) -> Writer:
    from tailnb.models.writers.file import FileWriter

    if trained:
        raise ValueError(f"{', '.join(trained)}: a file of outputs says that itself, line by line")
    return FileWriter(path, **more)


def _model(
    source: str | Path,
    adapter: Path | None,
    quantize: bool,
    engine: str,
    trained: dict[str, Any],
    more: dict[str, Any],
) -> Writer:
    from tailnb.models.choose import choose

    choice = choose(source, settings=None)
    if choice.kind == "nano" and adapter is None and not quantize:
        return _nano(choice.source, trained, more)
    name = more.pop("name", None) or (
        choice.name if adapter is None else f"{choice.name} + {_called(adapter)}"
    )
    options: dict[str, Any] = {"name": name, "method": BASE, **trained, **more}
    if engine == "vllm" or (engine == "auto" and not quantize and _has_vllm()):
        from tailnb.models.writers import vllm

        return vllm.VllmWriter(**vllm.start(choice.source, choice.config, adapter), **options)
    from tailnb.models.load import load
    from tailnb.models.writers.causal import CausalWriter

    model, tokenizer = load(choice, quantize=quantize, adapter=adapter)
    return CausalWriter(model, tokenizer, **options)


def _nano(folder: Path | str, trained: dict[str, Any], more: dict[str, Any]) -> Writer:
    from tailnb.models import nano
    from tailnb.models.writers.nano import NanoWriter

    writer = NanoWriter(nano.load(folder), **more)
    for name, value in trained.items():
        if getattr(writer, name) != value:
            raise ValueError(f"{writer.name} writes {name} {getattr(writer, name)!r}, not {value!r}")
    return writer


def _called(adapter: Path) -> str:
    """An adapter's name: that of its folder, or of the run that the folder lies in."""
    folder = adapter.resolve()
    return folder.parent.name if folder.name == "adapter" else folder.name


def _has_vllm() -> bool:
    from tailnb.models import hardware

    return importlib.util.find_spec("vllm") is not None and hardware.card() is not None
