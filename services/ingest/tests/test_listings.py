"""What ingest makes of a listing."""

import asyncio

import pytest

from packshot.bus.topology import operation_queue, subscription_queue
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import PhotoAccepted, PhotoRejected, StepFailed, StepRun
from packshot.contracts.plan import PlannedBranch
from packshot.errors import StoreUnavailable

from .conftest import eventually, listing, order, picture, plan, step


async def test_a_stored_photo_is_accepted_and_its_job_started(ingest):
    ref = await ingest.stored(picture(40, 30))
    await ingest.receive(listing(order("front", ref), urgent=False))
    (run,) = await ingest.started()
    (accepted,) = await ingest.ears.until(PhotoAccepted)
    assert (accepted.photo, accepted.artifact, accepted.width, accepted.height, accepted.format) == ("front", ref, 40, 30, "png")
    assert (accepted.tenant, accepted.sku, accepted.filename) == ("shop", "SKU 1", "front.png")
    assert [job.job for job in accepted.jobs] == ["front-0"]
    assert (run.job, run.tenant, run.attempt, run.photos) == ("front-0", "shop", 1, ())
    assert (run.frame.key, run.frame.photo, run.frame.width, run.frame.height) == (ref.digest, ref, 40, 30)
    assert run.branch == PlannedBranch(steps=(step(),), output="main")


async def test_urgent_work_goes_to_the_urgent_queue(ingest):
    urgent = []

    async def hear(delivery):
        urgent.append(delivery.envelope.body(StepRun))

    await ingest.bus.consume(operation_queue("preprocess", "my.first", 1), hear, urgent=True)
    await ingest.receive(listing(order("front", await ingest.stored(picture())), urgent=True))
    await ingest.ears.until(PhotoAccepted)

    async def came():
        return urgent

    await eventually(came)
    assert [run.urgent for run in urgent] == [True]


async def test_a_bad_photo_is_rejected_with_its_jobs_and_the_others_go_on(ingest):
    good = await ingest.stored(picture())
    text = await ingest.stored(b"<html>no photo</html>", "image/jpeg")
    cut = await ingest.stored(picture(400, 300, "JPEG")[:500], "image/jpeg")
    gone = ArtifactRef(digest="0" * 64, media_type="image/png", size=10)
    await ingest.receive(listing(order("a", text), order("b", good), order("c", cut), order("d", gone), order("e", good)))
    runs = await ingest.started(2)
    rejected = {event.photo: event for event in await ingest.ears.until(PhotoRejected, 3)}
    assert sorted(run.job for run in runs) == ["b-0", "e-0"]
    assert sorted(rejected) == ["a", "c", "d"]
    assert rejected["a"].failure.code == "bad_photo"
    assert "HTML" in rejected["a"].failure.message
    assert "cut off" in rejected["c"].failure.message
    assert rejected["d"].failure.code == "artifact_missing"
    assert rejected["a"].jobs == ("a-0",)


async def test_several_jobs_of_one_photo(ingest):
    second = plan(step(operation="my.second"), recipe="other")
    await ingest.receive(listing(order("front", await ingest.stored(picture()), plans=[plan(step()), second])))
    runs = await ingest.started(2)
    assert [(run.job, run.branch.steps[0].operation) for run in runs] == [("front-0", "my.first"), ("front-1", "my.second")]


async def test_a_plan_that_splits_first_starts_every_branch(ingest):
    below = PlannedBranch(steps=(step("1.0"),), output="b")
    split = plan(
        branches=(
            PlannedBranch(steps=(step("0.0"),), output="a"),
            PlannedBranch(branches=(below, PlannedBranch(steps=(step("1.1", "my.second"),), output="c"))),
        )
    )
    await ingest.receive(listing(order("front", await ingest.stored(picture()), plans=[split])))
    runs = await ingest.started(3)
    assert [(run.branch.steps[0].id, run.branch.output) for run in runs] == [("0.0", "a"), ("1.0", "b"), ("1.1", "c")]
    assert len(set(ingest.ears.ids(StepRun))) == 3


async def test_a_generator_starts_without_a_photo(ingest):
    await ingest.receive(listing(order("none", plans=[plan(step())])))
    (run,) = await ingest.started()
    assert run.frame.photo is None
    assert len(run.frame.key) == 64
    assert ingest.ears.all(PhotoAccepted) == []


