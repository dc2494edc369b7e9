"""Numbers of things in words."""


def counted(number: int, thing: str) -> str:
    """The number with its noun, which takes an s unless it is one.

    >>> counted(1, "step"), counted(2002, "step")
    ('1 step', '2,002 steps')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
