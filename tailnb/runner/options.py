"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from tailnb.parameters import SCALES


def scale_option(told: str) -> Callable[[Any], Any]:
    """The option --scale, which the environment sets as well; told: what it is for."""
    return click.option(
        "--scale",
        type=click.Choice(SCALES),
        default="demo",
        envvar="TAILNB_SCALE",
        show_default=True,
        show_envvar=True,
        help=told,
    )
