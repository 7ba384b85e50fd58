"""A RabbitMQ behind a proxy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from tests.conformance.bus.ground import RABBIT, Ground
from tests.faults.proxy import ChaosProxy


@pytest.fixture
async def ground(rabbit_url: str) -> AsyncIterator[Ground]:
    """RabbitMQ, reached directly."""
    ground = Ground(RABBIT, rabbit_url)
    yield ground
    await ground.clear()


@pytest.fixture
async def proxy(rabbit_url: str) -> AsyncIterator[ChaosProxy]:
    """The way to RabbitMQ that can be cut and frozen."""
    server = urlsplit(rabbit_url)
    async with ChaosProxy(server.hostname or "127.0.0.1", server.port or 5672) as proxy:
        yield proxy
