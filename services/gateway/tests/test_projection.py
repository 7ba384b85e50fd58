"""Events may come in any order, any number of times, and before the row they speak of: the end is the same."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import StepProgressed
from packshot.contracts.plan import Plan
from packshot.errors import DatabaseUnavailable
from packshot_gateway.database import Database, jobs, migrate, tables
from packshot_gateway.projection import listen
from packshot_gateway.projection.fold import fold
from packshot_gateway.traffic.shadows import shadow_id

from . import story
from .conftest import Ground
from .story import accepted, bucket_order, eventually, failed, first_visit, leaf, orders, pair_plan, rejected, said, started


def history() -> list[Envelope]:
    """A bucket's listing: one photo that works out, one whose second output fails, one that is no picture."""
    good, half, bad = bucket_order("good", shadow_plan()), bucket_order("half"), bucket_order("bad")
    plan = pair_plan()
    works, fails = good.jobs[0].job, half.jobs[0].job
    progressed = said(StepProgressed(job=works, step="0", operation="test.clean", fraction=0.5, note="half way"))
    again = leaf(works, plan, 1)  # the same visit, done twice: another event, the same picture
    return [
        accepted(good, "bucket-listing"), started(works), progressed, first_visit(works, plan), leaf(works, plan, 0),
        leaf(works, plan, 1), again,
        accepted(half, "bucket-listing"), first_visit(fails, plan), leaf(fails, plan, 0), failed(fails, plan, 1, final=False),
        failed(fails, plan, 1), rejected(bad, "bucket-listing"),
    ]  # fmt: skip


def shadow_plan() -> Plan:
    """The plan of what runs in the shadow of the photo that works out: a policy chose its first step's version."""
    plan = pair_plan()
    tried = plan.steps[0].model_copy(update={"major": 2, "routed": True})
    return plan.model_copy(update={"steps": (tried,)})


HISTORY = history()
EXPECTED: dict[str, object] = {}


@cache
def empty_database() -> Path:
    """A migrated SQLite file to copy."""
    path = Path(tempfile.mkdtemp()) / "empty.db"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(migrate, f"sqlite:///{path}").result()
    return path


async def state_after(folder: Path, batches: list[list[Envelope]]) -> dict[str, object]:
    """What the database says once these batches were folded."""
    shutil.copy(empty_database(), folder / "packshot.db")
    database = Database(f"sqlite:///{folder / 'packshot.db'}")
    try:
        for batch in batches:
            async with database.writing(jobs=True) as session:
                await fold(session, batch, overdue_s=120)
        return await read_state(database)
    finally:
        await database.close()


async def read_state(database: Database) -> dict[str, object]:
    async with database.reading() as session:
        rows = (await session.scalars(select(tables.Job).order_by(tables.Job.id))).all()
        outputs = await jobs.outputs_of(session, [row.id for row in rows])
        photos = (await session.scalars(select(tables.Photo).order_by(tables.Photo.id))).all()
        listings = (await session.scalars(select(tables.Listing))).all()
        ends = (await session.scalars(select(tables.Outgoing))).all()
        routes = (await session.scalars(select(tables.JobRoute).order_by(tables.JobRoute.job))).all()
        visits = (await session.scalars(select(tables.Visit).order_by(tables.Visit.event))).all()
    return {
        "listings": [(row.id, row.created_at) for row in listings],
        "photos": [(row.id, row.listing, row.state, row.artifact, row.width, row.failure) for row in photos],
        "jobs": [
            (row.id, row.listing, row.photo, row.recipe, row.state, row.progress, row.failure, row.done_steps, row.created_at)
            for row in rows
            if row.shadow_of is None
        ],
        "shadows": [(row.id, row.shadow_of, row.photo, row.state) for row in rows if row.shadow_of is not None],
        "routes": [(row.job, row.operation, row.major) for row in routes],
        "outputs": [
            (job, name, row.ready_by, row.artifact, row.failure, row.lineage)
            for job, named in sorted(outputs.items())
            for name, row in sorted(named.items())
        ],
        "ends": sorted((row.envelope["type"], row.envelope["data"]["job"], row.envelope["data"]["listing"]) for row in ends),
        "visits": [row.event for row in visits],
    }


