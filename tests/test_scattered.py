"""Answers read in random order: true in every cell, blanks where nothing stands, and only that is learned."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from tailnb.models import nano  # noqa: E402
from tailnb.models.nano.batches import pool  # noqa: E402
from tailnb.models.nano.scattered import scattered  # noqa: E402
from tailnb.models.nano.texts import texts  # noqa: E402
from tailnb.models.nano.tokenizer import make_tokenizer  # noqa: E402
from tailnb.models.nano.training import recipe_vocabulary  # noqa: E402
from tailnb.traces.answer import FINAL  # noqa: E402
from tailnb.traces.layout import ADDRESS, NEXT  # noqa: E402

READ_OFF = ("large_number_addition", "word_flip", "turing_machine")
TINY = nano.Recipe(tasks=("large_number_addition", "compare_numbers"), steps=8, tokens=256, seed=5)


def cells(completion: str) -> dict[str, str]:
    """What stands in each cell of an answer."""
    parts = completion.rpartition(FINAL)[2].split(f"{NEXT} ")[1:]
    pairs = [part.strip().split(" ", 1) for part in parts]
    assert len(dict(pairs)) == len(pairs), "a cell was read twice"
    return dict(pairs)


@settings(deadline=None)
@given(st.sampled_from(READ_OFF), st.integers(0, 50), st.integers(0, 2**32))
def test_as_many_cells_are_read_and_each_says_what_stands_there(name, number, seed):
    problem = nano.problems(name, "S", 51)[number]
    prompt, completion = texts(problem, nano.Recipe(tasks=(name,)), seed=seed)
    other = scattered(prompt, completion, Random(seed), ring=512)
    assert other == scattered(prompt, completion, Random(seed), ring=512)
    assert other.rpartition(FINAL)[0] == completion.rpartition(FINAL)[0]
    true, read = cells(completion), cells(other)
    assert len(true) - 1 <= len(read) <= len(true)  # the blank behind the last cell need not have an address
    before = (prompt + other.rpartition(FINAL)[0]).split()
    blank = [cell for cell in read if cell not in before]
    assert blank
    assert all(read[cell] == "_" for cell in blank)
    assert all(0 <= int(cell[1:-1]) < 512 for cell in blank)
    assert {cell: read[cell] for cell in read if cell not in blank}.items() <= true.items()


@pytest.mark.parametrize("name", ["compare_numbers", "count_letters", "bubble_sort"])
def test_an_answer_that_is_not_read_off_stays(name):
    for problem in nano.problems(name, "S", 5):
        prompt, completion = texts(problem, nano.Recipe(tasks=(name,)), seed=1)
        assert scattered(prompt, completion, Random(1), ring=512) == completion


def test_of_a_scattered_answer_only_the_values_are_learned():
    recipe = replace(TINY, scattered=1.0)
    tokenizer = make_tokenizer(recipe_vocabulary(recipe))
    for batch in pool(recipe, 0, 1.0, tokenizer.get_vocab()):
        for numbers, learned in zip(batch.numbers, batch.learned, strict=True):
            said = tokenizer.convert_ids_to_tokens(numbers.tolist())
            answer = said.index("answer:") + 1
            values = [said[place] for place in range(answer, len(said)) if learned[place]]
            assert values
            if batch.task == "compare_numbers":
                assert values[-1] == tokenizer.eos_token
            else:
                assert not any(token == NEXT or ADDRESS.fullmatch(token) for token in values)
                assert tokenizer.eos_token not in values
                assert "_" in values
            start = said.index("start")
            assert learned[said.index("->", start)]
