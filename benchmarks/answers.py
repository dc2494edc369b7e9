"""Where long answers break off: the same cells, read from the first one on and from the middle on.

    python benchmarks/answers.py together-softer-1 farther-softer-scattered-1   # runs that are finished here

The trace is the true one; of the answer, which is read off the tape cell by cell, either all is written or
only its second half. What the model says stands in each cell is compared with what does stand there. Writes
tailnb/evaluation/saved/answers.jsonl; a run that is measured again replaces its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click
import torch
from laboratory import SAVED, SEED, Row, finished, keep, known

from tailnb.evaluation.provenance import provenance
from tailnb.models import nano
from tailnb.models.nano.scattered import values
from tailnb.models.nano.texts import layouts, texts
from tailnb.tasks import Problem, task
from tailnb.traces.answer import FINAL
from tailnb.traces.layout import NEXT

RESULTS = SAVED / "answers.jsonl"
TASKS = ("large_number_addition", "turing_machine")
LEFT_OUT = (0.0, 0.5)  # shares of the answer's cells, before the first one that is read
TOGETHER = 8  # neighboring cells in one row


@click.command()
@click.argument("names", metavar="RUN...", nargs=-1, required=True)
@click.option("--problems", default=40, show_default=True, help="Of each task.")
def main(names: tuple[str, ...], problems: int) -> None:
    """How many cells of answers twice as long as L's are read right, by their place."""
    torch.set_num_threads(1)
    for name in names:
        run, model = known(name), nano.load(finished(name))
        where = provenance(f"python benchmarks/answers.py {name} --problems {problems}", threads=1)
        found = [run.labels | row | {"provenance": where} for row in measured(model, problems)]
        keep(RESULTS, found, instead_of=name)


def measured(model: nano.Nano, n: int) -> Iterator[Row]:
    """A row for each task, share left out and place: how many cells there are, how many are read right."""
    for name in TASKS:
        length = 2 * task(name).lengths["L"][1]
        problems = nano.of_length(name, length, n, seed=SEED)
        for left_out in LEFT_OUT:
            right, of = Counter[int](), Counter[int]()
            for problem, layout in zip(problems, layouts(problems, None), strict=True):
                for place, good in _read(model, problem, layout, left_out):
                    right[place // TOGETHER] += good
                    of[place // TOGETHER] += 1
            for group in sorted(of):
                place = group * TOGETHER
                row = {"task": name, "length": length, "left_out": left_out, "place": place}
                yield row | {"right": right[group], "of": of[group], "problems": len(problems)}


def _read(model: nano.Nano, problem: Problem, layout: int, left_out: float) -> Iterator[tuple[int, bool]]:
    """The place of each cell that is read, and whether the model's likeliest token is what stands there."""
    prompt, completion = texts(problem, model.recipe, seed=layout)
    trace, _, answer = completion.rpartition(FINAL)
    cells = answer.split(NEXT)[1:]
    first = round(left_out * len(cells))
    said = " ".join([prompt, trace, FINAL, *(NEXT + cell for cell in cells[first:])])
    numbers = model.tokenizer(said)["input_ids"]
    tokens = model.tokenizer.convert_ids_to_tokens(numbers)
    with torch.inference_mode():
        likeliest = model.model(torch.tensor([numbers])).logits[0].argmax(-1).tolist()
    start = len(tokens) - tokens[::-1].index(FINAL.split()[-1])
    written = sorted(values(tokens, start))[:-1]  # without the blank at the end
    for place, at in enumerate(written, start=first):
        yield place, likeliest[at - 1] == numbers[at]


if __name__ == "__main__":
    main()
