"""A job's way through workers."""

import asyncio
import time

import pytest
import pytest_asyncio

from packshot.bus.topology import operation_queue
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import (
    JobCancelled,
    StepFinished,
    StepProgressed,
    StepRun,
    StepStarted,
    WorkerAnnounced,
    WorkerDeparted,
    WorkersProbed,
)
from packshot.contracts.operation import Stage
from packshot.contracts.recipe import Input
from packshot.imaging.codec import unpack
from packshot.plugin.host import PluginHost
from packshot.worker import reporting

from .conftest import TRACE, opened, picture, pixels, settings_in, slip, step

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(tmp_path_factory):
    """One for all tests of this module: none of them harms it."""
    host = PluginHost(settings_in(tmp_path_factory.mktemp("host")))
    try:
        await host.start()
        yield host
    finally:
        await host.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def shop(tmp_path, host):
    async with opened(tmp_path, host) as shop:
        yield shop


async def test_a_visit_runs_consecutive_steps_and_makes_the_output(shop):
    await shop.open(Stage.EDIT)
    rgb = picture()
    job = await shop.order(
        slip(step("0", "test.invert"), step("1", "test.brighten", {"by": 0.0}, major=2)), await shop.photo(rgb)
    )
    done = await shop.output(job)
    assert [record.id for record in done.steps] == ["0", "1"]
    assert [record.version for record in done.steps] == ["1.0.0", "2.1.0"]
    assert (pixels(await shop.system.store.get(done.frame.file)) == 255 - rgb).all()
    assert (done.frame.width, done.frame.height) == (16, 12)
    assert len(shop.events(StepFinished, job)) == 1


async def test_a_foreign_step_goes_back_to_the_bus_and_the_trace_goes_with_it(shop):
    await shop.open(Stage.EDIT, Stage.PREPROCESS)
    job = await shop.order(
        slip(step("0", "test.invert"), step("1", "test.cut", stage=Stage.PREPROCESS), step("2", "test.invert")),
        await shop.photo(picture()),
    )
    done = await shop.output(job)
    visits = shop.events(StepFinished, job)
    assert [[record.id for record in visit.steps] for visit in visits] == [["0"], ["1"], ["2"]]
    assert [len(visit.remaining.steps) for visit in visits] == [2, 1, 0]
    assert [record.id for record in done.frame.history] == ["0", "1", "2"]
    assert pixels(await shop.system.store.get(done.frame.file)).shape[2] == 4
    traces = {envelope.traceparent.split("-")[1] for envelope in shop.heard if envelope.subject == job}
    assert traces == {TRACE.split("-")[1]}


async def test_branches_are_sent_on_one_by_one_and_one_without_steps_is_ready_at_once(shop):
    await shop.open(Stage.EDIT)
    rgb = picture()
    branches = (slip(output="plain"), slip(step("1.0", "test.invert"), output="turned"))
    job = await shop.order(slip(step("0", "test.invert"), branches=branches), await shop.photo(rgb))
    plain, turned = await shop.output(job, "plain"), await shop.output(job, "turned")
    assert (pixels(await shop.system.store.get(plain.frame.file)) == 255 - rgb).all()
    assert (pixels(await shop.system.store.get(turned.frame.file)) == rgb).all()


async def test_an_exported_file_is_the_output_and_survives_a_check(shop):
    await shop.open(Stage.EDIT, Stage.QUALITY_CHECK)
    job = await shop.order(
        slip(step("0", "test.export"), step("1", "test.measure", stage=Stage.QUALITY_CHECK)), await shop.photo(picture())
    )
    done = await shop.output(job)
    assert done.frame.file.media_type == "image/x-test"
    assert (await shop.system.store.get(done.frame.file)).startswith(b"exported ")
    assert done.frame.findings["test.measure"]["size"] == [12, 16, 3]


async def test_a_generator_needs_no_photo_and_its_seed_decides(shop):
    await shop.open(Stage.GENERATE)
    jobs = [await shop.order(slip(step("0", "test.noise", stage=Stage.GENERATE, seed=seed))) for seed in (1, 1, 2)]
    first, again, other = [(await shop.output(job)).frame.file.digest for job in jobs]
    assert first == again != other


