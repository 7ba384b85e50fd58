"""Batches: equal work of different pictures together, and never anything else."""

import asyncio
from collections.abc import Awaitable
from contextlib import asynccontextmanager

import numpy as np
import pytest

from packshot.contracts.operation import Batch
from packshot.errors import HostCrashed, OperationFailed
from packshot.imaging.codec import unpack
from packshot.plugin.batcher import Batcher
from packshot.plugin.order import Order

from .conftest import ordered, photo, picture

pytestmark = pytest.mark.asyncio(loop_scope="module")


def order(operation, params=None, rgb=None, seed=0):
    return Order((ordered(operation, params, seed=seed),), photo(picture() if rgb is None else rgb))


async def together(host, orders: list[Order]) -> list:
    return await asyncio.gather(*(host.run(each) for each in orders), return_exceptions=True)


def batches(outcomes, operation="test.together"):
    return [outcome.findings[operation]["batch"] for outcome in outcomes]


async def test_equal_work_runs_together_up_to_the_maximum(lasting_host):
    pictures = [picture(seed) for seed in range(6)]
    outcomes = await together(lasting_host, [order("test.together@1", rgb=rgb, seed=seed) for seed, rgb in enumerate(pictures)])
    assert sorted(batches(outcomes)) == [2, 2, 4, 4, 4, 4]
    for seed, (outcome, rgb) in enumerate(zip(outcomes, pictures, strict=True)):
        assert (unpack(outcome.frame.content).rgb == 255 - rgb).all()
        assert outcome.findings["test.together"]["seed"] == seed


async def test_other_shapes_depths_or_parameters_never_share_a_batch(lasting_host):
    orders = [
        order("test.together@1", {"by": 0.1}),
        order("test.together@1", {"by": 0.2}),
        order("test.together@1", {"by": 0.1}, picture(size=(12, 17))),
        order("test.together@1", {"by": 0.1}, picture(1)),
    ]
    assert batches(await together(lasting_host, orders)) == [2, 1, 1, 2]


async def test_a_picture_that_fails_fails_alone(lasting_host):
    bad = picture(9)
    bad[0, 0] = (3, 2, 1)
    outcomes = await together(lasting_host, [order("test.together@1", rgb=rgb) for rgb in (picture(0), bad, picture(1))])
    assert isinstance(outcomes[1], OperationFailed)
    assert batches([outcomes[0], outcomes[2]]) == [1, 1]


async def test_a_picture_that_kills_its_host_dies_alone(lasting_host):
    poison = picture(9)
    poison[0, 0] = (1, 2, 3)
    outcomes = await together(lasting_host, [order("test.together@1", rgb=rgb) for rgb in (picture(0), poison, picture(1))])
    assert isinstance(outcomes[1], HostCrashed)
    assert batches([outcomes[0], outcomes[2]]) == [1, 1]


async def test_steps_around_a_batch_keep_their_pixels(lasting_host):
    steps = (ordered("test.brighten@2", {"by": 0.1}), ordered("test.together@1"), ordered("test.brighten@2", {"by": 0.1}))
    rgb = picture(dtype=np.uint8) // 2
    outcome = await lasting_host.run(Order(steps, photo(rgb), wants_file=True))
    expected = np.clip(255 - np.round(rgb + 25.5) + 25.5, 0, 255)
    assert np.abs(unpack(outcome.frame.content).rgb - expected).max() <= 1
    assert outcome.file.media_type == "image/png"
    assert len(outcome.done) == 3


@pytest.mark.torch
async def test_a_learned_operation_gives_the_same_batched_and_alone(lasting_host):
    pictures = [picture(seed, size=(24, 20)) for seed in range(8)]
    alone = [await lasting_host.run(order("learned.convolve@1", rgb=rgb)) for rgb in pictures[:3]]
    batched = await together(lasting_host, [order("learned.convolve@1", rgb=rgb) for rgb in pictures])
    assert batches(alone, "learned.convolve") == [1, 1, 1]
    assert max(batches(batched, "learned.convolve")) == 8
    for one, other in zip(alone, batched, strict=False):
        assert (unpack(one.frame.content).rgb == unpack(other.frame.content).rgb).all()
    assert {outcome.done[0].device for outcome in batched} == {"cpu"}  # preferred CUDA, ran on the CPU, and says so


@pytest.mark.torch
async def test_a_learned_operation_never_sees_mixed_shapes(lasting_host):
    sizes = [(24, 20), (20, 24), (24, 20), (20, 24)]
    outcomes = await together(lasting_host, [order("learned.convolve@1", rgb=picture(size=size)) for size in sizes])
    findings = [outcome.findings["learned.convolve"] for outcome in outcomes]
    assert [finding["batch"] for finding in findings] == [2, 2, 2, 2]
    assert all(finding["shapes"] == [[*size, 3]] for finding, size in zip(findings, sizes, strict=True))


class Bench:
    """What batches run on in the tests below."""

    def __init__(self) -> None:
        self.ran: list[list[int]] = []
        self.free = asyncio.Event()
        self.free.set()

    @asynccontextmanager
    async def place(self, work: int):
        await self.free.wait()
        yield None

    def run(self, place: None, works: list[int]) -> Awaitable[list[int]]:
        return self._run(works)

    async def _run(self, works):
        self.ran.append(list(works))
        await asyncio.sleep(0.01)
        return [work * 10 for work in works]


async def test_a_batch_goes_on_filling_up_while_it_waits_for_its_turn():
    bench = Bench()
    bench.free.clear()
    batcher = Batcher(bench.place, bench.run)
    first = asyncio.create_task(batcher.add("k", 1, Batch(max=3, window_ms=10)))
    await asyncio.sleep(0.05)
    later = [asyncio.create_task(batcher.add("k", number, Batch(max=3, window_ms=10))) for number in (2, 3, 4)]
    await asyncio.sleep(0.05)
    bench.free.set()
    assert await asyncio.gather(first, *later) == [10, 20, 30, 40]
    assert bench.ran == [[1, 2, 3], [4]]


async def test_what_was_cancelled_is_left_out_of_its_batch():
    bench = Bench()
    batcher = Batcher(bench.place, bench.run)
    dropped, kept = (asyncio.create_task(batcher.add("k", number, Batch(max=5, window_ms=500))) for number in (1, 2))
    await asyncio.sleep(0.01)
    dropped.cancel()
    assert await kept == 20
    assert bench.ran == [[2]]
