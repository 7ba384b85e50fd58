"""What happens when plugins, stores and workers fail."""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from packshot.bus.topology import operation_queue
from packshot.contracts.messages import StepFailed, StepFinished, StepStarted, WorkerAnnounced
from packshot.contracts.operation import Stage
from packshot.errors import StoreUnavailable

from .conftest import picture, slip, step


async def ordered(shop, operation, *, frame=None, output="out", **more):
    return await shop.order(slip(step("0", operation), output=output), frame or await shop.photo(picture()), **more)


async def test_a_bad_photo_fails_at_once_with_all_outputs_below(shop):
    await shop.open(Stage.EDIT)
    branches = (slip(step("1.0", "test.invert"), output="a"), slip(output="b"))
    job = await shop.order(slip(step("0", "trouble.refuse"), branches=branches), await shop.photo(picture()))
    failed = await shop.failure(job)
    assert (failed.failure.code, failed.attempt, failed.outputs) == ("bad_photo", 1, ("a", "b"))
    assert failed.failure.message == "There is nobody in this picture."
    assert (failed.step, failed.operation) == ("0", "trouble.refuse")


async def test_an_error_of_a_later_step_names_that_step(shop):
    await shop.open(Stage.EDIT)
    job = await shop.order(slip(step("0", "test.invert"), step("1", "trouble.raise")), await shop.photo(picture()))
    failed = await shop.failure(job)
    assert (failed.step, failed.operation) == ("1", "trouble.raise")
    assert "ValueError: seven is not even" in failed.failure.message
    assert failed.failure.code == "operation_failed"


async def test_a_file_that_is_no_photo_fails_at_once(shop):
    await shop.open(Stage.EDIT)
    frame = await shop.photo(picture())
    ref = await shop.system.store.put(b"<svg/>", "image/png")
    job = await ordered(shop, "test.invert", frame=frame.model_copy(update={"photo": ref, "key": ref.digest}))
    assert (await shop.failure(job)).failure.code == "bad_photo"


async def test_a_crash_is_tried_again_until_the_attempts_are_used_up_and_harms_nobody_else(shop):
    await shop.open(Stage.EDIT)
    poison = await ordered(shop, "trouble.segfault")
    others = [await ordered(shop, "test.invert", frame=await shop.photo(picture(seed))) for seed in range(20)]
    for job in others:
        await shop.output(job)
    failed = await shop.until(lambda: shop.events(StepFailed, poison))
    assert failed[0].failure.code == "host_crashed"
    assert (failed[0].attempt, failed[0].final, failed[0].retry_in_s) == (1, False, 0.01)
    assert not any(shop.events(StepFailed, job) for job in others)


async def test_a_hanging_operation_is_killed_at_its_deadline(shop):
    await shop.open(Stage.EDIT)
    frame = await shop.photo(picture())
    job = await shop.order(slip(step("0", "trouble.hang", timeout_s=0.3)), frame)
    failed = await shop.failure(job, final=False)
    assert failed.failure.code == "deadline_exceeded"
    assert "0.3 s" in failed.failure.message


async def test_attempts_end(shop):
    await shop.open(Stage.EDIT)
    job = await ordered(shop, "trouble.hungry")
    failed = await shop.failure(job)
    assert failed.attempt == 4  # one, and one for each of the three delays
    assert failed.failure.code == "device_out_of_memory"
    assert [event.attempt for event in shop.events(StepFailed, job)] == [1, 2, 3, 4]


async def test_three_crashes_put_an_operation_to_rest_and_its_work_waits(shop):
    await shop.open(Stage.EDIT)
    job = await ordered(shop, "trouble.exit")
    announced = (await shop.until(lambda: [event for event in shop.events(WorkerAnnounced) if event.quarantined]))[0]
    assert announced.quarantined[0].operation == "trouble.exit@1"
    assert "status 3" in announced.quarantined[0].message
    await asyncio.sleep(0.3)
    assert not any(event.final for event in shop.events(StepFailed, job))
    assert await shop.system.bus.depth(operation_queue("edit", "trouble.exit", 1)) == 1
    await shop.output(await ordered(shop, "test.invert"))


