"""The trace on a message that leaves."""

from __future__ import annotations

from packshot.contracts.envelope import Envelope
from packshot.observe.tracing import current_traceparent


def stamped(envelope: Envelope) -> Envelope:
    """The envelope with the trace that this task works in, unless it carries one already."""
    if envelope.traceparent is not None or (traceparent := current_traceparent()) is None:
        return envelope
    return envelope.model_copy(update={"traceparent": traceparent})
