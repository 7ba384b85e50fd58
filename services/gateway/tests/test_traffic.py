"""Operators decide which version of an operation answers; merchants notice nothing but better pictures."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from packshot.contracts.messages import StepRun, TrafficAsked, TrafficSet, WorkerAnnounced, WorkerDeparted
from packshot.contracts.plan import Plan
from packshot.contracts.routing import Traffic
from packshot_gateway.database import tables
from packshot_gateway.database.keys import Scope
from packshot_gateway.traffic import shadows
from packshot_gateway.traffic.shadows import AT_ONCE, shadow_id

from .conftest import Ground, working
from .story import accepted, eventually, failed, leaf, operation, orders, said
from .test_tenants import key_for

SECOND = operation("test.clean").model_copy(update={"version": "2.0.0"})
URL = "/v1/traffic/test.clean"
QUEUES = ["op.edit.test.clean.v1", "op.edit.test.clean.v2"]
ONE_STEP = "name: one\nsteps: [{operation: test.clean}]\noutput: made"


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shadows begin when a test says so."""
    monkeypatch.setattr(shadows, "TICK_S", 3600)


@pytest.fixture
async def two(ground: Ground) -> Ground:
    """Both majors of test.clean are live, one with a worker of its own."""
    await ground.tell(said(WorkerAnnounced(worker="w2", service="edit", operations=(SECOND,))))
    for queue in QUEUES:
        await ground.bus.declare(queue)
    return ground


async def set_trial(ground: Ground, **trial) -> dict:
    answer = await ground.http.put(f"{URL}/trial", json={"major": 2, **trial})
    assert answer.status_code == 200, answer.text
    return answer.json()["policy"]


async def planned(ground: Ground, count: int = 1, **fields) -> list[tuple[str, int]]:
    """Digests of new photos, each with the major of test.clean that its job got."""
    photos = [(f"{index}.jpg", f"photo {fields} {index}".encode()) for index in range(count)]
    listing = (await ground.submit(*photos, recipe=[], recipe_yaml=ONE_STEP, **fields)).json()
    await eventually(lambda: any(event.subject == listing["id"] for event in ground.said("listing.received")))
    told = next(event for event in ground.said("listing.received") if event.subject == listing["id"])
    return [(photo.artifact.digest, photo.jobs[0].plan.steps[0].major) for photo in orders(told).photos]


async def test_without_a_policy_the_highest_live_version_answers(two: Ground) -> None:
    assert {major for _, major in await planned(two)} == {2}
    await two.tell(said(WorkerDeparted(worker="w2")))
    assert {major for _, major in await planned(two)} == {1}


async def test_a_canary_gets_exactly_the_photos_that_the_hash_says(two: Ground) -> None:
    policy = Traffic.model_validate(await set_trial(two, share=0.3))
    found = await planned(two, 80)
    assert [major for _, major in found] == [2 if policy.picks("local", digest) else 1 for digest, _ in found]
    assert 8 <= sum(major == 2 for _, major in found) <= 40
    assert await planned(two, 80) == found, "the same photos again get the same versions"
    wider = Traffic.model_validate(await set_trial(two, share=0.6))
    assert wider.salt == policy.salt, "a larger share keeps those it had"


async def test_a_step_that_pins_a_version_keeps_it(two: Ground) -> None:
    await set_trial(two, share=1.0)
    pinned = "name: one\nsteps: [{operation: test.clean@1}]\noutput: made"
    listing = (await two.submit(recipe=[], recipe_yaml=pinned)).json()
    async with two.gateway.database.reading() as session:
        plan = await session.scalar(select(tables.Job.plan).where(tables.Job.id == listing["jobs"][0]["id"]))
        assert Plan.model_validate(plan).steps[0].major == 1
        assert (await session.scalars(select(tables.JobRoute))).all() == [], "no policy chose it, so it is not counted"


async def test_a_canary_whose_workers_are_gone_keeps_nobody_waiting(two: Ground) -> None:
    await set_trial(two, share=1.0)
    assert {major for _, major in await planned(two)} == {2}
    await two.tell(said(WorkerDeparted(worker="w2")))
    assert {major for _, major in await planned(two)} == {1}


