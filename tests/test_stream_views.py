"""Pictures of random streams: what they share, where their keys fall, how many are new."""

from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("altair")

from tailnb.views import renderer
from tailnb.views.streams import cells, new_keys_chart, split_strip, stream_grid


def texts(chart: Any) -> list[str]:
    """What a reader sees."""
    picture = renderer.svg(chart.to_dict())
    assert picture is not None
    return [text for text in ElementTree.fromstring(picture).itertext() if text.strip()]


def test_the_grid_numbers_what_comes_up_again() -> None:
    streams = {seed: [str(seed + index) for index in range(4)] for seed in (42, 43)}
    shown = texts(stream_grid({"added": streams, "alone": {7: ["x", "y"]}}))
    assert {"added", "alone", "42", "43", "7"} <= set(shown)
    assert [cell["number"] for cell in cells(streams)] == ["", "1", "2", "3", "1", "2", "3", ""]
    assert len({cell["color"] for cell in cells(streams)}) == 4
    chart = stream_grid({"added": streams}).to_dict()
    assert "added: 6 of 8 cells hold a problem that comes up again" in chart["description"]


def test_the_strip_says_where_eval_ends() -> None:
    chart = split_strip({"train, seed 0": [0.2, 0.9], "eval, seed 0": [0.05]})
    assert {"eval", "train", "0.1", "train, seed 0", "eval, seed 0"} <= set(texts(chart))
    assert "eval, seed 0: 1 keys from 0.050 to 0.050." in chart.to_dict()["description"]


def test_new_keys_are_counted_at_the_lines_end() -> None:
    rng = Random(1)
    few = [str(rng.randrange(20)) for _ in range(1000)]
    shown = texts(new_keys_chart({"many": [str(number) for number in range(1000)], "few": few}))
    assert {"many: 1,000", "few: 20", "Different ones"} <= set(shown)


def test_nothing_to_draw_is_refused() -> None:
    for draw in (stream_grid, split_strip, new_keys_chart):
        with pytest.raises(ValueError, match=r"no (problems|hashes|draws) to"):
            draw({})
