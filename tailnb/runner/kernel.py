"""The kernel that `tailnb run` starts: this very Python, with no open network port where that can be had."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir
from traitlets import default

# A Unix socket's path has at most about 100 characters, some 55 of them the kernel's own name.
LONGEST_FOLDER = 50
LOG = "kernel.log"


class LocalKernelManager(AsyncKernelManager):
    """Starts the running interpreter as the kernel `python3`, whatever else is registered by that name."""

    @default("transport")
    def _transport_default(self) -> str:
        fits = os.name != "nt" and len(jupyter_runtime_dir()) <= LONGEST_FOLDER
        return "ipc" if fits else "tcp"

    @property
    def kernel_spec(self) -> KernelSpec:
        """This interpreter's own kernel."""
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())

    # jupyter_client declares the method as an attribute.
    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
        """Start the kernel, its own messages going to `kernel.log` in the folder that it works in."""
        with (Path(options.get("cwd") or ".") / LOG).open("w") as log:
            await super().start_kernel(stdout=log, stderr=log, **options)
