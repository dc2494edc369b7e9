"""Multi-machine schedule: the greatest benefit of tasks with deadlines on several queues, one slot each.

Greedy: by falling benefit, each task takes the latest free slot, of any queue, up to its deadline, or is
dropped. For that the tasks are sorted first, by merging runs of their numbers: {m,i,j} compares the benefits
of the tasks at run[2m,i] and run[2m+1,j] and moves the better one to run m, until a blank ends both runs. At
first runs n to 2n-1 hold a task each; run 1 holds all, sorted. That takes about n log n states, each of them
a single comparison; to look for the best of all remaining tasks again and again would take n²/2.

{k} picks the k-th task of run 1, {k,t} looks for room in slot t, where used[t] counts the queues that are
taken.

>>> from tailnb import task
>>> problem = task("multi_machine_schedule").problem(tasks=[[1, 5], [1, 8]], queues=1)
>>> problem.answer
'8'
>>> print(problem.trace().text())  # doctest: +NORMALIZE_WHITESPACE
Tape: deadline[0]=1, deadline[1]=1, benefit[0]=5, benefit[1]=8, run[2,0]=0, run[3,0]=1, queues=1, total=0
{1,0,0}: fetch run[2,0]=0, run[3,0]=1, benefit[0]=5, benefit[1]=8; right(benefit[0], benefit[1]); write
    run[1,0]=1; goto {1,0,1}
{1,0,1}: fetch run[2,0]=0, run[3,1]=_; left(run[2,0], run[3,1]); write run[1,1]=0; goto {1,1,1}
{1,1,1}: fetch run[2,1]=_, run[3,1]=_; end(run[2,1], run[3,1]); goto {0}
{0}: fetch run[1,0]=1, deadline[1]=1, benefit[1]=8; pick(run[1,0], deadline[1], benefit[1]); write gain=8;
    goto {0,1}
{0,1}: fetch used[1]=_, queues=1, gain=8, total=0; take(used[1], queues, gain, total); write used[1]=1,
    total=8; goto {1}
{1}: fetch run[1,1]=0, deadline[0]=1, benefit[0]=5; pick(run[1,1], deadline[0], benefit[0]); write gain=5;
    goto {1,1}
{1,1}: fetch used[1]=1, queues=1; drop(used[1], queues); goto {2}
{2}: fetch run[1,2]=_, total=8; stop(run[1,2], total); goto halt
Final answer: 8
"""

from __future__ import annotations

from heapq import heappop, heappush
from random import Random
from typing import Any

from tailnb.traces import BLANK, HALT, Tape

ORDER = 10
TITLE = "Multi-Machine Schedule"
ALGORITHM = "Greedy"
LENGTHS = {"S": (5, 10), "M": (11, 20), "L": (21, 50)}
PARAMS = ("tasks", "queues")
HIGHEST = 50  # greatest benefit of a sampled task


def sample(rng: Random, low: int, high: int) -> dict[str, Any]:
    """Low to high tasks; the slots up to the latest deadline suffice for half of them to all of them.

    There is one queue for every ten tasks, or more, up to one for every two.
    """
    count = rng.randint(low, high)
    queues = rng.choice(_queues(count))
    latest = rng.choice(_latest(count, queues))
    tasks = [[rng.randint(1, latest), rng.randint(1, HIGHEST)] for _ in range(count)]
    return {"tasks": tasks, "queues": queues}


