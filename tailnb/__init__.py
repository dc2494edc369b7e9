"""tailnb: learn and explore TAIL, Turing mAchine Imitation Learning (arXiv 2507.13332).

>>> import tailnb
>>> problem = tailnb.task("binary_search").problem(items=[1, 4, 9], key=4)
>>> print(problem.trace().text())
Tape: items[0]=1, items[1]=4, items[2]=9, key=4
{0,2}: fetch key=4, items[1]=4; found(key, items[1]); goto halt
Final answer: 1
"""

from tailnb import tasks
from tailnb.evaluation.score import score
from tailnb.tasks import Problem, Task, task
from tailnb.traces import Trace, check, imitate

__version__ = "0.1.0"
__all__ = ["Problem", "Task", "Trace", "check", "imitate", "score", "task", "tasks"]
