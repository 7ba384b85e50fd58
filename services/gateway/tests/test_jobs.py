"""Cancelling, retrying, following."""

from __future__ import annotations

import asyncio
import json

import httpx

from .conftest import Ground
from .story import accepted, eventually, failed, first_visit, leaf, orders, pair_plan, rejected, started


def heard(answer: httpx.Response) -> list[tuple[int, str, dict]]:
    """Server-sent events: id, type, body."""
    found = []
    for block in answer.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


async def submitted(ground: Ground, *photos: tuple[str, bytes]) -> tuple[dict, list]:
    """A listing, and what ingest was told of its photos."""
    listing = (await ground.submit(*photos)).json()
    await eventually(lambda: any(event.subject == listing["id"] for event in ground.said("listing.received")))
    told = next(event for event in ground.said("listing.received") if event.subject == listing["id"])
    return listing, list(orders(told).photos)


async def test_a_follower_hears_everything_and_then_the_stream_ends(ground: Ground) -> None:
    listing, (photo,) = await submitted(ground)
    job, plan = listing["jobs"][0]["id"], pair_plan()
    following = asyncio.create_task(ground.http.get(f"/v1/jobs/{job}/events", timeout=20))
    for event in (accepted(photo, listing["id"]), started(job), first_visit(job, plan), leaf(job, plan, 0)):
        await ground.tell(event)
    assert not following.done()
    await ground.tell(leaf(job, plan, 1))
    answer = await following
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = heard(answer)
    kinds = ["photo.accepted", "step.started", "step.finished", "step.finished", "step.finished", "job.finished"]
    assert [kind for _, kind, _ in events] == kinds
    assert [body["state"] for _, _, body in events] == ["accepted", *["running"] * 4, "finished"]
    assert [round(body["progress"], 2) for _, _, body in events] == [0, 0, 0.33, 0.67, 1.0, 1.0]
    resumed = await ground.http.get(f"/v1/jobs/{job}/events", headers={"Last-Event-ID": str(events[2][0])})
    assert heard(resumed) == events[3:]


async def test_a_listing_is_followed_until_its_last_job_has_ended(ground: Ground) -> None:
    listing, photos = await submitted(ground, ("a.jpg", b"a"), ("b.jpg", b"b"))
    first, second = (job["id"] for job in listing["jobs"])
    plan = pair_plan()
    following = asyncio.create_task(ground.http.get(f"/v1/listings/{listing['id']}/events", timeout=20))
    await ground.tell(leaf(first, plan, 0), leaf(first, plan, 1))
    assert not following.done()
    await ground.tell(rejected(photos[1], listing["id"]))
    events = heard(await following)
    assert {(kind, body["job"]) for _, kind, body in events} >= {("job.finished", first), ("job.failed", second)}
    assert events[-1][1] == "job.failed"
    assert events[-1][2]["message"] == "It is a text."


async def test_a_cancelled_job_is_told_to_the_workers_once_and_stays_cancelled(ground: Ground) -> None:
    listing, _ = await submitted(ground)
    job, plan = listing["jobs"][0]["id"], pair_plan()
    await ground.tell(first_visit(job, plan))
    for _ in range(2):
        answer = await ground.http.post(f"/v1/jobs/{job}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    await eventually(lambda: ground.said("job.cancelled"))
    await ground.tell(leaf(job, plan, 0), leaf(job, plan, 1))
    assert (await ground.job(job))["state"] == "cancelled"
    assert [output["ready"] for output in (await ground.job(job))["outputs"]] == [True, True], "what was made is not hidden"
    assert len(ground.said("job.cancelled")) == 1
    assert not ground.said("job.finished")
    ground.problem(await ground.http.post(f"/v1/jobs/{job}/retry"), 409, "conflict")


async def test_a_retried_job_goes_on_where_it_failed(ground: Ground) -> None:
    listing, (photo,) = await submitted(ground)
    job, plan = listing["jobs"][0]["id"], pair_plan()
    await ground.bus.declare("op.edit.test.clean.v1")
    broken = failed(job, plan, 1)
    await ground.tell(accepted(photo, listing["id"]), first_visit(job, plan), leaf(job, plan, 0), broken)
    assert (await ground.ended(job))["state"] == "failed"
    answer = await ground.http.post(f"/v1/jobs/{job}/retry")
    assert (answer.json()["state"], answer.json()["failure"]) == ("running", None)
    await eventually(lambda: ground.bus._queues["op.edit.test.clean.v1"].waiting)
    (sent,) = (item.envelope.data for item in ground.bus._queues["op.edit.test.clean.v1"].waiting)
    assert sent["branch"]["output"] == "narrow", "only what is missing"
    assert sent["frame"]["planes"]["digest"] == "a" * 64, "from the last visit"
    await ground.tell(broken)
    assert (await ground.job(job))["state"] == "running", "an old failure that comes again changes nothing"
    await ground.tell(leaf(job, plan, 1))
    assert (await ground.ended(job))["state"] == "finished"
    events = heard(await ground.http.get(f"/v1/jobs/{job}/events"))
    assert [kind for _, kind, _ in events if kind.startswith("job.")] == ["job.retried", "job.finished"]


async def test_jobs_are_listed_by_state_newest_first(ground: Ground) -> None:
    ids = [(await ground.submit()).json()["jobs"][0]["id"] for _ in range(3)]
    plan = pair_plan()
    await ground.tell(leaf(ids[0], plan, 0), leaf(ids[0], plan, 1))
    assert [job["id"] for job in (await ground.http.get("/v1/jobs")).json()] == ids[::-1]
    finished = (await ground.http.get("/v1/jobs", params={"state": "finished"})).json()
    assert [job["id"] for job in finished] == ids[:1]
    assert len((await ground.http.get("/v1/jobs", params={"limit": 1})).json()) == 1
    ground.problem(await ground.http.get("/v1/jobs", params={"state": "lost"}), 422, "bad_request")
