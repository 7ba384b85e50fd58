"""W3C trace context (https://www.w3.org/TR/trace-context/) on the OpenTelemetry API alone.

Without the SDK nothing is recorded, but the trace id still travels with every message and shows in every log line.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from opentelemetry import context, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_WIRE = TraceContextTextMapPropagator()


def new_traceparent() -> str:
    """The start of a new, sampled trace."""
    return f"00-{_digits(128)}-{_digits(64)}-01"


def child_traceparent(parent: str | None) -> str:
    """A new span of `parent`'s trace; a new trace where `parent` is none or malformed."""
    span = _span_context(parent)
    if span is None:
        return new_traceparent()
    return f"00-{span.trace_id:032x}-{_digits(64)}-{int(span.trace_flags):02x}"


def _digits(bits: int) -> str:
    # Ids need only be different: asking the kernel for secret ones would be a third of the cost of an envelope.
    return f"{random.getrandbits(bits):0{bits // 4}x}"


def trace_id(traceparent: str | None) -> str | None:
    """The 32 hexadecimal digits that all spans of a trace share; None where `traceparent` is none or malformed."""
    span = _span_context(traceparent)
    return None if span is None else f"{span.trace_id:032x}"


def current_traceparent() -> str | None:
    """The trace that this task works in, if any."""
    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return None
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{int(span.trace_flags):02x}"


@contextmanager
def within(traceparent: str | None) -> Iterator[None]:
    """Work in this trace until the block ends; None or malformed: in no trace."""
    span = _span_context(traceparent)
    inside = trace.set_span_in_context(trace.NonRecordingSpan(span) if span else trace.INVALID_SPAN)
    token = context.attach(inside)
    try:
        yield
    finally:
        context.detach(token)


@lru_cache(maxsize=1024)  # a message's trace is asked for several times on its way through a worker
def _span_context(traceparent: str | None) -> trace.SpanContext | None:
    if not traceparent:
        return None
    carried = _WIRE.extract({"traceparent": traceparent}, context.Context())
    span = trace.get_current_span(carried).get_span_context()
    return span if span.is_valid else None
