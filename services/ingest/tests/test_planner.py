"""Uploads are planned with the versions that the traffic policies choose, though ingest has no database to look them up in."""

import asyncio

import pytest

from packshot.bus.memory import MemoryBus
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import TrafficAsked, TrafficSet, WorkerAnnounced
from packshot.contracts.operation import OperationSpec
from packshot.contracts.recipe import Recipe
from packshot.contracts.routing import Mode, Traffic
from packshot_ingest import catalogue
from packshot_ingest.catalogue import Planner

from .conftest import eventually

PLAIN = Recipe.model_validate({"name": "plain", "steps": [{"operation": "my.first"}], "output": "main"})
PINNED = Recipe.model_validate({"name": "pinned", "steps": [{"operation": "my.first@2"}], "output": "main"})


def spec(version):
    return OperationSpec(
        name="my.first", version=version, stage="edit", title="", summary="", params_schema={"type": "object", "properties": {}}
    )


def policy(**given):
    return Traffic(**{"operation": "my.first", "stable": 1, "salt": "s", **given})


class Desk:
    """A planner on a bus, and what it asks for."""

    def __init__(self):
        self.bus = MemoryBus((1.0,))
        self.planner = Planner({"plain": PLAIN, "pinned": PINNED}, 2.0)
        self.asked = 0

    async def tell(self, body):
        await self.bus.publish(Envelope.of(body, source="test"))
        for _ in range(100):  # turns of the loop, in which it is delivered and heard
            await asyncio.sleep(0)

    async def set(self, revision, *policies):
        await self.tell(TrafficSet(revision=revision, policies=policies))

    async def order(self, name="plain", tenant="shop", key="photo"):
        return await self.planner.plan(name, "job", tenant, key)

    async def major(self, *given, **named):
        (step,) = (await self.order(*given, **named)).plan.steps
        return step.major


@pytest.fixture
async def desk():
    desk = Desk()
    await desk.bus.open()

    async def asked(_):
        desk.asked += 1

    await desk.bus.subscribe([TrafficAsked.type], asked)
    await desk.planner.follow(desk.bus)
    await desk.tell(WorkerAnnounced(worker="w", service="edit", operations=(spec("1.4.0"), spec("2.0.0"))))
    yield desk
    await desk.bus.close()


async def test_it_asks_for_the_policies_and_waits_for_them(desk):
    async def has_asked():
        return desk.asked

    assert await eventually(has_asked) == 1
    early = asyncio.create_task(desk.major())
    await asyncio.sleep(0.05)
    assert not early.done()
    await desk.set(1, policy())
    assert await early == 1


async def test_a_gateway_that_is_away_stops_no_upload(desk, monkeypatch):
    monkeypatch.setattr(catalogue, "POLICIES_S", 0.05)
    assert await desk.major() == 2


async def test_of_two_sets_the_newer_counts_however_they_arrive(desk):
    await desk.set(5, policy())
    await desk.set(4)
    assert await desk.major() == 1
    await desk.set(6)
    assert await desk.major() == 2


async def test_the_split_is_that_of_the_policy(desk):
    canary = policy(candidate=2, share=0.3)
    await desk.set(1, canary)
    keys = [f"etag {index}" for index in range(60)]
    assert [await desk.major(key=key) for key in keys] == [2 if canary.picks("shop", key) else 1 for key in keys]
    assert await desk.major("pinned", key=keys[0]) == 2


async def test_a_candidate_that_nobody_announces_any_more_gets_nothing(desk, monkeypatch):
    await desk.set(1, policy(candidate=2, share=1.0))
    assert await desk.major() == 2
    monkeypatch.setattr(catalogue, "EXPIRES_S", 0.0)
    assert await desk.major() == 1


async def test_a_shadow_travels_with_its_job(desk):
    await desk.set(1, policy(candidate=2, share=1.0, mode=Mode.SHADOW, tenants=("shop",)))
    order = await desk.order()
    assert (order.plan.steps[0].major, order.shadow.steps[0].major) == (1, 2)
    assert (await desk.order(tenant="other")).shadow is None
