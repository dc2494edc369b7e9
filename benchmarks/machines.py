"""How fast Turing machines run: this package beside a C program and other engines, in one run.

    python benchmarks/machines.py          # prints all, and adds it to machines.jsonl
    python benchmarks/machines.py --look   # only prints it

The peers are a table-driven loop in C (table.c, `gcc -O2`), the same loop with numba (`pip install numba`),
steps on a dictionary as browser simulators take them, and automata-lib (`pip install automata-lib==9.2.0`).
One that is not there is not measured. All take turns, and of each the fastest of some rounds counts,
in processor seconds, so that what else the machine does matters little.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import tempfile
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import click

from tailnb.evaluation.provenance import provenance
from tailnb.machines import TuringMachine, machine
from tailnb.machines.list_tape import Program, walk

HERE = Path(__file__).parent
RESULTS = HERE / "machines.jsonl"
BB5 = "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"
STEPS, ONES = 47_176_870, 4098
PART = 1_000_000  # steps of those that take them one by one in Python
SLOW = 10_000  # steps of automata-lib, which takes longer the further it comes
LENGTH = 1000  # cells of the binary number
MILLION = 1_000_000

IMPORTS = {"numba": "numba", "automata-lib": "automata"}  # by distribution

Engine = Callable[[], tuple[int, float]]  # runs, and returns the steps and the processor seconds


@click.command()
@click.option("--rounds", default=7, show_default=True, help="Of all engines in turn; the fastest counts.")
@click.option("--look", is_flag=True, help="Print only.")
def main(rounds: int, look: bool) -> None:
    """Measure the champion of five states, the increment of a long number, and the memory of histories."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*beaver_rows(Path(folder), rounds), *increment_rows(rounds), *memory_rows()]
    where = provenance(f"python benchmarks/machines.py --rounds {rounds}", rounds=rounds, versions=versions())
    for row in rows:
        click.echo("  ".join(f"{key}: {shown(value)}" for key, value in row.items()))
        if not look:
            with RESULTS.open("a", encoding="utf-8") as file:
                print(json.dumps(row | {"provenance": where}), file=file)


def beaver_rows(folder: Path, rounds: int) -> Iterator[dict[str, Any]]:
    """The busy beaver of five states: seconds to its halt, or for as many steps as were taken."""
    engines: dict[str, Engine | str] = {
        "run": whole,
        "C, table": c_table(folder),
        "numba, table": numba_table(),
        "list tape": lambda: timed(lambda: on_list(machine("bb5"), PART)),
        "history": lambda: timed(lambda: machine("bb5").history(max_steps=PART).steps),
        "steps()": lambda: timed(lambda: last(machine("bb5").steps(max_steps=PART)).step),
        "dictionary": lambda: timed(lambda: on_dictionary(machine("bb5"), PART)),
        "automata-lib": automata_lib("bb5", "", SLOW),
    }
    found = fastest(engines, rounds)
    for name, (steps, seconds) in found.items():
        rate = steps / seconds
        of_c = rate * found["C, table"][1] / found["C, table"][0] if "C, table" in found else None
        yield row("bb5", name, steps, seconds) | {"of the rate of C": rounded(of_c)}
    yield from not_measured("bb5", engines)


def increment_rows(rounds: int) -> Iterator[dict[str, Any]]:
    """Adding one to a thousand ones: 2,002 steps, so few that `run` takes them on the list tape."""
    word = "1" * LENGTH
    engines: dict[str, Engine | str] = {
        "run": lambda: timed(lambda: machine("increment").run(word).steps),
        "history": lambda: timed(lambda: machine("increment").history(word).steps),
        "steps()": lambda: timed(lambda: last(machine("increment").steps(word)).step),
        "automata-lib": automata_lib("increment", word, MILLION),
    }
    found = fastest(engines, rounds, in_a_row=5)
    for name, (steps, seconds) in found.items():
        of_peer = found["automata-lib"][1] / seconds if "automata-lib" in found else None
        more = {
            "times as fast as automata-lib": rounded(of_peer),
            "of the time of run": rounded(seconds / found["run"][1]),
        }
        yield row("increment", name, steps, seconds) | more
    yield from not_measured("increment", engines)


def memory_rows() -> Iterator[dict[str, Any]]:
    """The memory that a history of a million steps takes, also where each step writes a new cell."""
    runaway = TuringMachine({("q", "_"): ("q", "x", "R")}, "q", name="writes on and on")
    for made in (machine("bb5"), machine("bouncer"), machine("rule_110"), runaway):
        tracemalloc.start()
        kept = made.history("1" if made.name == "rule_110" else "", max_steps=MILLION)
        now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        sizes = {"megabytes": round(now / 1e6, 2), "megabytes on the way": round(most / 1e6, 2)}
        yield {"kind": "memory", "what": made.name, "steps": kept.steps, **sizes}


# --- The engines


def whole() -> tuple[int, float]:
    """`run` to the halt, and whether it is the right one."""
    begin = time.process_time()
    run = machine("bb5").run(max_steps=10**8)
    seconds = time.process_time() - begin
    if (run.outcome, run.steps, len(run.tape)) != ("halted", STEPS, ONES):
        raise SystemExit(f"wrong: {run}")
    return run.steps, seconds


def on_list(made: TuringMachine, max_steps: int) -> int:
    """Every step on the list tape, on which `run` begins, and without the run-length tape."""
    program = Program(made)
    return walk(program.start(""), program.blank, max_steps).steps