async def test_further_inputs_are_photos_of_the_listing_or_stored_artifacts(shop):
    await shop.open(Stage.EDIT)
    one, two = picture(1), picture(2)
    frame, other = await shop.photo(one), await shop.photo(two)
    by_photo = step("0", "test.blend", inputs={"other": Input(photo=1)})
    by_artifact = step("0", "test.blend", inputs={"other": Input(artifact=other.photo.digest)})
    photos = (frame.photo, other.photo)
    done = [await shop.output(await shop.order(slip(blend), frame, photos=photos)) for blend in (by_photo, by_artifact)]
    mean = (one.astype(int) + two) / 2
    assert abs(pixels(await shop.system.store.get(done[0].frame.file)) - mean).max() <= 0.5
    assert done[0].steps[0].inputs == (other.photo.digest,)
    assert done[1].steps[0].cached  # the same work, however the picture was named
    missing = await shop.order(slip(step("0", "test.blend", inputs={"other": Input(photo=5)})), frame, photos=(frame.photo,))
    failed = await shop.failure(missing)
    assert failed.failure.code == "bad_recipe"
    assert "photo 5" in failed.failure.message


async def test_all_other_photos_of_a_listing_can_be_one_input(shop):
    await shop.open(Stage.EDIT)
    pictures = [picture(number) for number in range(4)]
    frames = [await shop.photo(rgb) for rgb in pictures]
    photos = tuple(frame.photo for frame in (*frames, frames[0]))
    mean = step("0", "test.mean", inputs={"photos": Input(photos="others")})
    done = await shop.output(await shop.order(slip(mean), frames[0], photos=photos))
    assert abs(pixels(await shop.system.store.get(done.frame.file)) - sum(rgb.astype(int) for rgb in pictures) / 4).max() <= 0.5
    assert done.steps[0].inputs == tuple(frame.photo.digest for frame in frames[1:])


async def test_the_same_work_is_done_once_and_told_in_the_words_of_each_job(shop):
    await shop.open(Stage.EDIT)
    frame = await shop.photo(picture())
    first = await shop.output(await shop.order(slip(step("0", "test.invert")), frame))
    second = await shop.output(await shop.order(slip(step("7.a", "test.invert"), output="other"), frame), "other")
    assert not first.steps[0].cached
    assert second.steps[0].cached
    assert second.steps[0].id == "7.a"
    assert second.steps[0].seconds == first.steps[0].seconds
    assert second.frame.file == first.frame.file


async def test_a_stored_result_that_lacks_what_is_wanted_is_completed_not_lost(shop):
    await shop.open(Stage.EDIT)
    frame = await shop.photo(picture())
    ends_here = slip(step("0", "test.invert"))
    goes_on = slip(step("0", "test.invert"), branches=(slip(step("1.0", "test.brighten", {"by": 0.1}, major=2)),))
    await shop.output(await shop.order(ends_here, frame))  # stored with a file, without planes
    await shop.output(await shop.order(goes_on, frame))  # needs planes
    again = [await shop.output(await shop.order(branch, frame)) for branch in (ends_here, goes_on)]
    assert all(record.cached for event in again for record in event.steps)


async def test_a_measurement_stores_no_new_frame(shop):
    await shop.open(Stage.EDIT, Stage.QUALITY_CHECK)
    frame = await shop.photo(picture())
    job = await shop.order(slip(step("0", "test.measure", stage=Stage.QUALITY_CHECK), step("1", "test.invert")), frame)
    await shop.output(job)
    measured = shop.events(StepFinished, job)[0]
    assert measured.frame.photo == frame.photo
    assert measured.frame.planes is None
    assert measured.frame.findings["test.measure"]["nan"] is None


async def test_two_deliveries_of_one_step_join(shop):
    await shop.open(Stage.EDIT)
    frame = await shop.photo(picture())
    branch = slip(step("0", "test.slow", {"by": 0.6}))
    job = await shop.order(branch, frame)
    await shop.order(branch, frame, job=job)
    await shop.output(job)
    await shop.emptied(operation_queue("edit", "test.slow", 1))
    assert len(shop.events(StepFinished, job)) == 1