async def test_promote_and_roll_back_and_roll_back_the_promotion(two: Ground) -> None:
    await set_trial(two, share=0.2)
    assert (await two.http.post(f"{URL}/rollback")).json()["policy"]["candidate"] is None
    assert {major for _, major in await planned(two, 9)} == {1}
    await set_trial(two, share=0.2)
    promoted = (await two.http.post(f"{URL}/promote")).json()["policy"]
    assert (promoted["stable"], promoted["candidate"], promoted["previous"]) == (2, None, 1)
    assert {major for _, major in await planned(two, 9)} == {2}
    back = (await two.http.post(f"{URL}/rollback")).json()["policy"]
    assert (back["stable"], back["previous"]) == (1, None)
    two.problem(await two.http.post(f"{URL}/rollback"), 409, "conflict")
    assert (await two.http.delete(URL)).json()["policy"] is None
    assert {major for _, major in await planned(two)} == {2}


async def test_a_pinned_operation_stays_where_it_is_when_a_new_version_appears(two: Ground) -> None:
    await two.http.post(f"{URL}/promote", json={"major": 1})
    third = operation("test.clean").model_copy(update={"version": "3.0.0"})
    await two.tell(said(WorkerAnnounced(worker="w3", service="edit", operations=(third,))))
    assert {major for _, major in await planned(two)} == {1}


async def test_one_word_takes_back_a_version_that_has_just_appeared(two: Ground) -> None:
    assert (await two.http.post(f"{URL}/rollback")).json()["policy"]["stable"] == 1


