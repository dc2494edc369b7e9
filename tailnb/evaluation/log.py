"""`Log`: a folder with every text of an evaluation, line by line, from which a killed one goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from tailnb.dataset.folder import LOCK, save_text
from tailnb.evaluation.outputs import Output
from tailnb.evaluation.writer import BASE, Writer, Written
from tailnb.tasks import Problem

CONFIGURATION = "evaluation.json"
OUTPUTS = "outputs.jsonl"  # as `tailnb check` reads it
LONGEST_TEXT = 10_000_000  # characters; escaped, they still fit the longest line that is read

Place = tuple[str, str, int]  # task, range, and number in the stream of problems
Row = dict[str, Any]


class Log:
    """The texts of one writer at one seed; to be used in a with statement, which holds the folder.

    asked: the problems, by task, range and number. done: the places of those whose texts are there; a last
    line that a kill has torn is dropped.
    Raises ValueError for a folder of another writer or seed, or of anything else, for one that another
    evaluation holds, and for lines that were changed or are about other problems.
    """

    def __init__(self, folder: Path | str, writer: Writer, seed: int, asked: Mapping[Place, Problem]) -> None:
        self.folder, self.writer, self.asked = Path(folder), writer, asked
        self.path = self.folder / OUTPUTS
        about = {"model": writer.name, "method": writer.method, "style": writer.style, "seed": seed}
        more = {"without": list(writer.without), "about": dict(writer.about)}
        self.configuration: Row = _plain(about | more)
        self.done: set[Place] = set()

    def __enter__(self) -> Log:
        self.lock = self._locked()
        try:
            self._require_own()
            self._drop_torn_line()
            self.done = {place for place, _, _ in self.rows()}
            self.file: BinaryIO = self.path.open("ab")
        except BaseException:
            self.lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.file.close()
        finally:
            self.lock.release()

    def add(self, place: Place, written: Written) -> None:
        """Keep a text; it is in the file when this returns."""
        self.file.write((json.dumps(self._row(place, written), ensure_ascii=False) + "\n").encode())
        self.file.flush()
        self.done.add(place)

    def rows(self) -> Iterator[tuple[Place, Row, Output]]:
        """The lines about the problems asked for: the place, the whole row, and the output to be scored."""
        if not self.path.exists():
            return
        seen = set[Place]()
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                place, row, output = self._read(number, line)
                if place in self.asked and place not in seen:
                    seen.add(place)
                    yield place, row, output

    def _read(self, number: int, line: bytes) -> tuple[Place, Row, Output]:
        try:
            output, row = Output.parse(line), json.loads(line)
            place = row["task"], row["range"], row["index"]
            asked = self.asked.get(place)
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(f"{self.path}, line {number} was changed: {error}") from None
        same = asked is None or (row.get("params"), row.get("query")) == (_plain(asked.params), asked.query)
        if not same:
            told = (
                f"{self.path}, line {number}: another problem than number {place[2]} of {place[0]} {place[1]}"
            )
            raise ValueError(f"{told}; choose another folder")
        return place, row, output

    def _row(self, place: Place, written: Written) -> Row:
        (task, range_, index), problem, writer = place, self.asked[place], self.writer
        return {
            "task": task,
            "range": range_,
            "index": index,
            "params": problem.params,
            "query": problem.query,
            "model": writer.name,
            "method": writer.method,
            "style": None if writer.method == BASE else writer.style,
            "without": list(writer.without),
            "layout": written.layout,
            "output": storable(written.text),
            "tokens": written.tokens,
            "seconds": written.seconds,
            "ended": written.ended and len(written.text) <= LONGEST_TEXT,
        }

    def _require_own(self) -> None:
        """Note the configuration in a new folder, and compare it in an old one."""
        path = self.folder / CONFIGURATION
        if not path.exists():
            if not all(entry.name.startswith(".") for entry in self.folder.iterdir()):
                raise ValueError(
                    f"{self.folder} holds something else than an evaluation; choose a new folder"
                )
            save_text(path, json.dumps(self.configuration, indent=1) + "\n")
            return
        try:
            there = dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, RecursionError):
            raise ValueError(f"{path} cannot be read; choose another folder") from None
        if told := differences(there, self.configuration):
            raise ValueError(f"{self.folder} holds another evaluation: {told}; choose another folder")

    def _locked(self) -> FileLock:
        if self.folder.is_file():
            raise ValueError(f"{self.folder} is a file; choose a folder")
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / LOCK, blocking=False)
        try:
            lock.acquire()
        except Timeout:
            raise ValueError(
                f"another evaluation is writing to {self.folder}; choose another folder"
            ) from None
        return lock

    def _drop_torn_line(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("rb+") as file:
            file.truncate(sum(len(line) for line in file if line.endswith(b"\n")))


def storable(text: str) -> str:
    """A text that UTF-8 can hold, without halves of characters, and not longer than LONGEST_TEXT."""
    return text[:LONGEST_TEXT].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def differences(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """What differs between two configurations, for people; empty if nothing."""
    keys = [key for key in {**there, **wanted} if there.get(key) != wanted.get(key)]
    return "; ".join(f"{key} {there.get(key)!r} there, {wanted.get(key)!r} asked for" for key in keys)


def _plain(value: Any) -> Any:
    """A value as it is read back from JSON."""
    return json.loads(json.dumps(value))
