"""Exercises of notebook 09: what QLoRA learns from, trains and keeps."""

from __future__ import annotations

from math import isclose

from tailnb.exercises._checkers import check_function
from tailnb.exercises._exercise import Exercise

END = 2  # the number of the end mark in the examples
ROWS = [
    ([5], [6]),
    ([5, 6, 7], [8, 9]),
    ([5, 6], []),
    ([7, 7, 7], [7, 7]),
    (list(range(10, 30)), list(range(30, 70))),
]
LAYERS = [(1, 1, 1), (2, 3, 1), (64, 64, 4), (64, 256, 16), (3584, 3584, 16), (3584, 18944, 64)]
SIZES = [(64,), (128,), (64 * 256,), (64 * 256 * 10,), (3584 * 3584,), (18944 * 3584,)]


def labels(prompt: list[int], completion: list[int], end: int) -> list[int]:
    """The labels of a row: what the loss counts, and -100 for what is only read."""
    return [-100] * len(prompt) + completion + [end]


def trained(inputs: int, outputs: int, rank: int) -> int:
    """The parameters that LoRA trains beside a linear layer."""
    return rank * (inputs + outputs)


def size(weights: int) -> float:
    """The bytes of so many weights in NF4 with double quantization."""
    blocks = weights / 64
    return weights / 2 + blocks + 4 * blocks / 256


EXERCISES = [
    Exercise(
        name="09-labels",
        title="What the loss counts",
        difficulty="easy",
        minutes=5,
        spec="""
            A row is given as the numbers of its tokens: those of the **prompt**, those of the **completion**,
            and the number of the **end** mark. Give its labels: a list with a label for each token that the
            model is given, prompt, completion and end mark. A label is the token's own number where the loss
            counts it, and -100 where it does not.

            ```python
            def labels(prompt, completion, end):
                ...
            ```
        """,
        hint="""
            The model has to learn to stop, so the end mark is learned, too. (That each token is predicted
            from those *before* it is the model's business: labels are not shifted.)
        """,
        verify=check_function(labels, [(prompt, completion, END) for prompt, completion in ROWS]),
    ),
    Exercise(
        name="09-adapter",
        title="How many are trained?",
        difficulty="easy",
        minutes=5,
        spec="""
            A linear layer has so many **inputs** and **outputs**. How many parameters does LoRA of that
            **rank** train beside it? Write a formula. For the queries of Qwen2.5-7B, what share is it?

            ```python
            def trained(inputs, outputs, rank):
                ...
            ```
        """,
        hint="""
            *A* takes the inputs to `rank` numbers, *B* takes those to the outputs. There are no biases.
        """,
        verify=check_function(trained, LAYERS),
    ),
    Exercise(
        name="09-bytes",
        title="How many bytes?",
        difficulty="medium",
        minutes=10,
        spec="""
            How many **bytes** do so many weights take in NF4 with double quantization? A weight takes four
            bits. Each block of 64 weights has a scale, which is itself kept in eight bits; and for each 256
            scales there is one number of 32 bits. Write a formula, without rounding.

            ```python
            def size(weights):
                ...
            ```

            How many bits is that for each weight?
        """,
        hint="""
            Count the blocks first: `weights / 64`. Then three sums: weights, scales, scales of scales.
        """,
        verify=check_function(size, SIZES, isclose),
    ),
]
