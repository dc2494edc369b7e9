"""Traces: an algorithm's run as data, its texts, and checking a text against it."""

from tailnb.traces.answer import extract, same
from tailnb.traces.check import Fault, Report, check
from tailnb.traces.imitate import imitate
from tailnb.traces.tape import Tape
from tailnb.traces.trace import BLANK, HALT, SPACE, AtomicState, Operand, Trace, TraceError

__all__ = [
    "BLANK",
    "HALT",
    "SPACE",
    "AtomicState",
    "Fault",
    "Operand",
    "Report",
    "Tape",
    "Trace",
    "TraceError",
    "check",
    "extract",
    "imitate",
    "same",
]
