"""For each task an independent reference, and odd parameters, good and bad: one file each, of its name.

`library(**params)` answers by a well-kept package or by brute force, and knows nothing of tailnb. `BAD` lists
the values of the parameters, in the order of the task's PARAMS, that `Task.problem` must refuse. `PARAMS` is
a strategy of good ones that no sampler gives, with short traces.
"""

import importlib

import tailnb


def reference(name):
    """The module of a task's reference; None for a task without one."""
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        return None


REFERENCES = {task.name: reference(task.name) for task in tailnb.tasks.every_task()}
