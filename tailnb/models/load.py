"""Load a model with its tokenizer: plain, or quantized to NF4, with an adapter or without."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

import torch
from transformers import (
    AutoModelForCausalLM,
    BitsAndBytesConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from tailnb.evaluation.lengths import tokenizer_class
from tailnb.models import hardware, hub, memory, smollm2
from tailnb.models.adapters import attach
from tailnb.models.choose import COMPLETION, PROMPT, Choice, choose
from tailnb.models.hardware import GIB
from tailnb.models.nano.nano import without_bars
from tailnb.models.sizes import sizes

Loaded = tuple[PreTrainedModel, PreTrainedTokenizerBase]


def load(
    choice: Choice | str | Path,
    *,
    quantize: bool = False,
    adapter: Path | str | None = None,
    dtype: torch.dtype | None = None,
) -> Loaded:
    """The model, on the GPU if there is one, and its tokenizer, which pads on the left.

    choice: from `choose`, or what it takes. quantize: linear layers to NF4 with double quantization.
    adapter: a folder with a LoRA adapter made for this model. dtype: of the rest; bfloat16, for nano models
    float32.
    Raises ValueError for too little memory, before anything is loaded, and for files that do not fit
    together; ModuleNotFoundError with the install command for bitsandbytes or peft.
    """
    if not isinstance(choice, Choice):
        choice = choose(choice)
    dtype = dtype or (torch.float32 if choice.kind == "nano" else torch.bfloat16)
    quantization = _nf4(dtype) if quantize else None
    if choice.kind == "causal":
        _require_room(choice, quantize, dtype)
    folder = _folder(choice)
    with nullcontext() if _large(choice) else without_bars():
        model = _model(choice.name, folder, dtype, quantization)
    if quantize:
        keep_training_format(model)
    tokenizer = _tokenizer(choice.name, folder, model)
    model.config.name_or_path = choice.name  # the folder's place on this machine is nobody's business
    return (attach(model, adapter, choice.name) if adapter else model), tokenizer


def keep_training_format(model: torch.nn.Module) -> None:
    """Keep bitsandbytes from packing quantized weights anew at the first evaluation on a CPU.

    It does so in place where the processor has AVX512-BF16; the gradients of later training steps come out
    wrong then, without a word.
    """
    from bitsandbytes.nn import Linear4bit  # type: ignore[attr-defined]  # not in its __all__

    for module in model.modules():
        if isinstance(module, Linear4bit):
            module.support_avx512bf16_for_cpu = False


def _nf4(dtype: torch.dtype) -> BitsAndBytesConfig:
    """Four bits in blocks of 64, their scales quantized again. Raises ModuleNotFoundError with the mend."""
    try:
        import accelerate  # noqa: F401
        import bitsandbytes  # noqa: F401
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"weights in four bits need {missing.name}: pip install 'tailnb[gpu]'", name=missing.name
        ) from None
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
        # FSDP shards only weights that are stored as floating point numbers.
        bnb_4bit_quant_storage=dtype if hardware.sharded() else torch.uint8,
    )


def _large(choice: Choice) -> bool:
    """Whether loading takes so long that a progress bar is worth its lines."""
    try:
        return sizes(choice.config).parameters > 10**9
    except ValueError:
        return True


def _require_room(choice: Choice, quantize: bool, dtype: torch.dtype) -> None:
    """Raise ValueError where the weights and one text being written are too much."""
    card = hardware.card()
    where, have = (card.name, card.free) if card else ("this machine", hardware.machine_memory())
    try:
        need, small = (
            memory.inference(choice.config, prompt=PROMPT, completion=COMPLETION, quantized=quantized).total
            for quantized in (quantize, True)
        )
    except ValueError:
        return  # a model whose sizes are not known
    if have is not None and need > have / GIB:
        mend = "" if quantize else f"; with quantize=True it needs {small:.1f}"
        raise ValueError(
            f"{choice.name} needs about {need:.1f} GiB by arithmetic, {where} has {have / GIB:.1f}{mend}"
        )


def _folder(choice: Choice) -> Path:
    """The folder with the model's files, downloaded or unpacked first if need be."""
    source = choice.source
    if isinstance(source, Path):
        return smollm2.unpacked(source) if source.suffix == ".gguf" else source
    print(f"downloading {source} from the hub", file=sys.stderr)
    folder = hub.fetch(source)
    if missing := hub.lacking(folder):
        raise ValueError(f"{source} lacks {', '.join(missing)}; weights are taken as safetensors only")
    return folder


def _model(
    name: str, folder: Path, dtype: torch.dtype, quantization: BitsAndBytesConfig | None
) -> PreTrainedModel:
    """The model from its folder, quantized as it is read. Raises ValueError for files that do not fit."""
    device, loader = _device(), cast(Any, AutoModelForCausalLM)  # typed for models without a report
    try:
        model, report = loader.from_pretrained(
            folder,
            dtype=dtype,
            quantization_config=quantization,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except Exception as error:  # transformers and safetensors raise their own, of many kinds
        if isinstance(error, (ImportError, MemoryError, torch.OutOfMemoryError)):
            raise
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(f"{name} cannot be loaded from {folder}: {reason}") from error
    if missing := sorted(report["missing_keys"]):
        raise ValueError(f"{name}: {folder} holds no {missing[0]}, and {len(missing) - 1} more weights lack")
    return cast(PreTrainedModel, model if quantization else model.to(device))


def _device() -> torch.device:
    """The GPU of this process, the only one or its own among several; the processor without one."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    if "LOCAL_RANK" in os.environ:  # of torchrun; quantized weights go to the current GPU
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    return torch.device("cuda", torch.cuda.current_device())


def _tokenizer(name: str, folder: Path, model: PreTrainedModel) -> PreTrainedTokenizerBase:
    try:
        tokenizer = tokenizer_class(folder).from_pretrained(
            folder, padding_side="left", trust_remote_code=False
        )
    except Exception as error:  # tokenizers raises plain Exceptions
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(f"{name} has no tokenizer that can be read in {folder}: {reason}") from error
    if tokenizer.eos_token is None:
        raise ValueError(f"{name}: its tokenizer has no mark for the end of a text")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if len(tokenizer) > model.config.vocab_size:
        raise ValueError(
            f"{name}: the tokenizer has {len(tokenizer)} tokens, the model {model.config.vocab_size}"
        )
    return cast(PreTrainedTokenizerBase, tokenizer)
