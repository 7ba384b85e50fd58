"""One work a message, however often it is handed out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from packshot.bus.inflight import REMEMBERED, InFlight, Work
from packshot.bus.protocol import Delivery
from packshot.bus.topology import DELIVERY_LIMIT
from packshot.contracts.envelope import Envelope
from packshot.errors import BusUnavailable


@dataclass
class Receipt:
    answers: list[str] = field(default_factory=list)

    async def ack(self) -> None:
        self.answers.append("ack")

    async def requeue(self) -> None:
        self.answers.append("requeue")


@dataclass
class Desk:
    """An `InFlight` whose handler waits for `go`, and what came of it."""

    fail: bool = False
    can_park: bool = True
    go: asyncio.Event = field(default_factory=asyncio.Event)
    runs: int = 0
    parked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = InFlight(self._park)

    async def _park(self, work: Work, reason: str) -> None:
        if not self.can_park:
            raise BusUnavailable
        self.parked.append(reason)

    async def _handle(self, delivery: Delivery) -> None:
        self.runs += 1
        await self.go.wait()
        if self.fail:
            raise ValueError("no")

    def take(self, id: str = "a", deliveries: int = 1, queue: str = "q") -> tuple[Receipt, asyncio.Task[None] | None]:
        receipt = Receipt()
        envelope = Envelope(id=id, source="test", type="step.run", dataschema="test", data={})
        return receipt, self.desk.take(queue, envelope, deliveries, receipt, self._handle)


async def finish(*tasks: asyncio.Task[None] | None) -> None:
    await asyncio.gather(*(task for task in tasks if task is not None))


async def test_a_redelivery_joins_and_both_copies_are_settled() -> None:
    desk = Desk()
    first, task = desk.take()
    again, joined = desk.take(deliveries=2)
    assert joined is None
    desk.go.set()
    await finish(task)
    assert (desk.runs, first.answers, again.answers) == (1, ["ack"], ["ack"])


async def test_the_same_event_in_two_queues_is_two_works() -> None:
    desk = Desk()
    _, one = desk.take(queue="one")
    _, two = desk.take(queue="two", deliveries=2)
    desk.go.set()
    await finish(one, two)
    assert desk.runs == 2


async def test_a_redelivery_of_finished_work_is_acknowledged_without_doing_it_again() -> None:
    desk = Desk()
    desk.go.set()
    _, task = desk.take()
    await finish(task)
    again, task = desk.take(deliveries=2)
    await finish(task)
    assert (desk.runs, again.answers) == (1, ["ack"])


async def test_a_message_that_was_sent_anew_is_done_anew_and_forgets_that_it_was_done() -> None:
    desk = Desk()
    desk.go.set()
    await finish(desk.take()[1])
    desk.fail = True
    anew, task = desk.take()
    await finish(task)
    assert (desk.runs, anew.answers) == (2, ["requeue"])
    desk.fail = False
    await finish(desk.take(deliveries=2)[1])
    assert desk.runs == 3


async def test_work_that_was_handed_back_is_done_again() -> None:
    desk = Desk(fail=True)
    desk.go.set()
    first, task = desk.take()
    await finish(task)
    desk.fail = False
    second, task = desk.take(deliveries=2)
    await finish(task)
    assert (desk.runs, first.answers, second.answers) == (2, ["requeue"], ["ack"])


async def test_at_the_limit_it_is_parked_and_every_copy_acknowledged() -> None:
    desk = Desk(fail=True)
    first, task = desk.take(deliveries=DELIVERY_LIMIT)
    again, _ = desk.take(deliveries=DELIVERY_LIMIT)
    desk.go.set()
    await finish(task)
    assert (first.answers, again.answers) == (["ack"], ["ack"])
    assert len(desk.parked) == 1
    assert "ValueError: no" in desk.parked[0]


async def test_what_cannot_be_parked_is_handed_back() -> None:
    desk = Desk(fail=True, can_park=False)
    desk.go.set()
    receipt, task = desk.take(deliveries=DELIVERY_LIMIT)
    await finish(task)
    assert receipt.answers == ["requeue"]


async def test_a_cancelled_handler_leaves_its_message_unsettled() -> None:
    desk = Desk()
    receipt, task = desk.take()
    assert task is not None
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert receipt.answers == []


async def test_only_so_many_are_remembered() -> None:
    desk = Desk()
    desk.go.set()
    await finish(*(desk.take(str(each))[1] for each in range(REMEMBERED + 1)))
    await finish(desk.take("0", deliveries=2)[1])
    assert desk.runs == REMEMBERED + 2