@pytest.mark.parametrize(
    ("asked", "problem", "says"),
    [
        (("PUT", f"{URL}/trial", {"major": 7}), (422, "unknown_name"), "test.clean@2"),
        (("PUT", "/v1/traffic/test.claen/trial", {"major": 2}), (422, "unknown_name"), "test.clean"),
        (("PUT", "/v1/traffic/test.draw/trial", {"major": 1}), (409, "conflict"), "only test.draw@1"),
        (("PUT", f"{URL}/trial", {"major": 2, "share": 1.5}), (422, "bad_request"), "share"),
        (("PUT", f"{URL}/trial", {"major": 2, "sahre": 0.5}), (422, "bad_request"), "sahre"),
        (("POST", f"{URL}/promote", None), (409, "conflict"), "Name the one"),
        (("POST", "/v1/traffic/test.draw/rollback", None), (409, "conflict"), "nothing to roll"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    two: Ground, asked: tuple[str, str, dict | None], problem: tuple[int, str], says: str
) -> None:
    method, path, body = asked
    assert says in two.problem(await two.http.request(method, path, json=body), *problem)
    assert (await two.http.get("/v1/traffic")).json() == []


async def test_a_version_without_workers_is_neither_tried_nor_promoted(two: Ground) -> None:
    await two.tell(said(WorkerDeparted(worker="w2")))
    assert "would wait" in two.problem(await two.http.put(f"{URL}/trial", json={"major": 2}), 409, "conflict")
    two.problem(await two.http.post(f"{URL}/promote", json={"major": 2}), 409, "conflict")


async def test_everybody_who_plans_is_told_of_each_change_and_whoever_asks(two: Ground) -> None:
    await set_trial(two, share=0.5)
    await two.http.post(f"{URL}/promote")
    await eventually(lambda: len(two.said("traffic.set")) == 2)
    first, second = (event.body(TrafficSet) for event in two.said("traffic.set"))
    assert (first.policies[0].candidate, second.policies[0].stable) == (2, 2)
    assert first.revision < second.revision
    await two.http.delete(URL)
    await two.tell(said(TrafficAsked()))
    await eventually(lambda: len(two.said("traffic.set")) == 4)
    last = two.said("traffic.set")[-1].body(TrafficSet)
    assert (last.policies, last.revision > second.revision) == ((), True)


async def test_the_scope_admin_is_needed(tmp_path, database_url: str) -> None:
    async with working(tmp_path, database_url, auth="keys") as shops:
        await shops.offer_operations()
        writes = await key_for(shops, "mine", Scope.READ, Scope.WRITE)
        asked = [("GET", "/v1/traffic"), ("GET", URL), ("PUT", f"{URL}/trial"), ("POST", f"{URL}/promote"),
                 ("POST", f"{URL}/rollback"), ("DELETE", URL), ("GET", f"{URL}/shadows")]  # fmt: skip
        for method, path in asked:
            body = {"major": 1} if method == "PUT" else None
            shops.problem(await shops.http.request(method, path, json=body, headers=writes), 403, "forbidden")
            shops.problem(await shops.http.request(method, path, json=body), 401, "unauthorized")


async def test_tenants_narrow_a_trial(tmp_path, database_url: str) -> None:
    async with working(tmp_path, database_url, auth="keys") as shops:
        await shops.offer_operations()
        await shops.tell(said(WorkerAnnounced(worker="w2", service="edit", operations=(SECOND,))))
        mine, other = await key_for(shops, "mine", *Scope), await key_for(shops, "other", *Scope)
        await shops.http.put(f"{URL}/trial", json={"major": 2, "tenants": ["mine"]}, headers=mine)
        assert {major for _, major in await planned(shops, headers=mine)} == {2}
        assert {major for _, major in await planned(shops, headers=other)} == {1}


async def finished(ground: Ground) -> tuple[dict, Plan, dict]:
    """A listing of the recipe `pair` as it was submitted, the plan of its job, and the listing once the job has ended."""
    listing = (await ground.submit()).json()
    await eventually(lambda: any(event.subject == listing["id"] for event in ground.said("listing.received")))
    (photo,) = orders(next(event for event in ground.said("listing.received") if event.subject == listing["id"])).photos
    plan = photo.jobs[0].plan
    await ground.tell(accepted(photo, listing["id"]))
    job = listing["jobs"][0]["id"]
    await ground.tell(leaf(job, plan, 0), leaf(job, plan, 1))
    return listing, plan, (await ground.http.get(f"/v1/listings/{listing['id']}")).json()


async def commands(ground: Ground, major: int) -> list[StepRun]:
    """What the shadows' starter sends to the queue of a major."""
    await ground.gateway.shadows.look()
    while await ground.gateway.relay.send_batch():
        pass
    return [item.envelope.body(StepRun) for item in ground.bus._queues[QUEUES[major - 1]].waiting]


async def test_a_shadow_runs_after_its_job_and_no_merchant_sees_it(two: Ground) -> None:
    await set_trial(two, mode="shadow")
    listing, plan, shown = await finished(two)
    assert plan.steps[0].major == 1
    job = listing["jobs"][0]["id"]
    await eventually(lambda: two.said("job.finished"))
    (run,) = await commands(two, 2)
    assert (run.job, run.branch.steps[0].major, run.urgent) == (shadow_id(job), 2, False)
    assert await commands(two, 1) == []

    shadow_plan = plan.model_copy(update={"steps": run.branch.steps})
    await two.tell(leaf(run.job, shadow_plan, 0), leaf(run.job, shadow_plan, 1))
    after = (await two.http.get(f"/v1/listings/{listing['id']}")).json()
    assert after == shown, "the listing is as it was"
    assert [each["id"] for each in (await two.http.get("/v1/jobs")).json()] == [job]
    two.problem(await two.http.get(f"/v1/jobs/{run.job}"), 404, "not_found")
    two.problem(await two.http.post(f"/v1/jobs/{run.job}/cancel"), 404, "not_found")
    assert [event.data["job"] for event in two.said("job.finished")] == [job], "no word of it on the bus"

    (pair,) = (await two.http.get(f"{URL}/shadows")).json()
    assert (pair["job"]["id"], pair["shadow"]["id"], pair["shadow"]["state"]) == (job, run.job, "finished")
    view = (await two.http.get(URL)).json()
    rows = {(row["major"], row["shadow"]): (row["role"], row["jobs"], row["finished"]) for row in view["versions"]}
    assert rows == {(1, False): ("stable", 1, 1), (2, False): ("shadow", 0, 0), (2, True): ("shadow", 1, 1)}


async def test_what_is_made_in_shadow_is_shown_to_admins_only(tmp_path, database_url: str) -> None:
    async with working(tmp_path, database_url, auth="keys") as shops:
        await shops.offer_operations()
        artifact = await shops.gateway.system.store.put(b"made in shadow", "image/jpeg")
        async with shops.gateway.database.writing() as session:
            session.add(_hidden("original", None))
            session.add(_hidden("hidden", "original"))
            await session.flush()
            row = {"job": "hidden", "name": "x", "tenant": "mine", "digest": artifact.digest}
            session.add(tables.Output(**row, artifact=artifact.model_dump(mode="json")))
        merchant, operator = await key_for(shops, "mine"), await key_for(shops, "mine", *Scope)
        path = f"/v1/artifacts/{artifact.digest}"
        shops.problem(await shops.http.get(path, headers=merchant), 404, "not_found")
        assert (await shops.http.get(path, headers=operator)).content == b"made in shadow"


def _hidden(id: str, of: str | None) -> tables.Job:
    now = said(TrafficAsked()).time
    return tables.Job(id=id, tenant="mine", state="finished", done_steps=[], created_at=now, due_at=now, shadow_of=of)


async def test_a_failing_shadow_harms_nothing_and_is_counted(two: Ground) -> None:
    await set_trial(two, mode="shadow")
    listing, plan, shown = await finished(two)
    (run,) = await commands(two, 2)
    await two.tell(failed(run.job, plan, 0), failed(run.job, plan, 1))
    assert (await two.http.get(f"/v1/listings/{listing['id']}")).json() == shown
    assert two.said("job.failed") == []
    (row,) = [row for row in (await two.http.get(URL)).json()["versions"] if row["shadow"]]
    assert (row["failed"], row["finished"]) == (1, 0)


async def test_a_shadow_waits_while_anybody_else_does(two: Ground) -> None:
    await set_trial(two, mode="shadow")
    listing, plan, _ = await finished(two)
    order = StepRun(job="somebody's", branch=plan, frame={"key": "k"})
    await two.bus.send(QUEUES[1], said(order))
    assert [run.job for run in await commands(two, 2)] == ["somebody's"]
    two.bus._queues[QUEUES[1]].waiting.clear()
    assert [run.job for run in await commands(two, 2)] == [shadow_id(listing["jobs"][0]["id"])]


async def test_shadows_that_nobody_wants_any_more_do_not_begin(two: Ground) -> None:
    await set_trial(two, mode="shadow")
    await finished(two)
    await two.http.post(f"{URL}/rollback")
    assert await commands(two, 2) == []
    assert (await two.http.get(f"{URL}/shadows")).json() == []
    async with two.gateway.database.reading() as session:
        assert await session.scalar(select(tables.Job.state).where(tables.Job.shadow_of.is_not(None))) == "cancelled"


async def test_a_shadow_waits_for_a_candidate_whose_worker_is_away(two: Ground) -> None:
    await set_trial(two, mode="shadow")
    listing, _, _ = await finished(two)
    await two.tell(said(WorkerDeparted(worker="w2")))
    assert await commands(two, 2) == []
    await two.tell(said(WorkerAnnounced(worker="w2", service="edit", operations=(SECOND,))))
    assert [run.job for run in await commands(two, 2)] == [shadow_id(listing["jobs"][0]["id"])]


async def test_few_shadows_are_under_way_at_a_time(two: Ground) -> None:
    await set_trial(two, mode="shadow")
    for _ in range(AT_ONCE + 2):
        await finished(two)
    two.gateway.shadows._bus = Empty(two.bus)
    assert len(await commands(two, 2)) == AT_ONCE


class Empty:
    """A bus whose queues are never found filled."""

    def __init__(self, bus) -> None:
        self.bus = bus

    async def depth(self, queue: str) -> int:
        return 0


async def test_a_cancelled_job_takes_its_shadow_with_it(two: Ground) -> None:
    await set_trial(two, mode="shadow")
    job = (await two.submit()).json()["jobs"][0]["id"]
    assert (await two.http.post(f"/v1/jobs/{job}/cancel")).json()["state"] == "cancelled"
    assert await commands(two, 2) == []
    async with two.gateway.database.reading() as session:
        assert set(await session.scalars(select(tables.Job.state))) == {"cancelled"}


async def test_seconds_are_those_of_the_operation_and_not_of_the_cache(two: Ground) -> None:
    await set_trial(two, share=1.0)
    await finished(two)
    async with two.gateway.database.writing() as session:
        for output in await session.scalars(select(tables.Output)):
            output.lineage = [
                {**output.lineage[0], "version": "2.0.0", "seconds": 0.6144},
                {**output.lineage[0], "id": "x", "version": "2.0.0", "seconds": 99, "cached": True},
            ]
    (row,) = [row for row in (await two.http.get(URL)).json()["versions"] if row["major"] == 2]
    assert row["median_s"] == 0.6144
    assert row["median_s_per_megapixel"] == pytest.approx(2.0), "640 × 480 pixels"
