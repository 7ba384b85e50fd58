"""A bus of each kind, and a work queue on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from packshot.bus.protocol import Bus
from tests.conformance.bus.ground import MEMORY, RABBIT, Ground


@pytest.fixture(scope="module", params=["memory", pytest.param("rabbit", marks=pytest.mark.real)])
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    if request.param == "memory":
        yield Ground(MEMORY)
        return
    ground = Ground(RABBIT, request.getfixturevalue("rabbit_url"))
    yield ground
    asyncio.run(ground.clear())


@pytest.fixture
async def bus(ground: Ground) -> AsyncIterator[Bus]:
    bus = ground.make_bus()
    await bus.open()
    yield bus
    await bus.close()


@pytest.fixture
async def queue(ground: Ground, bus: Bus) -> str:
    name = ground.fresh_queue()
    await bus.declare(name)
    return name
