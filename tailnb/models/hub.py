"""The model hub: what its cache on this machine holds, and fetching the rest, the only use of the network."""

from __future__ import annotations

import errno
import json
from pathlib import Path

CONFIG = "config.json"
INDEX = "model.safetensors.index.json"
SINGLE = "model.safetensors"
# Weights as safetensors only: other formats can run code as they are loaded.
WANTED = ("model*.safetensors", "*.json", "*.jinja", "*.txt", "tokenizer.model")
TIMEOUT = 10  # seconds


def fetch(name: str, wanted: tuple[str, ...] = WANTED) -> Path:
    """Bring a model's files into the hub's cache, and return their folder.

    name: "owner/name". wanted: patterns of file names.
    Raises ValueError that says why it cannot be had, and the mend.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

    try:
        return Path(
            snapshot_download(name, allow_patterns=list(wanted), ignore_patterns="*/*", etag_timeout=TIMEOUT)
        )
    except GatedRepoError:
        mend = f"accept its terms at https://huggingface.co/{name}, then run: hf auth login"
        raise ValueError(f"the hub keeps {name} behind its owner's terms; {mend}") from None
    except (RepositoryNotFoundError, HFValidationError):
        mend = "look at the name; for a private one, run: hf auth login"
        raise ValueError(f"the hub has no model {name!r}; {mend}") from None
    except Exception as error:  # the client's own errors and those of the network below it
        raise ValueError(_unreachable(name, error)) from error


def _unreachable(name: str, error: Exception) -> str:
    from huggingface_hub import is_offline_mode

    if is_offline_mode():
        elsewhere = f"hf download {name} --local-dir FOLDER"
        mend = f"unset HF_HUB_OFFLINE, or fetch it elsewhere ({elsewhere}) and give the folder"
        return f"{name} is not in the hub's cache, and HF_HUB_OFFLINE forbids to fetch it; {mend}"
    reason = str(error).strip().partition("\n")[0].removeprefix("Got: ") or type(error).__name__
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"no space for {name} on the disk of the hub's cache; make room, or set HF_HOME elsewhere"
    return f"the hub was not reached for {name} ({reason}); check network, proxy and HF_ENDPOINT"


def cached(name: str) -> Path | None:
    """The folder of a model in the hub's cache, if it is there with all its weights; no network."""
    from huggingface_hub import try_to_load_from_cache

    config = try_to_load_from_cache(name, CONFIG)
    return Path(config).parent if isinstance(config, str) and not lacking(Path(config).parent) else None


def lacking(folder: Path) -> list[str]:
    """The files that a model's folder lacks: its config, or weights as safetensors, in one file or many."""
    absent = [] if (folder / CONFIG).is_file() else [CONFIG]
    if (folder / SINGLE).is_file():
        return absent
    if not (folder / INDEX).is_file():
        return [*absent, SINGLE]
    try:
        shards = set(json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"].values())
    except (ValueError, LookupError):
        return [*absent, f"a readable {INDEX}"]
    return absent + sorted(shard for shard in shards if not (folder / shard).is_file())
