"""What each head does: how much it looks at the cell that is fetched, and at the operands of a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tailnb.models.attention.capture import attention
from tailnb.models.attention.picture import Attention
from tailnb.models.attention.writes import CELL, REGISTER, RESULT, Write, writes
from tailnb.models.nano import Nano
from tailnb.models.nano.texts import texts
from tailnb.models.nano.tokenizer import encode
from tailnb.tasks import Problem

HALF = 0.5  # of the weight; a head that has more of it in a place is said to look there
ROLES = {CELL: "reads cells", REGISTER: "reads registers", RESULT: "computes"}

Row = dict[str, Any]


def trace_attention(model: Nano, problem: Problem, *, layout: int = 0) -> Attention:
    """How a nano model looks at a problem and its true completion.

    layout: the seed of the addresses. Raises ValueError for a problem that the tokenizer does not know.
    """
    prompt, completion = texts(problem, model.recipe, seed=layout)
    for text in (prompt, completion):
        encode(model.ids, text)  # says what is wrong with a problem of another task
    return attention(model.model, model.tokenizer, prompt, completion)


def write_attention(model: Nano, problems: Iterable[Problem], *, layout: int = 0) -> list[Row]:
    """Where each head of a nano model looks as each value of the true traces is written; a row for each.

    layout: the seed of the addresses. The keys are those of `measure`, and task, model and method.
    Raises ValueError for a problem that the model cannot read, and for a model that writes no states.
    """
    rows = []
    for problem in problems:
        values = writes(problem, model.recipe, layout)
        labels = {"task": problem.task.name, "model": model.name, "method": model.recipe.label}
        rows += [labels | row for row in measure(trace_attention(model, problem, layout=layout), values)]
    return rows


def measure(picture: Attention, values: Iterable[Write]) -> list[Row]:
    """A row for each value's token and each head.

    layer, number, head: the head, counted from 1, and its name, such as "layer 1, head 3".
    kind, state, cell, token, place: as in `Write`. share: of the weight that is on the sources, 0 to 1.
    even: what that share would be if the weight were the same everywhere. entropy: of the weights, in bits.
    distance: to where it looks, in tokens, by weight.
    """
    return [row for value in values for row in _rows(picture, value)]


def _rows(picture: Attention, value: Write) -> Iterator[Row]:
    query = value.place - 1  # what is seen there decides on the token after it
    seen = picture.weights[:, :, query, : query + 1].astype(float)
    sources = [place for place in value.sources if place <= query]
    shares = seen[:, :, sources].sum(-1)
    distances = (seen * (query - np.arange(query + 1))).sum(-1)
    entropies = entropy(seen)
    common = value._asdict()
    del common["sources"]
    for at, layer in enumerate(picture.layers):
        for head in range(picture.heads):
            yield {
                "head": f"layer {layer}, head {head + 1}",
                "layer": layer,
                "number": head + 1,
                **common,
                "share": float(shares[at, head]),
                "even": len(sources) / (query + 1),
                "entropy": float(entropies[at, head]),
                "distance": float(distances[at, head]),
            }


def entropy(weights: Any) -> Any:
    """The entropy of weights along their last axis, in bits: 0 for one place, n for 2**n equal ones."""
    positive = np.where(weights > 0, weights, 1.0)
    return -(weights * np.log2(positive)).sum(-1)


def heads(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What each head of one model does, in the order of the layers: the mean share where it should look.

    cells, registers: as a value is fetched; None without the Memory Fetcher. results: as a result is
    written. entropy, distance: means at results. role: "reads cells", "reads registers", "computes", some of
    these or "elsewhere", by which of the shares is above one half. Raises ValueError when there is no row.
    """
    if not rows:
        raise ValueError("no rows of attention")
    of_head: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    for row in rows:
        of_head.setdefault((row["layer"], row["number"]), []).append(row)
    return [_summary(of_head[place]) for place in sorted(of_head)]


def _summary(rows: list[Mapping[str, Any]]) -> Row:
    of_kind = {kind: [row for row in rows if row["kind"] == kind] for kind in ROLES}
    shares = {kind: mean(found, "share") for kind, found in of_kind.items()}
    roles = [role for kind, role in ROLES.items() if (shares[kind] or 0) > HALF]
    return {
        **{key: rows[0][key] for key in ("head", "layer", "number")},
        **{f"{kind}s": share for kind, share in shares.items()},
        **{key: mean(of_kind[RESULT], key) for key in ("entropy", "distance")},
        "role": ", ".join(roles) or "elsewhere",
    }


def mean(rows: Sequence[Mapping[str, Any]], key: str) -> float | None:
    """The mean of a measure; None for no rows."""
    return sum(row[key] for row in rows) / len(rows) if rows else None
