"""Data sets of problems and their chains of thought, without leaks: each the same in any process.

A problem belongs to "train" or "eval" by a hash of its key, whatever the seed, so that no model is tested on
what it was trained on; within a set every key occurs once.

>>> from tailnb.dataset import problems, ratio_counts
>>> len({problem.key for problem in problems("binary_search", "S", 100, seed=7)})
100
>>> ratio_counts("8:1:1", 1000)
{'S': 800, 'M': 100, 'L': 100}
"""

from tailnb.dataset.card import CARD
from tailnb.dataset.configuration import FORMATS
from tailnb.dataset.folder import CONFIGURATION
from tailnb.dataset.ratio import ratio_counts
from tailnb.dataset.streams import problems
from tailnb.dataset.write import write_dataset
from tailnb.tasks._task import SPLITS

__all__ = ["CARD", "CONFIGURATION", "FORMATS", "SPLITS", "problems", "ratio_counts", "write_dataset"]
