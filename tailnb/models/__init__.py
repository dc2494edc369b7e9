"""Models: nano models trained from zero on a CPU, and generating text with any causal model.

Only the modules of this folder import torch.
"""
