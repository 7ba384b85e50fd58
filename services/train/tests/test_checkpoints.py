"""What a training leaves in the object store: its last two checkpoints while it goes on, none once it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from packshot.bus.memory import MemoryBus
from packshot.contracts.artifact import digest_of
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import TrainingCancelled, TrainingFailed, TrainingRun
from packshot.contracts.training import Progress, Trained
from packshot.store.filesystem import FilesystemStore
from packshot_train.desk import Desk
from packshot_train.legs import Legs
from packshot_train.settings import TrainSettings
from packshot_train.trainings import Trainings

from .conftest import order_for, save_pictures

LEGS = 5
TRAINED = Trained(weights="ab" * 32, bytes=7, figures={}, step=5, steps=5, seconds=1.0, device="a CPU")


class Leg:
    """Stands for the process of a leg."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder, self._number = folder, number

    async def answer(self) -> dict:
        last = self._number == LEGS
        left = self._folder / ("weights" if last else f"checkpoint-{self._number}")
        left.write_text(f"left by leg {self._number}")
        return {
            "ended": Progress(step=self._number, steps=LEGS, done=self._number / LEGS).model_dump(),
            "checkpoint": None if last else str(left),
            "trained": TRAINED.model_dump() if last else None,
            "weights": str(left) if last else None,
            "graph": None,
            "sheet": None,
        }

    def stop(self) -> None:
        raise AssertionError("nobody stops it")


class Room:
    """A store, a bus that remembers what is sent on, and who does legs."""

    def __init__(self, home: Path) -> None:
        self.store, self.bus = FilesystemStore(home / "store"), MemoryBus((0.05,))
        settings = TrainSettings(home=home)
        legs = Legs(self.store, settings, asyncio.Event())
        self.trainings = Trainings(self.bus, self.store, legs, settings, "t1")
        self.desk = Desk(self.trainings.do, legs.forget)
        self.runs: list[TrainingRun] = []

    async def do(self, run: TrainingRun) -> TrainingRun | None:
        """Do a leg; the next one."""
        self.runs.clear()
        await self.trainings.do(run)
        return self.runs[0] if self.runs else None

    async def kept(self, training: str) -> list[str]:
        """The contents of the checkpoints that the store has."""
        names = await self.store.entries(f"checkpoints/{training}")
        return [(await self.store.get(name.rpartition("-")[2])).decode() for name in names]


@pytest.fixture
async def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Room]:
    room = Room(tmp_path)
    await room.bus.open()
    await room.store.open()

    @asynccontextmanager
    async def process(task, log, settings):
        begins = int(task.checkpoint.read_text()[-1]) if task.checkpoint else 0
        yield Leg(task.folder, begins + 1)

    async def send(queue, envelope, **more):
        room.runs.append(envelope.body(TrainingRun))

    monkeypatch.setattr("packshot_train.legs.training_process", process)
    monkeypatch.setattr(room.bus, "send", send)
    yield room
    await room.bus.close()


async def begun(room: Room, legs: int) -> list[TrainingRun]:
    """The commands of so many legs that were done, and the next one."""
    runs = [TrainingRun(order=order_for(await save_pictures(room.store)))]
    for _ in range(legs):
        following = await room.do(runs[-1])
        assert following is not None
        runs.append(following)
    return runs


async def test_the_last_two_are_kept_and_none_of_a_training_that_has_finished(room: Room) -> None:
    runs = await begun(room, LEGS - 1)
    training = runs[0].order.id
    assert await room.kept(training) == ["left by leg 3", "left by leg 4"]
    assert await room.do(runs[-1]) is None
    assert await room.kept(training) == []
    assert await room.store.get(digest_of(b"left by leg 5"))


@pytest.mark.parametrize("end", [TrainingCancelled, TrainingFailed])
async def test_none_is_kept_of_a_training_that_was_cancelled_or_given_up(room: Room, end) -> None:
    runs = await begun(room, 3)
    training = runs[0].order.id
    failure = {"failure": {"code": "dead_letter", "message": "It was parked."}} if end is TrainingFailed else {}
    said = Envelope.of(end(training=training, **failure), source="test")
    hear = room.desk.failed if end is TrainingFailed else room.desk.cancel
    await hear(type("Delivery", (), {"envelope": said})())
    assert await room.kept(training) == []


async def test_a_command_that_comes_again_late_needs_no_checkpoint_that_is_gone(room: Room) -> None:
    runs = await begun(room, 4)
    again = runs[1]
    for expected in runs[2:]:
        following = await room.do(again)
        assert following is not None
        assert (following.leg, following.checkpoint) == (expected.leg, expected.checkpoint)
        again = following