async def test_a_long_visit_says_that_it_started_and_how_far_it_is_and_a_short_one_does_not(shop, monkeypatch):
    await shop.open(Stage.EDIT)
    frame = await shop.photo(picture())
    with monkeypatch.context() as patched:
        patched.setattr(reporting, "STARTED_AFTER_S", 60.0)  # however busy the machine is, this one is short
        short = await shop.order(slip(step("0", "test.invert")), frame)
        await shop.output(short)
    began = time.monotonic()
    long = await shop.order(slip(step("0", "test.slow", {"by": 1.5})), frame)
    await shop.output(long)
    seconds = time.monotonic() - began
    assert not shop.events(StepStarted, short)
    assert [event.step for event in shop.events(StepStarted, long)] == ["0"]
    fractions = [event.fraction for event in shop.events(StepProgressed, long)]
    assert 1 <= len(fractions) <= 1 + seconds / reporting.PROGRESS_EVERY_S
    assert fractions == sorted(fractions)


async def test_a_cancelled_job_is_stopped_and_never_taken_up_again(shop):
    await shop.open(Stage.EDIT)
    frame = await shop.photo(picture())
    job = await shop.order(slip(step("0", "test.slow", {"by": 9.0}), step("1", "test.slow", {"by": 9.0})), frame)
    await shop.until(lambda: shop.events(StepStarted, job))
    await shop.system.bus.publish(Envelope.of(JobCancelled(job=job), source="test"))
    await shop.emptied(operation_queue("edit", "test.slow", 1))
    await shop.order(slip(step("1", "test.invert")), frame, job=job)
    await shop.output(await shop.order(slip(step("0", "test.invert")), frame))
    assert not shop.events(StepFinished, job)


async def test_urgent_work_overtakes(shop):
    frame = await shop.photo(picture())

    def branch(number):
        return slip(step("0", "test.slow", {"by": 0.2 + number / 1000}))

    slow = [await shop.order(branch(number), frame) for number in range(20)]
    urgent = await shop.order(branch(20), frame, urgent=True)
    await shop.open(Stage.EDIT)
    await shop.output(urgent)
    assert sum(bool(shop.events(StepFinished, job)) for job in slow) < 10


async def test_a_worker_announces_itself_answers_probes_and_departs(shop):
    system = await shop.open(Stage.EDIT)
    announced = (await shop.until(lambda: shop.events(WorkerAnnounced)))[0]
    assert announced.service == "edit"
    names = [spec.name for spec in announced.operations]
    assert "test.invert" in names
    assert "test.measure" not in names
    count = len(shop.events(WorkerAnnounced))
    await shop.system.bus.publish(Envelope.of(WorkersProbed(), source="test"))
    await shop.until(lambda: len(shop.events(WorkerAnnounced)) > count)
    system.stopping.set()
    assert (await shop.until(lambda: shop.events(WorkerDeparted)))[0].worker == announced.worker


async def test_what_cannot_be_read_is_parked(shop):
    await shop.open(Stage.EDIT)
    queue = operation_queue("edit", "test.invert", 1)
    command = StepRun(job="j", branch=slip(step("0", "test.invert")), frame={"key": "none"})
    envelope = Envelope.of(command, source="test")
    await shop.system.bus.send(queue, envelope.model_copy(update={"data": {"job": 7}}))
    await shop.system.bus.send(queue, Envelope.of(command.model_copy(update={"branch": slip()}), source="test"))
    async with asyncio.timeout(60):
        while len(await shop.system.bus.dead_letters()) < 2:  # noqa: ASYNC110 - a bus tells nobody that it parked
            await asyncio.sleep(0.02)
    assert all("step" in letter.reason for letter in await shop.system.bus.dead_letters())


async def test_frames_between_stages_hold_all_planes(shop):
    await shop.open(Stage.PREPROCESS)
    await shop.system.bus.declare(operation_queue("edit", "test.invert", 1))
    job = await shop.order(
        slip(step("0", "test.cut", stage=Stage.PREPROCESS), step("1", "test.invert")), await shop.photo(picture())
    )
    (visit,) = await shop.until(lambda: shop.events(StepFinished, job))
    frame = unpack(await shop.system.store.get(visit.frame.planes))
    assert sorted(frame.planes) == ["alpha", "rgb"]
    assert await shop.system.bus.depth(operation_queue("edit", "test.invert", 1)) == 1
