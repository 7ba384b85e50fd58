"""A job that nobody hears of is sent on its way again, and one beyond help ends with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from packshot.bus.protocol import DeadLetter
from packshot.contracts.messages import StepRun
from packshot.contracts.result import FrameRef
from packshot_gateway.database import tables

from .conftest import Ground, working
from .story import accepted, eventually, first_visit, leaf, pair_plan, said
from .test_jobs import submitted

QUEUE = "op.edit.test.clean.v1"


async def make_overdue(ground: Ground) -> None:
    async with ground.gateway.database.writing(jobs=True) as session:
        await session.execute(update(tables.Job).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))


async def reconcile(ground: Ground) -> list[dict]:
    """What the reconciler sends to the queue when everything is overdue."""
    await ground.bus.declare(QUEUE)
    ground.bus._queues[QUEUE].waiting.clear()
    await make_overdue(ground)
    await ground.gateway.reconciler.look()
    while await ground.gateway.relay.send_batch():
        pass
    return [item.envelope.data for item in ground.bus._queues[QUEUE].waiting]


async def test_a_listing_that_ingest_never_answered_is_announced_again(ground: Ground) -> None:
    await submitted(ground, ("a.jpg", b"a"), ("b.jpg", b"b"))
    assert await reconcile(ground) == []
    await eventually(lambda: len(ground.said("listing.received")) == 2)
    first, second = ground.said("listing.received")
    assert second.data == first.data
    assert second.id != first.id


async def test_a_job_is_dispatched_from_its_photo_then_from_its_last_visits(ground: Ground) -> None:
    listing, (photo,) = await submitted(ground)
    job, plan = listing["jobs"][0]["id"], pair_plan()
    await ground.tell(accepted(photo, listing["id"]))
    (whole,) = await reconcile(ground)
    assert whole["frame"]["photo"]["digest"] == photo.artifact.digest
    assert [step["id"] for step in whole["branch"]["steps"]] == ["0"]
    assert len(whole["branch"]["branches"]) == 2
    assert whole["repairs_left"] == 1
    await ground.tell(first_visit(job, plan))
    assert {sent["branch"]["output"] for sent in await reconcile(ground)} == {"wide", "narrow"}
    await ground.tell(leaf(job, plan, 0))
    (last,) = await reconcile(ground)
    assert (last["branch"]["output"], last["frame"]["planes"]["digest"]) == ("narrow", "a" * 64)
    await ground.tell(leaf(job, plan, 1))
    assert await reconcile(ground) == []


async def test_a_job_in_a_queue_or_without_a_live_worker_is_left_alone(ground: Ground) -> None:
    listing, (photo,) = await submitted(ground)
    await ground.tell(accepted(photo, listing["id"]))
    assert len(await reconcile(ground)) == 1
    await make_overdue(ground)
    await ground.gateway.reconciler.look()
    assert await ground.gateway.relay.send_batch() == 0, "it waits in its queue"
    ground.bus._queues[QUEUE].waiting.clear()
    async with ground.gateway.database.writing() as session:
        await session.execute(update(tables.Worker).values(departed_at=datetime.now(UTC)))
    ground.gateway.catalogue.refresh()
    for _ in range(10):
        assert await reconcile(ground) == [], "no worker offers it"
    assert (await ground.job(listing["jobs"][0]["id"]))["state"] == "accepted"


async def test_after_so_many_dispatches_without_news_a_job_has_failed(ground: Ground) -> None:
    listing, (photo,) = await submitted(ground)
    await ground.tell(accepted(photo, listing["id"]))
    times = 0
    while await reconcile(ground):
        times += 1
    assert times == ground.gateway.settings.max_redispatches
    job = await ground.job(listing["jobs"][0]["id"])
    assert (job["state"], job["failure"]["code"]) == ("failed", "gave_up")
    assert "test.clean" in job["failure"]["message"]
    await eventually(lambda: ground.said("job.failed"))


async def test_a_job_whose_command_was_parked_fails_until_the_dead_letter_is_retried(ground: Ground) -> None:
    listing, (photo,) = await submitted(ground)
    job = listing["jobs"][0]["id"]
    await ground.tell(accepted(photo, listing["id"]))
    command = said(StepRun(job=job, branch=pair_plan(), frame=FrameRef(key="k")))
    await ground.bus.declare(QUEUE)
    ground.bus._dead.append(DeadLetter(id=command.id, queue=QUEUE, reason="delivered 6 times", envelope=command))
    assert await reconcile(ground) == []
    ended = await ground.job(job)
    assert (ended["state"], ended["failure"]["code"]) == ("failed", "dead_letter")
    assert command.id in ended["failure"]["message"]
    (letter,) = (await ground.http.get("/v1/dead")).json()
    assert letter["reason"] == "delivered 6 times"
    assert (await ground.http.post(f"/v1/dead/{command.id}/retry")).status_code == 204
    assert (await ground.job(job))["state"] == "running"
    assert await ground.bus.depth(QUEUE) == 1
    ground.problem(await ground.http.delete(f"/v1/dead/{command.id}"), 404, "not_found")


async def test_a_restarted_embedded_system_goes_on_with_what_was_not_finished(tmp_path, database_url: str) -> None:
    async with working(tmp_path, database_url) as before:
        await before.offer_operations()
        listing, (photo,) = await submitted(before)
        job, plan = listing["jobs"][0]["id"], pair_plan()
        await before.tell(accepted(photo, listing["id"]), first_visit(job, plan), leaf(job, plan, 0))
    async with working(tmp_path, database_url) as after:
        await eventually(lambda: QUEUE in after.bus._queues and after.bus._queues[QUEUE].waiting)
        (sent,) = (item.envelope.data for item in after.bus._queues[QUEUE].waiting)
        assert sent["branch"]["output"] == "narrow"
        await after.tell(leaf(job, plan, 1))
        assert (await after.ended(job))["state"] == "finished"
