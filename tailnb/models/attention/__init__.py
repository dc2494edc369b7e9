"""Where a model looks when it writes: its attention from token to token, and what each head does.

>>> from tailnb.models import nano
>>> from tailnb.models.attention import heads, trace_attention, write_attention
>>> model = nano.load("nano-tail")
>>> problem = nano.problems("compare_numbers", "S", 1)[0]
>>> trace_attention(model, problem).layers
(1, 2)
>>> roles = heads(write_attention(model, [problem]))
>>> len(roles)
8
"""

from tailnb.models.attention.capture import attention
from tailnb.models.attention.heads import heads, measure, trace_attention, write_attention
from tailnb.models.attention.picture import Attention
from tailnb.models.attention.silence import silenced
from tailnb.models.attention.writes import Write, writes

__all__ = [
    "Attention",
    "Write",
    "attention",
    "heads",
    "measure",
    "silenced",
    "trace_attention",
    "write_attention",
    "writes",
]
