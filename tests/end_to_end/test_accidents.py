"""Services that stop, die, or come late: no accepted photo is lost, and nothing is done twice that shows."""

from __future__ import annotations

import asyncio
import signal
import time

import aio_pika
import pytest

from packshot.bus.topology import operation_queue
from packshot.contracts.operation import Stage
from tests.pictures import product_photo
from tests.system import DistributedSystem

pytestmark = pytest.mark.real

WAIT = "name: wait\nsteps: [{operation: e2e.wait, params: {seconds: 0.3}}]\noutput: waited"
COUNT = 12


def flow(system: DistributedSystem, first: int) -> str:
    photos = {f"{index}.jpg": product_photo(first + index, 160, 120) for index in range(COUNT)}
    return str(system.submit(photos, recipe_yaml=WAIT)["id"])


def all_finished(system: DistributedSystem, listing: str) -> None:
    done = system.wait_listing(listing)
    assert [job["state"] for job in done["jobs"]] == ["finished"] * COUNT
    assert len({job["id"] for job in done["jobs"]}) == COUNT


def restart(system: DistributedSystem, service: str) -> None:
    system.start(service)
    system.wait_ready()


def test_sigterm_lets_a_worker_finish_what_is_in_hand(system: DistributedSystem) -> None:
    listing = flow(system, 100)
    system.wait_under_way(listing)
    assert system.stop("edit") == 0
    restart(system, "edit")
    all_finished(system, listing)


def test_kill_minus_nine_of_a_worker_costs_only_a_redelivery(system: DistributedSystem) -> None:
    listing = flow(system, 200)
    system.wait_under_way(listing)
    system.kill("edit")
    restart(system, "edit")
    all_finished(system, listing)


def test_a_dead_gateway_stops_no_pixel(system: DistributedSystem) -> None:
    listing = flow(system, 300)
    system.wait_under_way(listing)
    system.kill("gateway")
    time.sleep(2.0)
    restart(system, "gateway")
    all_finished(system, listing)


def test_ingest_may_be_away_while_photos_arrive(system: DistributedSystem) -> None:
    assert system.stop("ingest") == 0
    listing = flow(system, 400)
    restart(system, "ingest")
    all_finished(system, listing)


async def consumers(url: str, queue: str) -> int:
    """How many workers the broker hands this queue's work to, in turn."""
    async with await aio_pika.connect(url) as connection:
        found = await (await connection.channel()).declare_queue(queue, passive=True)
        return found.declaration_result.consumer_count or 0


def test_a_second_instance_shares_the_work(system: DistributedSystem, rabbit_url: str, prefix: str) -> None:
    name = system.start("edit", instance="second")
    queue = prefix + operation_queue(Stage.EDIT, "e2e.wait", 1)
    system.until(lambda: asyncio.run(consumers(rabbit_url, queue)) == 2, 100, "two workers do not take work")
    listing = flow(system, 500)
    all_finished(system, listing)
    workers = {output["lineage"][0]["worker"] for job in system.listing(listing)["jobs"] for output in job["outputs"]}
    assert system.stop(name) == 0
    assert len(workers) == 2


def test_a_frozen_worker_comes_back_without_harm(system: DistributedSystem) -> None:
    listing = flow(system, 600)
    system.wait_under_way(listing)
    system.signal("edit", signal.SIGSTOP)
    time.sleep(2)
    system.signal("edit", signal.SIGCONT)
    all_finished(system, listing)
