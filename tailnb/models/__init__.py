"""Models: choosing and loading one, memory by arithmetic, nano models trained on a CPU, fine-tuning, writing.

Only the modules of this folder import torch; this one, `sizes`, `memory`, `hardware`, `hub` and `choose` do so
at most within a function.
"""