async def test_a_job_over_the_listing_gets_all_accepted_photos(ingest):
    refs = [await ingest.stored(picture(20 + index)) for index in range(3)]
    bad = await ingest.stored(b"nothing", "image/png")
    board = order("a", refs[0], plans=[plan(step(), over="listing")])
    others = [order("b", bad, plans=[]), order("c", refs[1], plans=[]), order("d", refs[2], plans=[])]
    await ingest.receive(listing(board, *others))
    run = next(run for run in await ingest.started() if run.job == "a-0")
    assert run.frame.photo == refs[0]
    assert run.photos == tuple(refs)


async def test_a_step_finds_the_photo_it_names_at_its_place(ingest):
    refs = [await ingest.stored(picture(20 + index)) for index in range(2)]
    bad = await ingest.stored(b"nothing", "image/png")
    blend = order("a", refs[0], plans=[plan(step(other=2))])
    await ingest.receive(listing(blend, order("b", bad), order("c", refs[1])))
    runs = {run.job: run for run in await ingest.started(2)}
    assert len(runs["a-0"].photos) == 3
    assert runs["a-0"].photos[2] == refs[1]
    assert bad not in runs["a-0"].photos
    assert runs["c-0"].photos == ()


@pytest.mark.parametrize(("position", "message"), [(1, "photo 1, which was rejected"), (7, "the listing has 2 photos")])
async def test_a_job_whose_further_photo_is_not_there_fails_alone(ingest, position, message):
    bad = await ingest.stored(b"nothing", "image/png")
    blend = order("a", await ingest.stored(picture()), plans=[plan(step(other=position)), plan(step())])
    await ingest.receive(listing(blend, order("b", bad)))
    (failed,) = await ingest.ears.until(StepFailed)
    (run,) = await ingest.started()
    assert (failed.job, failed.final, failed.outputs, failed.step) == ("a-0", True, ("main",), "0")
    assert message in failed.failure.message
    assert run.job == "a-1"


async def test_a_listing_that_comes_twice_says_the_same_under_the_same_ids(ingest):
    bad = await ingest.stored(b"nothing", "image/png")
    twice = listing(order("a", await ingest.stored(picture())), order("b", bad))
    await ingest.receive(twice)
    await ingest.receive(twice)
    await ingest.started(2)
    for kind in (PhotoAccepted, PhotoRejected, StepRun):
        await ingest.ears.until(kind, 2)
        assert len(set(ingest.ears.ids(kind))) == 1
        first, second = ingest.ears.all(kind)
        assert first == second


async def test_work_waits_in_the_queue_of_a_worker_that_has_never_been_there(ingest):
    late = plan(step(operation="my.late", stage="edit"))
    await ingest.receive(listing(order("front", await ingest.stored(picture()), plans=[late])))
    queue = operation_queue("edit", "my.late", 1)
    assert await eventually(lambda: ingest.bus.depth(queue))


async def test_a_message_that_is_no_listing_is_parked(ingest):
    envelope = Envelope(source="x", type="listing.received", dataschema="x", data={"photos": 7})
    await ingest.bus.publish(envelope)
    (letter,) = await eventually(ingest.bus.dead_letters)
    assert letter.queue == subscription_queue("ingest")


async def test_a_store_that_is_away_is_outlasted(ingest, monkeypatch):
    ref = await ingest.stored(picture())
    get = ingest.store.get
    left = [StoreUnavailable("away"), StoreUnavailable("still away")]

    async def away(wanted):
        if left:
            raise left.pop()
        return await get(wanted)

    monkeypatch.setattr(ingest.store, "get", away)
    await ingest.receive(listing(order("front", ref)))
    await ingest.started()
    assert left == []
    assert ingest.ears.all(PhotoRejected) == []


async def test_a_listing_is_handed_back_when_the_service_stops_before_the_store_returns(ingest, monkeypatch):
    ref = await ingest.stored(picture())
    asked = asyncio.Event()

    async def away(wanted):
        asked.set()
        raise StoreUnavailable("away")

    monkeypatch.setattr(ingest.store, "get", away)
    await ingest.receive(listing(order("front", ref)))
    await asked.wait()
    ingest.system.stopping.set()
    assert await eventually(lambda: ingest.bus.depth(subscription_queue("ingest")))
    assert ingest.ears.all(PhotoRejected) == []
