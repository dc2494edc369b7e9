"""The data set card: a README that says what the files hold, and how `datasets` finds them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from tailnb.dataset.streams import in_words, kinds

CARD = "README.md"
LICENCE = "apache-2.0"

TEXT = """
# Problems and chains of thought made by tailnb

Synthetic: every problem is drawn at random, and every chain of thought is recorded from the algorithm that
solves it, in the manner of TAIL (Hua et al., arXiv 2507.13332). Nothing here was written by a model.

| task | range | rows | length | characters: least / median / greatest | different | that exist |
|---|---|---|---|---|---|---|
{lines}

A row holds the question (`query`), what a model reads (`prompt`) and should write (`completion`), the true
`answer`, and the parameters of the problem. Its `length` is the problem's own, in the unit of the task; the
characters are those of the completion.

**No leaks.** No `key` occurs twice: it is the problem itself or, for a task with few problems, the query. A
hash of the key alone makes it "train" or "eval", so the two share no key at any seed. This is the split
"{split}", of seed {seed}.

To read it:

```python
from datasets import load_dataset

load_dataset("path/to/this/folder", "{example}", split="{split}")
```

Version {tailnb} of tailnb made these files, byte by byte, by

```
{command}
```

Licence: Apache-2.0, as tailnb itself.
"""


def card(record: Mapping[str, Any]) -> str:
    """A data set card in Markdown, with the header that `datasets.load_dataset` reads."""
    configuration, files = record["configuration"], record["files"]
    split = configuration["split"]
    configs = "".join(
        f"\n- config_name: {json.dumps(name)}"
        f"\n  data_files:\n  - split: {split}\n    path: {json.dumps(entry['file'])}"
        for name, entry in files.items()
    )
    return f"---\nlicense: {LICENCE}\nconfigs:{configs or ' []'}\n---\n" + TEXT.format(
        lines="\n".join(line for name, entry in files.items() for line in lines(name, entry)),
        example=next(iter(files), "TASK"),
        command=command(record),
        **configuration,
    )


def lines(name: str, entry: Mapping[str, Any]) -> list[str]:
    """A task's lines of the table, one for each range."""
    return [
        f"| {name} | {range} | {held['rows']:,} | {low}–{high} | {least:,} / {median:,} / {greatest:,} "
        f"| {kinds(entry['key'])} | {there(entry, range)} |"
        for range, held in entry["ranges"].items()
        for low, high in [held["lengths"]]
        for least, median, greatest in [held["characters"]]
    ]


def there(entry: Mapping[str, Any], range: str) -> str:
    """How many problems a range has, and how many queries where these are what is different."""
    problems, keys = in_words(entry["problems"][range]), in_words(entry["keys"][range])
    return problems if entry["key"] == "problem" else f"{keys}, about {problems} problems"


def command(record: Mapping[str, Any]) -> str:
    """The command that makes the data set."""
    given = dict(record["configuration"])
    del given["tailnb"]
    without = given.pop("without")
    words = ["tailnb", "synth", *record["files"]]
    for name, value in given.items():
        words += [f"--{name}", str(value)] if value is not None else []
    for module in without:
        words += ["--without", module.replace(" ", "-")]
    return shlex.join([*words, "--out", "FOLDER"])
