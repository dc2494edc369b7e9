"""Models: choosing and loading one, its memory by arithmetic, nano models, fine-tuning, writing.

Only the modules of this folder import torch; this one, `sizes`, `memory`, `hardware`, `hub`, `smollm2` and
`choose` do so within a function at most.
"""

import logging

# As it is imported on a CPU, bitsandbytes reports that it found no kernels on the hub; none are wanted.
logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
