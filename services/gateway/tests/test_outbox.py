"""The gateway may die at any point of sending: what was accepted is sent, under one id."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from packshot.bus.memory import MemoryBus
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import StepRun, WorkersProbed
from packshot.contracts.result import FrameRef
from packshot.errors import BusUnavailable
from packshot_gateway import relay as relay_module
from packshot_gateway.database import Database, outbox
from packshot_gateway.relay import Relay

from .story import eventually, pair_plan, said


class Death(BaseException):
    """The process is killed here."""


class Desk:
    """An outbox, a bus, and what arrived on it."""

    def __init__(self, database_url: str) -> None:
        self.database = Database(database_url)
        self.bus = MemoryBus((1.0,))
        self.arrived: list[str] = []
        self.relay = Relay(self.database, self.bus)

    async def open(self) -> None:
        await self.bus.open()

        async def hear(delivery) -> None:
            self.arrived.append(delivery.envelope.id)

        await self.bus.subscribe(["#"], hear)

    async def put(self, *envelopes: Envelope, queue: str | None = None) -> None:
        async with self.database.writing() as session:
            for envelope in envelopes:
                await outbox.put(session, envelope, queue=queue)

    async def waiting(self) -> int:
        async with self.database.reading() as session:
            return await outbox.waiting(session)


@pytest.fixture
async def desk(database_url: str):
    desk = Desk(database_url)
    await desk.open()
    yield desk
    await desk.database.close()


async def test_what_was_rolled_back_is_not_sent(desk: Desk) -> None:
    async def die_in_the_middle() -> None:
        async with desk.database.writing() as session:
            await outbox.put(session, said(WorkersProbed()))
            raise Death

    with pytest.raises(Death):
        await die_in_the_middle()
    assert await desk.relay.send_batch() == 0


async def test_death_before_sending_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    envelope = said(WorkersProbed())
    await desk.put(envelope)
    with monkeypatch.context() as dying:
        dying.setattr(desk.relay, "_send", _die)
        with pytest.raises(Death):
            await desk.relay.send_batch()
    assert await Relay(desk.database, desk.bus).send_batch() == 1
    await eventually(lambda: desk.arrived == [envelope.id])


async def test_death_between_sending_and_marking_sends_again_under_the_same_id(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope = said(WorkersProbed())
    await desk.put(envelope)
    with monkeypatch.context() as dying:
        dying.setattr(relay_module.outbox, "mark_sent", _die)
        with pytest.raises(Death):
            await desk.relay.send_batch()
    assert await desk.waiting() == 1
    assert await desk.relay.send_batch() == 1
    await eventually(lambda: desk.arrived == [envelope.id] * 2)
    assert await desk.relay.send_batch() == 0


async def test_one_message_that_is_not_confirmed_does_not_hold_up_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    envelopes = [said(WorkersProbed()) for _ in range(5)]
    await desk.put(*envelopes)
    publish = desk.bus.publish

    async def unsure(envelope: Envelope) -> None:
        if envelope.id == envelopes[2].id:
            raise BusUnavailable
        await publish(envelope)

    with monkeypatch.context() as broken:
        broken.setattr(desk.bus, "publish", unsure)
        assert await desk.relay.send_batch() == 4
    assert await desk.waiting() == 1
    assert await desk.relay.send_batch() == 1


async def test_a_command_goes_to_its_queue_which_need_not_exist_yet(desk: Desk) -> None:
    run = StepRun(job="j", branch=pair_plan(), frame=FrameRef(key="k"))
    await desk.put(said(run), queue="op.edit.test.clean.v1")
    assert await desk.relay.send_batch() == 1
    assert await desk.bus.depth("op.edit.test.clean.v1") == 1


async def test_two_relays_at_once_on_postgres_send_each_message_once(desk: Desk) -> None:
    envelopes = [said(WorkersProbed()) for _ in range(250)]
    await desk.put(*envelopes)
    if desk.database.is_sqlite:
        while await desk.relay.send_batch():
            pass
    else:
        other = Relay(desk.database, desk.bus)
        while sum(await asyncio.gather(desk.relay.send_batch(), other.send_batch())):
            pass
    await eventually(lambda: len(desk.arrived) >= len(envelopes))
    assert sorted(desk.arrived) == sorted(envelope.id for envelope in envelopes)


async def test_what_was_sent_is_forgotten_after_a_while(desk: Desk) -> None:
    await desk.put(said(WorkersProbed()))
    await desk.relay.send_batch()
    await desk.put(said(WorkersProbed()))
    async with desk.database.writing() as session:
        await outbox.forget(session, datetime.now(UTC) + timedelta(seconds=1))
    assert await desk.waiting() == 1


async def _die(*_: object) -> None:
    raise Death
