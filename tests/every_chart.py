"""Every kind of chart that the package draws, from a few made-up figures: for tests, and to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tailnb.evaluation import Result, published_rows
from tailnb.evaluation.lengths import growth, lengths
from tailnb.models.memory import inference, qlora
from tailnb.views.chart import accuracy_chart, length_curve, live_curve
from tailnb.views.contexts import context_chart
from tailnb.views.errors import errors_chart
from tailnb.views.growth import growth_chart
from tailnb.views.heads import attention_chart
from tailnb.views.memory import memory_chart
from tailnb.views.qlora import nf4_chart
from tailnb.views.reading import reading_chart
from tailnb.views.streams import new_keys_chart, split_strip, stream_grid
from tailnb.views.trainings import training_curves
from tailnb.views.variants import variants_chart

METHODS = ("tail", "none", "plain", "index_hint", "reversed", "base")
CORRECT = {"S": 490, "M": 440, "L": 300}


def _result(method: str, less: int = 0, **changes: Any) -> Result:
    fields: dict[str, Any] = {"model": "nano", "task": "compare_numbers", "method": method, "n": 500}
    return Result(**fields | {"correct": CORRECT[changes["range"]] - less} | changes)


def accuracy() -> Any:
    """Six methods, the paper's figures beside them, on two tasks."""
    rows = [_result(one, 45 * place, range=r) for place, one in enumerate(METHODS) for r in CORRECT]
    rows += [
        _result(one, 90 * place, range=r, task="word_flip")
        for place, one in enumerate(METHODS[:2])
        for r in CORRECT
    ]
    return accuracy_chart(rows, published_rows("compare_numbers"))


def over_length() -> Any:
    """Three methods over 30 lengths."""
    return length_curve(
        _result(one, 0, range="L", length=at, n=50, correct=max(0, 50 - at * place))
        for place, one in enumerate(METHODS[:3])
        for at in range(5, 35)
    )


def errors() -> Any:
    """Two modules that break more and more often, over six lengths; the third breaks once."""
    return errors_chart(
        _result("tail", range="L", length=at, n=40, correct=40 - at, trace_correct=40 - at, errors=wrong)
        for at in range(0, 30, 5)
        for wrong in [{"memory fetcher": at // 2, "atomic state": at - at // 2 - 1, "linear transition": 1}]
        if at
    )


def training() -> Any:
    """A run of 2,000 steps, half done."""
    steps = range(0, 1001, 100)
    seen = [{"step": at, "S": at / 1000, "M": at / 1300, "L": at / 3000} for at in steps]
    return live_curve([*seen, *({"step": at, "loss": 3 / (1 + at / 200)} for at in steps)], 2000)


def trainings() -> Any:
    """Three trainings that are over, of which two, with two seeds, learned nothing longer than S."""
    rows = [
        {"variant": name, "trained_seed": seed, "tokens": at * 10**6}
        | {"exact": {"lcs": {"S": at / 5, "M": far * at / 6, "L": 0.0}}}
        for name, seed, far in (("as it is", 0, 0), ("as it is", 1, 0), ("three layers", 0, 1))
        for at in range(1, 6)
    ]
    return training_curves(rows, "lcs")


def reading() -> Any:
    """A model that stops looking late in an answer, unless it begins in the middle."""
    rows = [
        {"model": "seed 1", "task": "turing_machine", "left_out": out, "place": at, "right": right, "of": 40}
        for out, wrong in ((0.0, 5), (0.5, 1))
        for at in range(int(64 * out), 64, 8)
        for right in [40 - wrong * at // 8]
    ]
    return reading_chart(rows)


def grown() -> Any:
    """Five tasks of different powers."""
    return growth_chart(growth(["binary_search", "word_flip", "bubble_sort", "compare_numbers", "lcs"], n=3))


def contexts() -> Any:
    """Two tasks against the usual limits."""
    return context_chart(lengths(["binary_search", "compare_numbers"], n=3))


def variants() -> Any:
    """Three variants on one task."""
    rows = (
        {**_result("tail", 60 * place, range=r).to_dict(), "variant": name}
        for place, name in enumerate(("256 addresses", "512 addresses", "1024 addresses"))
        for r in CORRECT
    )
    return variants_chart(rows)


def heads() -> Any:
    """Two heads of two methods, at two kinds of places."""
    methods = ("tail", "tail without memory fetcher")
    return attention_chart(
        {"head": f"layer 1, head {number}", "layer": 1, "number": number, "kind": kind, "method": method}
        | {"share": number / 4 + aside - 0.2 * place, "even": 0.05, "entropy": 1.5, "distance": 7.0}
        for place, method in enumerate(methods)
        for number in (1, 2)
        for kind in ("cell", "result")
        for aside in (0.0, 0.1)
    )


def memory() -> Any:
    """What QLoRA needs, and an answer."""
    return memory_chart(
        {"QLoRA": qlora("Qwen2.5-7B"), "to answer": inference("Qwen2.5-7B", prompt=500, completion=9000)}
    )


def rounding() -> Any:
    """Weights before and after NF4."""
    random = Random(0)
    before = [random.uniform(-1, 1) for _ in range(500)]
    return nf4_chart(before, [round(7 * one) / 7 for one in before])


def grid() -> Any:
    """Two streams of which each repeats the other, and one alone."""
    return stream_grid(
        {"added": {s: [str(s + i) for i in range(8)] for s in (42, 43)}, "named": {7: ["x", "y"]}}
    )


def strip() -> Any:
    """The hashes of two streams."""
    random = Random(1)
    return split_strip({"train": [random.uniform(0.1, 1) for _ in range(50)], "eval": [0.05, 0.07]})


def new_keys() -> Any:
    """Four streams, of which two draw alike."""
    streams = {
        name: [str(Random(f"{name}{i}").randrange(most)) for i in range(400)] for name, most in _MOST.items()
    }
    return new_keys_chart(streams)


_MOST = {"few": 20, "some": 200, "as many": 201, "many": 10**6}

CHARTS: dict[str, Callable[[], Any]] = {
    one.__name__: one
    for one in (
        *(accuracy, over_length, errors, training, trainings, reading, grown, contexts, variants),
        *(heads, memory, rounding, grid, strip, new_keys),
    )
}
