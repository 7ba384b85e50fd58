"""Sweeping a shared broker after a whole system ran on it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aio_pika

from packshot.bus.rabbit_topology import RabbitTopology
from packshot.bus.topology import COLLECT, operation_queue, urgent_twin
from packshot.plugin.registry import load_registry
from packshot.settings import Settings

BUCKET_NAMES = ("packshot.ingest.bucket", "packshot.ingest.bucket.parked")


def sweep(url: str, prefix: str, delays: tuple[float, ...], plugins_dir: Path, also: tuple[str, ...] = ()) -> None:
    """Delete every queue and exchange that a system with these settings, or the test itself (`also`), has made under `prefix`."""
    topology = RabbitTopology(prefix, delays)
    specs = [offered.spec for offered in load_registry(Settings(plugins_dir=plugins_dir))]
    work = [operation_queue(spec.stage, spec.name, spec.major) for spec in specs] + [COLLECT]
    queues = [prefix + name for queue in (*work, *also) for name in (queue, urgent_twin(queue))]
    queues += [queue.name for queue in topology.queues()] + [prefix + name for name in BUCKET_NAMES]
    exchanges = [exchange.name for exchange in topology.exchanges()] + [prefix + name for name in (*BUCKET_NAMES, *also)]
    asyncio.run(_delete(url, queues, exchanges))


async def _delete(url: str, queues: list[str], exchanges: list[str]) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for queue in queues:
            await channel.queue_delete(queue)
        for exchange in exchanges:
            await channel.exchange_delete(exchange)