async def test_a_passed_deadline_is_the_end(shop):
    await shop.open(Stage.EDIT)
    before = datetime.now(UTC) - timedelta(seconds=1)
    failed = await shop.failure(await ordered(shop, "test.invert", deadline=before))
    assert (failed.failure.code, failed.attempt) == ("deadline_exceeded", 1)
    soon = datetime.now(UTC) + timedelta(seconds=0.4)
    slow = await shop.order(slip(step("0", "test.slow", {"by": 1.0})), await shop.photo(picture()), deadline=soon)
    assert (await shop.failure(slow)).failure.code == "deadline_exceeded"


async def test_a_store_that_is_away_uses_up_no_attempt(shop, monkeypatch):
    await shop.open(Stage.EDIT)
    frame = await shop.photo(picture())
    get, away = shop.system.store.get, [True]

    async def unwilling(ref):
        if away[0]:
            raise StoreUnavailable
        return await get(ref)

    monkeypatch.setattr(shop.system.store, "get", unwilling)
    job = await ordered(shop, "test.invert", frame=frame)
    await shop.until(lambda: len(shop.events(StepFailed, job)) > 5)
    away[0] = False
    assert (await shop.output(job)).attempt == 1
    assert {event.failure.code for event in shop.events(StepFailed, job)} == {"store_unavailable"}


async def test_a_leaking_host_is_replaced(shop):
    await shop.open(Stage.EDIT, host_processes=1)
    pids = []
    for seed in range(4):
        done = await shop.output(await ordered(shop, "trouble.leak", frame=await shop.photo(picture(seed))))
        pids.append(done.frame.findings["trouble.leak"]["pid"])
    assert 1 < len(set(pids)) < 4


async def test_a_bug_of_our_own_is_tried_again(shop, monkeypatch):
    await shop.open(Stage.EDIT)
    get_result, calls = shop.system.store.get_result, []

    async def buggy(key):
        calls.append(key)
        if len(calls) == 1:
            raise KeyError("a bug")
        return await get_result(key)

    monkeypatch.setattr(shop.system.store, "get_result", buggy)
    job = await ordered(shop, "test.invert")
    assert (await shop.output(job)).attempt == 2
    assert "KeyError" in shop.events(StepFailed, job)[0].failure.message


async def test_draining_finishes_what_is_in_hand_and_hands_back_the_rest(shop):
    system = await shop.open(Stage.EDIT)
    frame = await shop.photo(picture())
    jobs = [await shop.order(slip(step("0", "test.slow", {"by": 0.5 + number / 1000})), frame) for number in range(16)]
    await shop.until(lambda: shop.events(StepStarted))
    system.stopping.set()
    await shop.close()
    done = sum(bool(shop.events(StepFinished, job)) for job in jobs)
    assert done >= 2
    assert await shop.system.bus.depth(operation_queue("edit", "test.slow", 1)) == 16 - done
    await shop.open(Stage.EDIT)
    for job in jobs:
        await shop.output(job)


@pytest.mark.alone
async def test_what_takes_longer_than_the_drain_is_handed_back(shop):
    system = await shop.open(Stage.EDIT, drain_s=0.2)
    job = await shop.order(slip(step("0", "test.slow", {"by": 50.0})), await shop.photo(picture()))
    await shop.until(lambda: shop.events(StepStarted, job))
    system.stopping.set()
    async with asyncio.timeout(5):
        await shop.close()
    assert await shop.system.bus.depth(operation_queue("edit", "test.slow", 1)) == 1


async def test_a_child_killed_from_outside_costs_one_attempt(shop):
    await shop.open(Stage.EDIT, host_processes=1)
    frame = await shop.photo(picture())
    (pid,) = (child.pid for child in psutil.Process().children() if "pixels.py" in " ".join(child.cmdline()))
    job = await shop.order(slip(step("0", "test.slow", {"by": 2.5})), frame)
    await shop.until(lambda: shop.events(StepStarted, job))
    os.kill(pid, signal.SIGKILL)
    done = await shop.output(job)
    assert done.attempt == 2
    assert "SIGKILL" in shop.events(StepFailed, job)[0].failure.message
