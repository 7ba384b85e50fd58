"""Plugins come, change and leave while a worker's jobs run: none fails, and each is done by the version that its record names."""

import asyncio

import pytest
from tests.authors import drop, source

from packshot.bus.topology import operation_queue
from packshot.contracts.messages import StepFailed, StepFinished, WorkerAnnounced
from packshot.contracts.operation import Stage
from packshot.contracts.plugin import PluginCondition

from .conftest import picture, pixels, slip, step

ADDS = {"1.0.0": 1, "1.1.0": 2, "1.2.0": 3}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plugins").mkdir()
    return tmp_path / "plugins"


async def opened(shop, folder):
    return await shop.open(Stage.EDIT, plugins_dir=folder, plugins="hot", plugins_poll_s=0.05, host_processes=1)


def put(folder, version):
    return drop(folder, "hot.py", source(version=version, add=ADDS[version]))


def announced(shop):
    return (shop.events(WorkerAnnounced) or [WorkerAnnounced(worker="", service="")])[-1]


async def offers(shop, version):
    """Wait until everybody was told that this version (None: none) is there."""
    await shop.until(lambda: [spec.version for spec in announced(shop).operations] == ([version] if version else []))


async def test_upgrades_while_jobs_flow_fail_none_and_mix_nothing_up(shop, folder):
    put(folder, "1.0.0")
    await opened(shop, folder)
    pictures, jobs = [], []

    async def some_by(version):
        """Until a job was done by this version."""
        await shop.until(
            lambda: [1 for event in shop.events(StepFinished) for record in event.steps if record.version == version]
        )

    async def upgrades():
        for before, version in (("1.0.0", "1.1.0"), ("1.1.0", "1.2.0")):
            await some_by(before)
            put(folder, version)
            await offers(shop, version)

    upgrading = asyncio.create_task(upgrades())
    while not upgrading.done():
        pictures.append(picture(len(pictures)))
        jobs.append(await shop.order(slip(step("0", "hot.own"), step("1", "hot.own")), await shop.photo(pictures[-1])))
        await asyncio.sleep(0.05)
        await shop.until(lambda: shop.events(StepFailed) or len(jobs) - len(shop.events(StepFinished)) < 8)
    await upgrading
    last = await shop.order(slip(step("0", "hot.own"), step("1", "hot.own")), await shop.photo(picture(100_000)))
    done = [await shop.output(job) for job in jobs]
    assert not shop.events(StepFailed)
    for rgb, event in zip(pictures, done, strict=True):
        made = rgb.astype(int)
        for record in event.steps:
            made = made // 2 + ADDS[record.version]
        assert (pixels(await shop.system.store.get(event.frame.file)) == made).all()
    assert {record.version for event in done for record in event.steps} >= {"1.0.0", "1.1.0"}
    assert {record.version for record in (await shop.output(last)).steps} == {"1.2.0"}


async def test_work_for_a_removed_plugin_waits_and_goes_on_when_it_is_back(shop, folder):
    path = put(folder, "1.0.0")
    await opened(shop, folder)
    path.unlink()
    await offers(shop, None)
    job = await shop.order(slip(step("0", "hot.own")), await shop.photo(picture()))
    await asyncio.sleep(0.5)
    assert await shop.system.bus.depth(operation_queue("edit", "hot.own", 1)) == 1
    put(folder, "1.1.0")
    done = await shop.output(job)
    assert (done.steps[0].version, done.attempt) == ("1.1.0", 1)
    assert not shop.events(StepFailed)


async def test_everybody_is_told_at_once_of_what_is_refused_and_why(shop, folder):
    put(folder, "1.0.0")
    await opened(shop, folder)
    await offers(shop, "1.0.0")
    drop(folder, "hot.py", "import not_there")
    told = await shop.until(lambda: [each for each in announced(shop).plugins if each.condition is PluginCondition.REFUSED])
    assert told[0].name == "hot"
    assert "not_there" in told[0].reason
    assert [spec.version for spec in announced(shop).operations] == ["1.0.0"]