def _queues(count: int) -> range:
    return range(max(1, count // 10), count // 2 + 1)


def _latest(count: int, queues: int) -> range:
    """The latest deadlines that give slots for half of the tasks to all of them; at least 2."""
    return range(max(2, count // (2 * queues)), max(2, count // queues) + 1)


def validate(params: dict[str, Any]) -> None:
    """Raise ValueError unless tasks are pairs of a deadline and a benefit, and queues are fewer."""
    tasks, queues = params["tasks"], params["queues"]
    if not isinstance(tasks, list) or len(tasks) < 2:
        raise ValueError(f"tasks must be a list of at least two [deadline, benefit], not {tasks!r}")
    for place, task in enumerate(tasks):
        if not isinstance(task, list) or len(task) != 2:
            raise ValueError(f"tasks[{place}] must be a list [deadline, benefit], not {task!r}")
        for name, number in zip(("deadline", "benefit"), task, strict=True):
            if type(number) is not int or number < 1:
                raise ValueError(
                    f"the {name} of tasks[{place}] must be a whole number from 1 on, not {number!r}"
                )
    if type(queues) is not int or not 1 <= queues < len(tasks):
        raise ValueError(f"queues must be a whole number from 1 to {len(tasks) - 1}, not {queues!r}")


def length(tasks: list[list[int]], queues: int) -> int:
    """The number of tasks."""
    return len(tasks)


def problem_space(low: int, high: int) -> int:
    """How many lists of tasks and numbers of queues there are."""
    return sum(
        (_latest(count, queues)[-1] * HIGHEST) ** count
        for count in range(low, high + 1)
        for queues in _queues(count)
    )


def run(tape: Tape, tasks: list[list[int]], queues: int) -> None:
    """Sort the tasks by merging, then give each a slot or drop it."""
    count = len(tasks)
    tape.place("deadline", [deadline for deadline, _ in tasks])
    tape.place("benefit", [benefit for _, benefit in tasks])
    tape.place("run", {(count + number, 0): number for number in range(count)})
    tape.place("queues", queues)
    tape.place("total", 0)
    tape.homes = ("run[1]", "used")
    for target in range(count - 1, 0, -1):
        _merge(tape, target, count)
    for place in range(count + 1):
        with tape.state(f"{{{place}}}"):
            deadline = _pick(tape, place)
        if deadline is None:
            return
        _find_slot(tape, place, deadline)


def _merge(tape: Tape, target: int, count: int) -> None:
    """Merge the two runs below a run into it."""
    i = j = 0
    while i + j <= count:
        with tape.state(f"{{{target},{i},{j}}}"):
            heads = f"run[{2 * target},{i}]", f"run[{2 * target + 1},{j}]"
            left, right = tape.read(*heads)
            verdict = _first(tape, left, right)
            if verdict == "end":
                tape.goto(f"{{{target - 1},0,0}}" if target > 1 else "{0}")
                return
            tape.write(f"run[{target},{i + j}]", left if verdict == "left" else right)
            i, j = (i + 1, j) if verdict == "left" else (i, j + 1)
            tape.goto(f"{{{target},{i},{j}}}")


def _first(tape: Tape, left: Any, right: Any) -> str:
    """Which of the tasks at the heads of two runs comes first; "end" if both runs have ended."""
    if BLANK in (left, right):
        verdict = "end" if left == right else "left" if right == BLANK else "right"
        tape.do(verdict)
        return verdict
    cells = f"benefit[{left}]", f"benefit[{right}]"
    one, other = tape.read(*cells)
    verdict = "left" if one >= other else "right"
    tape.do(verdict, *cells)
    return verdict


def _pick(tape: Tape, place: int) -> int | None:
    """Pick a task and return its deadline; None behind the last task, where the run stops."""
    number = tape.read(f"run[1,{place}]")
    if number == BLANK:
        tape.answer(str(tape.read("total")))
        tape.do("stop")
        tape.goto(HALT)
        return None
    deadline, benefit = tape.read(f"deadline[{number}]", f"benefit[{number}]")
    tape.do("pick")
    tape.write("gain", benefit)
    tape.goto(f"{{{place},{deadline}}}")
    return int(deadline)


def _find_slot(tape: Tape, place: int, deadline: int) -> None:
    """Take the latest free slot up to the deadline, or drop the task."""
    for slot in range(deadline, 0, -1):
        with tape.state(f"{{{place},{slot}}}"):
            used, queues = tape.read(f"used[{slot}]", "queues")
            used = 0 if used == BLANK else used
            if used < queues:
                gain, total = tape.read("gain", "total")
                tape.do("take")
                tape.write(f"used[{slot}]", used + 1)
                tape.write("total", total + gain)
                tape.goto(f"{{{place + 1}}}")
                return
            tape.do("full" if slot > 1 else "drop")
            tape.goto(f"{{{place},{slot - 1}}}" if slot > 1 else f"{{{place + 1}}}")


def reference(tasks: list[list[int]], queues: int) -> str:
    """The greatest benefit, from the last slot to the first: each runs the best tasks that still may."""
    last = len(tasks)  # more slots than tasks are never needed
    due: list[list[int]] = [[] for _ in range(last + 1)]
    for deadline, benefit in tasks:
        due[min(deadline, last)].append(benefit)
    waiting: list[int] = []
    total = 0
    for slot in range(last, 0, -1):
        for benefit in due[slot]:
            heappush(waiting, -benefit)
        total -= sum(heappop(waiting) for _ in range(min(queues, len(waiting))))
    return str(total)


def words(tasks: list[list[int]], queues: int) -> dict[str, str]:
    """What the templates put into their places."""
    listed = ", ".join(f"({deadline}, {benefit})" for deadline, benefit in tasks)
    return {"tasks": listed, "queues": str(queues)}


TEMPLATES = [
    "Tasks as (deadline, benefit): {tasks}. Each takes one time slot of one queue, no later than its"
    " deadline; number of queues: {queues}. What is the greatest total benefit?",
    "Schedule these unit-length tasks, given as (deadline, benefit), on identical machines: {tasks}."
    " Machines: {queues}. Maximum benefit?",
    "max_benefit(tasks=[{tasks}], queues={queues}) = ? A task (d, b) needs one of the slots 1 to d of one"
    " queue and brings b.",
    "Each oven of a bakery bakes one cake an hour, and the number of ovens is {queues}. Orders (last hour,"
    " price): {tasks}. What is the most that the bakery can earn?",
    "A workshop repairs one thing a day at each bench and has this many benches: {queues}. The repairs, as"
    " (latest day, pay), are {tasks}. What is the highest possible pay?",
    "Jobs with deadlines and profits, (d, p): {tasks}. Each takes one time unit of one processor. With"
    " processors = {queues}, find the maximum profit.",
    "Given tasks (deadline, benefit) = {tasks} and queues with the slots 1, 2, 3, ..., how much benefit can"
    " be gained by tasks done in time? There are so many queues: {queues}.",
    "Greedily place these tasks (deadline, benefit) into the latest free slots: {tasks}. Queues: {queues}."
    " What total benefit results?",
    "Every hour each doctor of a clinic sees one patient. Doctors: {queues}. Patients (deadline in hours,"
    " score): {tasks}. What is the best total score?",
    "Unit tasks {tasks} (each: deadline, benefit) compete for machines, of which there are {queues} in all."
    " Late tasks earn nothing. What is the largest sum of benefits?",
    "A truck makes one trip a day; the fleet's size is {queues}. Loads, as (last day, fee): {tasks}. Which"
    " total of fees can be reached at most?",
    "machines: {queues}; tasks (deadline, benefit): {tasks}; best total benefit, one slot a task:",
    "Each dish of a telescope makes one observation a night. Dishes: {queues}. Wishes (last night, value):"
    " {tasks}. Maximise the total value; how much is it?",
    "Choose tasks from {tasks}, pairs (deadline, benefit), and give each its own slot, at or before its"
    " deadline, in one of the queues (there are {queues}). How large can the benefit be?",
    "Please compute the optimal total benefit of the tasks {tasks}, written (deadline, benefit), each one"
    " slot long, when the number of queues is {queues}.",
    "Let d be a task's deadline and b its benefit, m = {queues} the number of machines. Each does one task"
    " per time unit. For (d, b) in {tasks}, what is the greatest sum of b?",
    "A press prints one job per shift. Presses: {queues}. Jobs (last shift, revenue): {tasks}. What revenue"
    " is possible at most?",
    "Requests (deadline, reward) wait for servers: {tasks}. A request takes one tick of one server. With a"
    " server count of {queues}, what is the maximum reward?",
    "In a team of size {queues}, everybody plants one tree a week. Trees, as (last week for planting, worth):"
    " {tasks}. What is the greatest worth of trees planted in time?",
    "What is the most benefit that {tasks} allow if the number of queues is {queues}? Pairs are (deadline,"
    " benefit), and every task fills exactly one slot.",
    "In a study group of size {queues}, each can finish one exercise a day. Exercises (due day, points):"
    " {tasks}. How many points can the group get together?",
    "Sort by benefit, assign the latest free slot on any machine, add up: {tasks} as (deadline, benefit),"
    " machine count {queues}. Total?",
    "At each berth of a harbour one ship is unloaded per tide. Berths: {queues}. Ships (last tide, profit):"
    " {tasks}. What is the maximal profit?",
]