def on_dictionary(made: TuringMachine, max_steps: int) -> int:
    """Steps as browser simulators take them: a table of states, of symbols, and a tape by address."""
    table: dict[Any, dict[str, Any]] = {state: {} for state in made.states}
    for (state, read), rule in made.transitions.items():
        table[state][read] = (rule.write, 1 if rule.move == "R" else -1, rule.state)
    tape: dict[int, str] = {}
    state, head, steps = made.initial_state, 0, 0
    while steps < max_steps:
        rule = table[state].get(tape.get(head, made.blank))
        if rule is None:
            break
        tape[head], move, state = rule
        head += move
        steps += 1
    return steps


def c_table(folder: Path) -> Engine | str:
    """The C program, which measures itself."""
    if shutil.which("gcc") is None:
        return "there is no gcc"
    program = folder / "table"
    subprocess.run(["gcc", "-O2", "-o", program, HERE / "table.c"], check=True)

    def run() -> tuple[int, float]:
        said = subprocess.run([program, BB5], capture_output=True, text=True, check=True).stdout.split()
        if [int(said[0]), int(said[1])] != [STEPS, ONES]:
            raise SystemExit(f"wrong: {said}")
        return int(said[0]), float(said[2])

    return run


def numba_table() -> Engine | str:
    """The loop of the C program, compiled by numba before it is measured."""
    if importlib.util.find_spec("numba") is None:
        return "numba is not installed"
    import numba
    import numpy as np

    @numba.njit
    def loop(table: Any, tape: Any, states: int) -> int:
        state, head, steps = 0, len(tape) // 2, 0
        while state < states:
            place = 2 * state + tape[head]
            tape[head] = table[place, 0]
            head += table[place, 1]
            state = table[place, 2]
            steps += 1
        return steps

    rules = [line[at : at + 3] for line in BB5.split("_") for at in (0, 3)]
    moves = {"L": -1, "R": 1}
    table = np.array([(int(one[0]), moves[one[1]], ord(one[2]) - ord("A")) for one in rules], dtype=np.int64)
    loop(table, np.zeros(1 << 16, dtype=np.uint8), 0)

    def run() -> int:
        tape = np.zeros(1 << 16, dtype=np.uint8)
        steps = int(loop(table, tape, len(rules) // 2))
        if [steps, int(tape.sum())] != [STEPS, ONES]:
            raise SystemExit(f"wrong: numba takes {steps} steps")
        return steps

    return lambda: timed(run)


def automata_lib(name: str, word: str, max_steps: int) -> Engine | str:
    """The machine as automata-lib steps through it; making it is not measured."""
    if importlib.util.find_spec(IMPORTS["automata-lib"]) is None:
        return "automata-lib is not installed"
    from automata.tm.dtm import DTM

    made = machine(name)
    table: dict[Any, dict[str, Any]] = {}
    for (state, read), rule in made.transitions.items():
        table.setdefault(state, {})[read] = (rule.state, rule.write, {"S": "N"}.get(rule.move, rule.move))
    peer = DTM(
        states=set(made.states),
        input_symbols=set(made.input_symbols),
        tape_symbols=set(made.symbols),
        transitions=table,
        initial_state=made.initial_state,
        blank_symbol=made.blank,
        final_states=set(made.final_states),
    )
    return lambda: timed(lambda: sum(1 for _ in islice(peer.read_input_stepwise(word), 1, max_steps + 1)))


# --- Measuring


def fastest(engines: dict[str, Engine | str], rounds: int, in_a_row: int = 1) -> dict[str, tuple[int, float]]:
    """For each engine that is there its steps and its least time; in every round all of them take their turn.

    A short one runs some times in a row: at first it meets the processor's memory full of another's data.
    """
    times: dict[str, list[tuple[int, float]]] = {}
    for _ in range(rounds):
        for name, engine in engines.items():
            if callable(engine):
                times.setdefault(name, []).extend(engine() for _ in range(in_a_row))
    return {name: min(some, key=lambda one: one[1]) for name, some in times.items()}


def versions() -> dict[str, str]:
    """Of the peers that are there."""
    found = {
        name: version(name) for name in ("numba", "automata-lib") if importlib.util.find_spec(IMPORTS[name])
    }
    if shutil.which("gcc"):
        found["gcc"] = subprocess.run(
            ["gcc", "-dumpfullversion"], capture_output=True, text=True
        ).stdout.strip()
    return found


def timed(run: Callable[[], int]) -> tuple[int, float]:
    """The steps that it returns, and its seconds."""
    begin = time.process_time()
    steps = run()
    return steps, time.process_time() - begin


def last(configurations: Iterator[Any]) -> Any:
    """The last one, with none of the others kept."""
    return deque(configurations, maxlen=1)[0]


def row(kind: str, what: str, steps: int, seconds: float) -> dict[str, Any]:
    """One result."""
    return {
        "kind": kind,
        "what": what,
        "steps": steps,
        "seconds": float(f"{seconds:.4g}"),
        "steps a second": round(steps / seconds),
    }


def not_measured(kind: str, engines: dict[str, Engine | str]) -> Iterator[dict[str, Any]]:
    """The engines that are not there, and why."""
    for name, engine in engines.items():
        if isinstance(engine, str):
            yield {"kind": kind, "what": name, "not measured": engine}


def rounded(number: float | None) -> float | None:
    """Three digits of a ratio."""
    return None if number is None else float(f"{number:.3g}")


def shown(value: Any) -> str:
    """A value for the eye."""
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)


if __name__ == "__main__":
    main()
