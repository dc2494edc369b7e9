"""`open_writer`: the writer for a model's name, its folder, a server's address or a file of outputs."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterable
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tailnb.evaluation.lengths import open_tokenizer
from tailnb.evaluation.writer import BASE, Writer

if TYPE_CHECKING:
    from tailnb.models.choose import Choice

ENGINES = ("auto", "transformers", "vllm")
RECIPE = "recipe.json"  # beside an adapter of `tailnb.models.finetune`
OUTPUTS = (".jsonl", ".json")


def open_writer(
    source: str | Path = "auto",
    *,
    method: str | None = None,
    style: str | None = None,
    without: str | Iterable[str] | None = None,
    adapter: Path | str | None = None,
    quantize: bool = False,
    engine: str = "auto",
    tell: Callable[[str], object] = lambda _: None,
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
    tell: called with a line that says which model it is, and why, before it is loaded.
    more: what the writer takes besides, such as name, max_tokens, batch_size, concurrency, chat, tokenizer.
    Raises ValueError for what cannot be had, as `choose` and `load` do.
    """
    if engine not in ENGINES:
        raise ValueError(f"no engine {engine!r}; choose from {', '.join(ENGINES)}")
    adapter = _adapter(adapter)
    given = {"method": method, "style": style, "without": _modules(without)}
    trained = _recipe(adapter) | {name: value for name, value in given.items() if value is not None}
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return _server(source, tell, trained | more)
    if Path(source).suffix in OUTPUTS:
        return _file(Path(source), tell, trained, more)
    return _model(source, adapter, quantize, engine, tell, trained, more)


def _adapter(folder: Path | str | None) -> Path | None:
    if folder is not None and not Path(folder).is_dir():
        raise ValueError(f"no adapter's folder {str(folder)!r}")
    return None if folder is None else Path(folder)


def _modules(without: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if without is None:
        return None
    return (without,) if isinstance(without, str) else tuple(without)


def _recipe(folder: Path | None, **default: Any) -> dict[str, Any]:
    """What a model or an adapter was trained to write, and on which tasks, if its recipe lies beside it.

    default: for what a nano model's recipe does not say.
    """
    path = folder / RECIPE if folder is not None else None
    if path is None or not path.is_file():
        return {}
    try:
        recipe = {"without": ()} | default | json.loads(path.read_text(encoding="utf-8"))
        many = {name: tuple(recipe[name]) for name in ("without", "tasks")}
        return {name: recipe[name] for name in ("method", "style")} | many
    except (ValueError, LookupError, TypeError):
        raise ValueError(
            f"{path} holds no recipe with method, style and tasks; move it away, and give them"
        ) from None


def _require_known(kind: type[Writer], options: Iterable[str]) -> None:
    """Raise ValueError for an option that this kind of writer does not have."""
    known = list(signature(kind).parameters)
    for name in options:
        if name not in known:
            raise ValueError(f"a {kind.__name__} takes no {name}; it takes {', '.join(known)}")


def _server(url: str, tell: Callable[[str], object], options: dict[str, Any]) -> Writer:
    from tailnb.models.writers.http import Client
    from tailnb.models.writers.server import ServerWriter, only_model

    names = ("key", "timeout", "retries", "pause")
    if isinstance(options.get("tokenizer"), (str, Path)):
        options["tokenizer"] = open_tokenizer(options["tokenizer"])
    client = Client(url, **{name: options.pop(name) for name in names if name in options})
    _require_known(ServerWriter, options)
    name = options.pop("name", None) or only_model(client)
    tell(f"{name}: asked at {url}.")
    return ServerWriter(client, name, **options)


def _file(path: Path, tell: Callable[[str], object], trained: dict[str, Any], more: dict[str, Any]) -> Writer:
    from tailnb.models.writers.file import FileWriter

    if trained:
        raise ValueError(f"{', '.join(trained)}: a file of outputs says that itself, line by line")
    _require_known(FileWriter, more)
    writer = FileWriter(path, **more)
    tell(f"{writer.name}: {writer.n:,} outputs in {path.name}, of {', '.join(writer.tasks)}.")
    return writer


def _model(
    source: str | Path,
    adapter: Path | None,
    quantize: bool,
    engine: str,
    tell: Callable[[str], object],
    trained: dict[str, Any],
    more: dict[str, Any],
) -> Writer:
    from tailnb.models.choose import choose

    choice = choose(source, settings=None)
    if choice.kind == "nano" and adapter is None and not quantize:
        return _nano(choice, tell, trained, more)
    tell(str(choice))
    own = _recipe(Path(choice.source), style="tape") if choice.kind == "nano" else {"method": BASE}
    name = choice.name if adapter is None else f"{choice.name} + {_called(adapter)}"
    options: dict[str, Any] = {"name": name, **own, **trained, **more}
    if engine == "vllm" or (engine == "auto" and not quantize and _has_vllm()):
        from tailnb.models.writers import vllm

        _require_known(vllm.VllmWriter, options)
        return vllm.VllmWriter(**vllm.start(choice.source, choice.config, adapter), **options)
    from tailnb.models.load import load
    from tailnb.models.writers.causal import CausalWriter

    _require_known(CausalWriter, options)
    model, tokenizer = load(choice, quantize=quantize, adapter=adapter)
    return CausalWriter(model, tokenizer, **options)


def _nano(
    choice: Choice, tell: Callable[[str], object], trained: dict[str, Any], more: dict[str, Any]
) -> Writer:
    from tailnb.models import nano
    from tailnb.models.writers.nano import NanoWriter

    _require_known(NanoWriter, more)
    tell(str(choice))
    writer = NanoWriter(nano.load(choice.source), **more)
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
