"""`Watch`: tells how far the trainer is, looks at the model between two steps, and stops it when asked."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from transformers import TrainerCallback

from tailnb.models.finetune.trainer import unwrap

if TYPE_CHECKING:
    from tailnb.models.finetune.training import Finetuning

Look = Callable[["Finetuning", int], object]


@dataclass(frozen=True)
class Progress:
    """How far a run is: the optimizer step, of how many; its loss per learned token, and the learning rate.

    tokens, seconds: since this call of `train` began, padding and looking left out.
    """

    step: int
    steps: int
    loss: float
    rate: float
    tokens: int
    seconds: float


Report = Callable[[Progress], object]


class Watch(TrainerCallback):
    """The trainer's callback for one run; in a run of several processes, each has its own."""

    def __init__(self, run: Finetuning) -> None:
        self.run = run
        self.stopped = False
        self.tokens = 0
        self.begin(None, None, 0)

    def begin(self, progress: Report | None, look: Look | None, look_every: int) -> None:
        """Take the callers' functions for one call of train."""
        self.progress, self.look, self.look_every = progress, look, look_every
        self.stopped, self.before = False, self.tokens
        self.started = time.perf_counter()

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """What comes before the first step is not training."""
        self.started = time.perf_counter()

    def on_log(
        self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_: Any
    ) -> None:
        """After each step the trainer logs its loss."""
        if not logs or "loss" not in logs:
            return
        self.tokens, loss, rate = int(logs["num_tokens"]), float(logs["loss"]), float(logs["learning_rate"])
        if not math.isfinite(loss):
            raise ArithmeticError(f"the loss of step {state.global_step} is {loss}; lower the learning rate")
        if self.progress and state.is_world_process_zero:
            seconds, tokens = time.perf_counter() - self.started, self.tokens - self.before
            self.progress(Progress(state.global_step, state.max_steps, loss, rate, tokens, seconds))

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        """Between two steps the model may be looked at, and the run may end."""
        last = state.global_step >= state.max_steps
        if self.look and (last or (self.look_every and state.global_step % self.look_every == 0)):
            self._look(state)
        if self.asked_to_stop():
            self.stopped = control.should_save = control.should_training_stop = True
        return control

    def asked_to_stop(self) -> bool:
        """Whether any process was asked to stop: all of them must stop at the same step."""
        together = self.run.trainer.accelerator
        if together.num_processes == 1:
            return self.stopped
        if self.stopped:
            together.set_trigger()
        return bool(together.check_trigger())

    def _look(self, state: Any) -> None:
        """Look without a trace: random numbers, modes and the clock are as they were."""
        assert self.look is not None
        paused = time.perf_counter()
        if state.is_world_process_zero:
            devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
            with torch.random.fork_rng(devices), as_it_writes(self.run.model):
                self.look(self.run, state.global_step)
        self.run.trainer.accelerator.wait_for_everyone()
        self.started += time.perf_counter() - paused

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """All of a checkpoint's files are written."""
        self.run.sealed(state.global_step)


@contextmanager
def as_it_writes(model: torch.nn.Module) -> Iterator[None]:
    """The model as it will be when it is loaded again: not training, and without the trainer's autocast."""
    training, wrapped = model.training, unwrap(model)
    model.eval()
    try:
        yield
    finally:
        model.train(training)
        model.__dict__.update(wrapped)


@contextmanager
def stopping_gently(stop: Callable[[], None]) -> Iterator[None]:
    """A first Ctrl-C asks to stop, a second one interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def gently(*_: Any) -> None:
        stop()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, gently)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
