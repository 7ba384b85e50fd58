"""The trace of a task."""

from __future__ import annotations

import asyncio

import pytest

from packshot.observe.tracing import child_traceparent, current_traceparent, new_traceparent, trace_id, within

KNOWN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_new_trace_is_sampled_and_its_own() -> None:
    first, second = new_traceparent(), new_traceparent()
    assert trace_id(first) != trace_id(second)
    assert first.endswith("-01")


def test_a_child_is_another_span_of_the_same_trace() -> None:
    child = child_traceparent(KNOWN)
    assert child != KNOWN
    assert trace_id(child) == trace_id(KNOWN) == "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize("bad", [None, "", "nonsense", "00-" + "0" * 32 + "-b7ad6b7169203331-01"])
def test_a_bad_traceparent_is_no_trace(bad: str | None) -> None:
    assert trace_id(bad) is None
    assert trace_id(child_traceparent(bad)) is not None
    with within(bad):
        assert current_traceparent() is None


def test_within_ends_where_it_ends() -> None:
    assert current_traceparent() is None
    with within(KNOWN):
        assert current_traceparent() == KNOWN
        with within(None):
            assert current_traceparent() is None
        assert current_traceparent() == KNOWN
    assert current_traceparent() is None


async def test_tasks_inherit_the_trace_they_were_started_in() -> None:
    async def look() -> str | None:
        return current_traceparent()

    with within(KNOWN):
        task = asyncio.create_task(look())
    assert await task == KNOWN
