"""Evaluation: exact scores, tidy result rows with intervals, and the paper's figures apart."""

from tailnb.evaluation.measure import evaluate, faults, first_errors
from tailnb.evaluation.published import published_rows
from tailnb.evaluation.results import Result, append, publish, read
from tailnb.evaluation.score import score
from tailnb.evaluation.table import Table, table
from tailnb.evaluation.wilson import wilson

__all__ = [
    "Result",
    "Table",
    "append",
    "evaluate",
    "faults",
    "first_errors",
    "publish",
    "published_rows",
    "read",
    "score",
    "table",
    "wilson",
]
