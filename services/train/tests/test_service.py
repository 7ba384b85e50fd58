"""A training goes from leg to leg to its model, whatever happens on the way."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from contextlib import suppress

import psutil
import pytest

from packshot.bus.topology import TRAINING_QUEUE
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import (
    ModelRegistered,
    TrainingCancelled,
    TrainingFailed,
    TrainingFinished,
    TrainingProgressed,
    WorkerAnnounced,
    WorkerDeparted,
)
from packshot.contracts.training import TrainingOrder
from packshot.errors import ArtifactMissing, BadSettings
from packshot.models.register import card_of, find

from .conftest import order_for

pytestmark = pytest.mark.torch


def training_processes() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        # One that is just ending has no command line.
        with suppress(psutil.Error):
            if "packshot_train.child" in " ".join(process.cmdline()):
                found.append(process)
    return found


def checkpoints_told(school, training: str) -> list[ArtifactRef]:
    return [event.checkpoint for event in school.events(TrainingProgressed, training) if event.checkpoint]


async def begun(school, order: TrainingOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A leg of a training; from then on legs are long."""
    # Less than the process takes to start: so each leg is one step, up to here.
    monkeypatch.setenv("PACKSHOT_TRAIN_LEG_S", "0.1")
    async with school.service():
        await school.order(order)
        await school.until(lambda: [event for event in school.events(TrainingProgressed, order.id) if event.leg == 2])
    monkeypatch.setenv("PACKSHOT_TRAIN_LEG_S", "30")


async def nothing_is_left(school, training: str) -> None:
    """No checkpoint of this training is in the store, once it has heard of the end."""
    async with asyncio.timeout(60):
        while await school.store.entries(f"checkpoints/{training}"):  # noqa: ASYNC110 - a store tells nobody
            await asyncio.sleep(0.05)
    for checkpoint in checkpoints_told(school, training):
        with pytest.raises(ArtifactMissing):
            await school.store.stat(checkpoint.digest)
    assert not (school.settings.home / "training" / training).exists()


async def test_it_says_what_it_can_train_and_that_it_leaves(school) -> None:
    async with school.service():
        said = await school.until(lambda: [one for one in school.events(WorkerAnnounced) if one.trainers])
        assert (said[0].service, [spec.name for spec in said[0].trainers]) == ("train", ["tiny.brighter"])
        assert said[0].trainers[0].defaults["batch"] == 4
    assert school.events(WorkerDeparted)


async def test_several_legs_make_the_weights_that_one_makes(school, monkeypatch) -> None:
    one = order_for(school.data)
    several = one.model_copy(update={"id": "several"})
    async with school.service():
        whole = await school.finished(await school.order(one))
    assert not [event for event in school.events(TrainingProgressed, one.id) if event.checkpoint]
    await begun(school, several, monkeypatch)
    async with school.service():
        pieces = await school.finished("several")
    assert pieces.weights.digest == whole.weights.digest
    assert len(checkpoints_told(school, "several")) >= 2
    await nothing_is_left(school, "several")
    await school.store.stat(pieces.weights.digest)
    told = [event.progress for event in school.events(TrainingProgressed, one.id)]
    assert told[-1].done == 1.0
    assert any("loss" in progress.losses for progress in told)
    assert any("psnr" in progress.figures for progress in told)
    assert not (school.settings.home / "training" / one.id).exists()


async def test_a_model_is_registered_once_with_its_figures(school) -> None:
    async with school.service():
        order = order_for(school.data)
        end = await school.finished(await school.order(order, registers=True))
        assert end.model == "tiny.brighter@1.0.0"
        (said,) = school.events(ModelRegistered)
        assert (said.name, said.release) == ("tiny.brighter", "1.0.0")
        card = await card_of(school.store, await find(school.store, "tiny.brighter"))
        assert card.made.figures["psnr"]["pictures"] == 2
        assert card.made.data == school.data
        assert (await school.store.stat(card.files[0].sha256)).size == card.files[0].bytes
        other = order_for(school.data, gain=0.1)
        refused = await school.finished(await school.order(other, registers=True))
        assert "give this one the next number" in refused.failure.message
        assert refused.model == ""


async def test_a_leg_whose_process_is_killed_is_run_again(school) -> None:
    async with school.service():
        order = order_for(school.data, pause_s=0.1)
        await school.order(order)
        await school.until(lambda: [one for one in school.events(TrainingProgressed, order.id) if one.progress.step])
        (process,) = training_processes()
        os.killpg(process.pid, signal.SIGKILL)
        assert (await school.finished(order.id)).trained.steps == 60


async def test_a_leg_that_is_ordered_twice_is_run_once(school) -> None:
    async with school.service():
        order = order_for(school.data)
        await school.finished(await school.order(order))
        before = len(school.events(TrainingProgressed, order.id))
        await school.order(order)
        await school.until(lambda: len(school.events(TrainingFinished, order.id)) == 2)
        assert len(school.events(TrainingProgressed, order.id)) == before + 1


async def test_a_stopping_service_ends_its_leg_early_and_another_goes_on(school) -> None:
    order = order_for(school.data, pause_s=0.1)
    async with school.service():
        await school.order(order)
        await school.until(lambda: [one for one in school.events(TrainingProgressed, order.id) if one.progress.step > 3])
    (checkpoint,) = [event for event in school.events(TrainingProgressed, order.id) if event.checkpoint]
    assert 3 < checkpoint.progress.step < 60
    assert await school.bus.depth(TRAINING_QUEUE) == 1
    async with school.service():
        await school.finished(order.id)


async def test_a_cancelled_training_ends_at_once_and_leaves_nothing(school) -> None:
    async with school.service():
        order = order_for(school.data, steps=100_000, pause_s=0.05)
        await school.order(order)
        await school.until(lambda: [one for one in school.events(TrainingProgressed, order.id) if one.progress.step])
        await school.bus.publish(Envelope.of(TrainingCancelled(training=order.id), source="test"))
        async with asyncio.timeout(60):
            while training_processes():  # noqa: ASYNC110 - a process of another's tells nobody that it ended
                await asyncio.sleep(0.05)
        await school.order(order.model_copy(update={"steps": 5}))
        after = order_for(school.data)
        await school.finished(await school.order(after))
        assert not school.events(TrainingFinished, order.id)
        assert not school.events(TrainingFailed, order.id)
        assert not (school.settings.home / "training" / order.id).exists()


async def test_a_broken_training_fails_with_a_clear_message_and_the_next_one_goes_well(school) -> None:
    broken = {
        "nan": "not finite",
        "raise": r"tiny\.brighter failed .*the shapes do not fit",
        "exit": r"ended \(with status 3\)",
    }
    async with school.service():
        for fault, message in broken.items():
            failed = await school.failed(await school.order(order_for(school.data, fault=fault)))
            assert re.search(message, failed.failure.message), failed.failure.message
        await school.finished(await school.order(order_for(school.data)))


async def test_what_cannot_be_trained_fails_at_once(school) -> None:
    async with school.service():
        failed = await school.failed(await school.order(order_for("0" * 64)))
        assert failed.failure.code == "artifact_missing"


async def test_without_torch_it_says_what_to_install(school, monkeypatch) -> None:
    monkeypatch.setattr("packshot.training.installed.find_spec", lambda name: None)
    with pytest.raises(BadSettings, match=r"pip install 'packshot\[train\]'"):
        async with school.service():
            pass
