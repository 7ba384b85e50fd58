"""A job's way through workers."""

import asyncio

import numpy as np
from packshot.contracts.messages import JobCancelled, StepFinished, StepProgressed, StepStarted, WorkerAnnounced, WorkerDeparted
from packshot.contracts.operation import Stage
from packshot.imaging.codec import unpack

from .conftest import TRACE, picture, pixels, slip, step


async def test_a_visit_runs_consecutive_steps_and_makes_the_output(shop):
    await shop.open(Stage.EDIT)
    rgb = picture()
    job = await shop.order(slip(step("0", "test.invert"), step("1", "test.brighten", {"by": 0.0}, major=2)), await shop.photo(rgb))
    done = await shop.output(job)
    assert [record.id for record in done.steps] == ["0", "1"]
    assert [record.version for record in done.steps] == ["1.0.0", "2.1.0"]
    content = await shop.system.store.get(done.frame.file)
    assert (pixels(content) == 255 - rgb).all()
    assert (done.frame.width, done.frame.height) == (16, 12)
    assert len(shop.events(StepFinished, job)) == 1