@given(
    order=st.permutations(range(len(HISTORY))),
    doubled=st.lists(st.tuples(st.integers(0, len(HISTORY) - 1), st.integers(0, len(HISTORY) * 2)), max_size=len(HISTORY)),
    size=st.integers(1, 8),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_order_and_any_duplication_end_in_the_same_state(order: list[int], doubled: list[tuple[int, int]], size: int) -> None:
    told = [HISTORY[place] for place in order]
    for which, where in doubled:
        told.insert(where % (len(told) + 1), HISTORY[which])
    batches = [told[start : start + size] for start in range(0, len(told), size)]
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(state_after(Path(folder), batches))
    if not EXPECTED:
        with tempfile.TemporaryDirectory() as folder:
            EXPECTED.update(asyncio.run(state_after(Path(folder), [[event] for event in HISTORY])))
    assert found == EXPECTED


async def test_the_expected_state_is_the_right_one(tmp_path: Path) -> None:
    state = await state_after(tmp_path, [HISTORY])
    by_photo = {job[2]: job for job in state["jobs"]}
    good, half, bad = (bucket_order(name) for name in ("good", "half", "bad"))
    assert [by_photo[order.photo][4] for order in (good, half, bad)] == ["finished", "failed", "failed"]
    assert [by_photo[order.photo][5] for order in (good, half)] == [1.0, 2 / 3]
    assert by_photo[half.photo][6]["message"] == "The lens cap was on."
    assert by_photo[bad.photo][6]["message"] == "It is a text."
    works = good.jobs[0].job
    assert state["shadows"] == [(shadow_id(works), works, good.photo, "waiting")]
    assert state["routes"] == [(shadow_id(works), "test.clean", 2)]
    assert [end[0] for end in state["ends"]] == ["job.failed", "job.failed", "job.finished"]


async def test_a_job_goes_from_accepted_to_finished_in_steps(ground: Ground) -> None:
    listing = (await ground.submit()).json()
    job_id, plan = listing["jobs"][0]["id"], pair_plan()
    await eventually(lambda: ground.said("listing.received"))
    photo = orders(ground.said("listing.received")[0]).photos[0]
    await ground.tell(accepted(photo, listing["id"]))
    job = await ground.job(job_id)
    assert (job["state"], job["photo"]["state"], job["photo"]["artifact"]["media_type"]) == ("accepted", "accepted", "image/jpeg")
    seen = []
    for event in (started(job_id), first_visit(job_id, plan), leaf(job_id, plan, 1), leaf(job_id, plan, 0)):
        await ground.tell(event)
        job = await ground.job(job_id)
        seen.append((job["state"], round(job["progress"], 2), [output["ready"] for output in job["outputs"]]))
    assert seen == [
        ("running", 0.0, [False, False]),
        ("running", 0.33, [False, False]),
        ("running", 0.67, [False, True]),
        ("finished", 1.0, [True, True]),
    ]
    wide = job["outputs"][0]
    assert (wide["filename"], wide["width"], wide["findings"]) == ("mug-wide.jpg", 10, {"test.frame": {"verdict": "pass"}})
    assert [record["id"] for record in wide["lineage"]] == ["0", "1.0"]
    await eventually(lambda: ground.said("job.finished"))
    assert len(ground.said("job.finished")) == 1
    assert ground.said("job.finished")[0].data["listing"] == listing["id"]


async def test_a_job_fails_only_when_nothing_more_can_come(ground: Ground) -> None:
    job = (await ground.submit()).json()["jobs"][0]["id"]
    plan = pair_plan()
    await ground.tell(failed(job, plan, 0))
    assert (await ground.job(job))["state"] == "running"
    await ground.tell(leaf(job, plan, 1))
    ended = await ground.job(job)
    assert (ended["state"], ended["failure"]["message"]) == ("failed", "The lens cap was on.")
    assert [(output["ready"], bool(output["failure"])) for output in ended["outputs"]] == [(False, True), (True, False)]
    assert ended["ended_at"]
    await eventually(lambda: ground.said("job.failed"))


async def test_an_event_that_makes_no_sense_is_parked_and_the_others_go_on(ground: Ground) -> None:
    job = (await ground.submit()).json()["jobs"][0]["id"]
    broken = first_visit(job, pair_plan()).model_copy(update={"id": "broken", "data": {"job": job}})
    await asyncio.gather(*(ground.bus.publish(event) for event in (started(job), broken, first_visit(job, pair_plan()))))
    await eventually(lambda: len(ground.bus._dead))
    await ground.gateway.projection.drained()
    (letter,) = await ground.bus.dead_letters()
    assert letter.id == "broken"
    assert "cannot take this event in" in letter.reason
    assert round((await ground.job(job))["progress"], 2) == 0.33


async def test_while_the_database_is_away_events_wait(ground: Ground, monkeypatch) -> None:
    job = (await ground.submit()).json()["jobs"][0]["id"]
    calls = itertools.count()

    async def flaky(*given, **named):
        if next(calls) < 3:
            raise DatabaseUnavailable
        return await fold(*given, **named)

    monkeypatch.setattr(listen, "fold", flaky)
    plan = pair_plan()
    for event in (started(job), first_visit(job, plan), leaf(job, plan, 0), leaf(job, plan, 1)):
        await ground.bus.publish(event)
    assert (await ground.ended(job))["state"] == "finished"
    assert not await ground.bus.dead_letters()
    assert next(calls) > 3


async def test_a_burst_of_three_hundred_events_ends_a_hundred_jobs(ground: Ground) -> None:
    plan = story.pair_plan()
    listings = [(await ground.submit(*[(f"{n}.jpg", b"x") for n in range(25)])).json() for _ in range(4)]
    ids = [job["id"] for listing in listings for job in listing["jobs"]]
    events = [event for job in ids for event in (first_visit(job, plan), leaf(job, plan, 0), leaf(job, plan, 1))]
    await ground.tell(*events)
    states = {job["state"] for job in (await ground.http.get("/v1/jobs", params={"limit": 500})).json()}
    assert states == {"finished"}
