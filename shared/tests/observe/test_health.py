"""Probes and Prometheus ask a worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from packshot.errors import BadSettings
from packshot.observe import metrics
from packshot.observe.health import HealthServer


class Worker:
    is_ready = False

    async def ready(self) -> bool:
        return self.is_ready


@pytest.fixture
async def worker() -> Worker:
    return Worker()


@pytest.fixture
async def server(worker: Worker) -> AsyncIterator[HealthServer]:
    server = HealthServer(0, worker.ready, host="127.0.0.1")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client(server: HealthServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client:
        yield client


async def test_it_is_alive_before_it_is_ready(client: httpx.AsyncClient, worker: Worker) -> None:
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503
    worker.is_ready = True
    assert (await client.get("/readyz")).status_code == 200


async def test_metrics_are_prometheus_text(client: httpx.AsyncClient) -> None:
    metrics.step_seconds.labels("test.noop", "1.0.0", "ok").observe(0.02)
    page = await client.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain; version=")
    assert 'packshot_step_seconds_bucket{le="0.025",operation="test.noop",outcome="ok",version="1.0.0"} 1.0' in page.text


async def test_other_paths_and_methods_are_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get("/secret")).status_code == 404
    assert (await client.post("/healthz")).status_code == 405


async def test_nonsense_does_not_stop_it(server: HealthServer, client: httpx.AsyncClient) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"\x16\x03\x01" * 40_000)
    writer.close()
    assert (await client.get("/healthz")).status_code == 200


async def test_a_taken_port_is_named(server: HealthServer, worker: Worker) -> None:
    with pytest.raises(BadSettings, match=f"{server.port}.*PACKSHOT_METRICS_PORT"):
        await HealthServer(server.port, worker.ready, host="127.0.0.1").start()
