"""`quiet`: the libraries below say and draw nothing; a run has its own progress and its own errors."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import datasets

from tailnb.models.nano.nano import without_bars

LIBRARIES = ("transformers", "trl", "peft", "accelerate", "datasets")


@contextmanager
def quiet() -> Iterator[None]:
    """Keep progress bars and remarks of the libraries out of a notebook; errors are raised all the same."""
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        # peft asks transformers by a name that is going out of use.
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        for name in LIBRARIES:
            logger = logging.getLogger(name)
            stack.callback(logger.setLevel, logger.level)
            logger.setLevel(max(logger.level, logging.ERROR))
        stack.enter_context(without_bars())
        if not datasets.are_progress_bars_disabled():
            stack.callback(datasets.enable_progress_bars)
            datasets.disable_progress_bars()
        yield
