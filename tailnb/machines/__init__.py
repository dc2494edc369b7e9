"""Turing machines: the 7-tuple, its configurations and runs, named machines, and text formats."""

from tailnb.machines.catalogue import machine, machines
from tailnb.machines.configuration import Configuration
from tailnb.machines.errors import MachineError
from tailnb.machines.formats import parse, write
from tailnb.machines.history import Breakpoint, History
from tailnb.machines.rules import Transition
from tailnb.machines.running import Run
from tailnb.machines.turing_machine import TuringMachine

__all__ = [
    "Breakpoint",
    "Configuration",
    "History",
    "MachineError",
    "Run",
    "Transition",
    "TuringMachine",
    "machine",
    "machines",
    "parse",
    "write",
]
