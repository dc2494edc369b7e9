"""Writers: a nano model, any causal model of transformers, vLLM, a server by its URL, a file of outputs.

>>> from tailnb.evaluation.run import evaluate_writer
>>> from tailnb.models.writers import open_writer
>>> [row] = evaluate_writer(open_writer("nano-tail"), "compare_numbers", "S", 4)
>>> row.n, row.style
(4, 'tape')
"""

from tailnb.models.writers.opening import open_writer

__all__ = ["open_writer"]
