"""Data sets are listed and opened by whom they belong to; collections are started, followed, cancelled and sent again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import update

from packshot.bus.topology import COLLECT
from packshot.contracts.collecting import CollectOrder, Counts, Phase, Rejection, Summary
from packshot.contracts.dataset import Item, Manifest, Split
from packshot.contracts.messages import CollectCancelled, CollectFailed, CollectFinished, CollectProgressed, CollectRun, Failure
from packshot.datasets.register import Version, save_manifest
from packshot_gateway.database import migrate, tables

from .conftest import Ground, working
from .story import eventually, said
from .test_tenants import key_for

ORDER = {"name": "mugs", "source": {"kind": "folder", "path": "/photos", "licence": "own"}, "clean": {}}
DIGEST = "ab" * 32


async def save(ground: Ground, name: str = "mugs", count: int = 5, day: int = 1) -> Version:
    """A data set of so many one-pixel pictures, every other a cup, and one that was left out."""
    store = ground.gateway.system.store
    refs = [await store.put(b"picture %d" % index, "image/png") for index in range(count)]
    sides = [Split.TEST if index == 0 else Split.TRAIN for index in range(count)]
    items = tuple(
        Item(picture=ref, width=1, height=1, product=str(index), split=side, category="cup" if index % 2 else "mug")
        for index, (ref, side) in enumerate(zip(refs, sides, strict=True))
    )
    left_out = Rejection(
        source="x.jpg", code="tiny", reason="Its shorter side has 9 pixels.", picture=await store.put(b"tiny", "image/png")
    )
    report = await store.put(left_out.model_dump_json().encode(), "application/x-ndjson")
    manifest = Manifest(name=name, created=datetime(2026, 1, day, tzinfo=UTC), items=items, report=report, recipe={"seed": 3})
    return await save_manifest(store, manifest)


async def get(ground: Ground, path: str, **params) -> dict:
    answer = await ground.http.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def start(ground: Ground, **more) -> dict:
    answer = await ground.http.post("/v1/datasets", json={**ORDER, **more})
    assert answer.status_code == 202, answer.text
    return answer.json()


def progressed(id: str, leg: int, place: int, pictures: int) -> CollectProgressed:
    order = CollectOrder.model_validate(ORDER)
    counts = Counts(pictures=pictures)
    return CollectProgressed(collection=id, name="mugs", leg=leg, place=place, phase=Phase.GATHER, counts=counts, order=order)


def finished(id: str) -> CollectFinished:
    counts = Counts(pictures=10)
    return CollectFinished(collection=id, name="mugs", digest=DIGEST, summary=Summary(items=1), counts=counts, note="Much alike.")


async def test_a_data_set_is_listed_opened_paged_and_downloaded(ground: Ground) -> None:
    await save(ground, count=2)
    newest = await save(ground, day=2)
    (listed,) = await get(ground, "datasets")
    assert listed["name"] == "mugs"
    assert listed["newest"]["digest"] == newest.digest
    assert listed["newest"]["summary"] == {
        "items": 5, "products": 5, "categories": {"mug": 3, "cup": 2}, "splits": {"test": 1, "train": 4}, "planes": {},
        "labels": 0, "rejected": True,
    }  # fmt: skip
    shown = await get(ground, "datasets/mugs")
    assert [version["summary"]["items"] for version in shown["versions"]] == [2, 5]
    assert shown["recipe"] == {"seed": 3}
    page = await get(ground, "datasets/mugs/items", offset=1, limit=2)
    assert (page["total"], [item["product"] for item in page["items"]]) == (5, ["1", "2"])
    assert (await get(ground, "datasets/mugs/items", split="test"))["total"] == 1
    assert (await get(ground, f"datasets/mugs@{newest.digest[:9]}/items", category="cup"))["total"] == 2
    picture = page["items"][0]["picture"]["digest"]
    answer = await ground.http.get(f"/v1/datasets/mugs/pictures/{picture}")
    assert (answer.content, answer.headers["content-type"]) == (b"picture 1", "image/png")
    downloaded = await ground.http.get("/v1/datasets/mugs/manifest")
    assert Manifest.model_validate_json(downloaded.content).name == "mugs"
    assert "attachment" in downloaded.headers["content-disposition"]


async def test_what_was_left_out_is_shown_with_its_reason(ground: Ground) -> None:
    await save(ground)
    page = await get(ground, "datasets/mugs/report")
    assert (page["total"], page["codes"]) == (1, {"tiny": 1})
    assert page["rejections"][0]["reason"] == "Its shorter side has 9 pixels."
    assert (await get(ground, "datasets/mugs/report", code="blurred"))["total"] == 0
    shown = await ground.http.get(f"/v1/datasets/mugs/pictures/{page['rejections'][0]['picture']['digest']}")
    assert shown.content == b"tiny"


@pytest.mark.parametrize("path", ["mugs", "cups/items", "mugs@00/report", f"mugs/pictures/{DIGEST}"])
async def test_what_is_not_there_is_a_404(ground: Ground, path: str) -> None:
    if path.endswith(DIGEST):
        await save(ground)
    ground.problem(await ground.http.get(f"/v1/datasets/{path}"), 404, "not_found")


async def test_a_data_set_is_its_tenants(tmp_path: Path, database_url: str) -> None:
    async with working(tmp_path, database_url, auth="keys") as ground:
        mine, theirs = await key_for(ground, "acme"), await key_for(ground, "globex")
        order = {"json": ORDER, "headers": mine}
        assert (await ground.http.post("/v1/datasets", **order)).status_code == 202
        await save(ground)
        assert (await ground.http.get("/v1/datasets/mugs", headers=mine)).status_code == 200
        ground.problem(await ground.http.get("/v1/datasets/mugs", headers=theirs), 404, "not_found")
        assert (await ground.http.get("/v1/datasets", headers=theirs)).json() == []
        taken = await ground.http.post("/v1/datasets", json=ORDER, headers=theirs)
        assert "is taken" in ground.problem(taken, 409, "conflict")
        assert (await ground.http.get("/v1/collections", headers=theirs)).json() == []


async def test_nobody_gets_at_the_pictures_of_others_by_a_collection(tmp_path: Path, database_url: str) -> None:
    async with working(tmp_path, database_url, auth="keys") as ground:
        theirs = await key_for(ground, "globex")
        # Made by whoever runs the installation, with a command: no tenant has claimed it.
        await save(ground)
        taken = await ground.http.post("/v1/datasets", json=ORDER, headers=theirs)
        assert "is taken" in ground.problem(taken, 409, "conflict")
        copy = {"name": "mine", "source": {"kind": "data-set", "reference": "mugs"}}
        ground.problem(await ground.http.post("/v1/datasets", json=copy, headers=theirs), 404, "not_found")


async def test_a_collection_is_sent_to_its_service_once(ground: Ground) -> None:
    await ground.bus.declare(COLLECT)
    headers = {"Idempotency-Key": "twice"}
    first, second = [(await ground.http.post("/v1/datasets", json=ORDER, headers=headers)).json() for _ in range(2)]
    assert first == second
    await eventually(lambda: ground.bus.depth(COLLECT))
    taken: list[CollectRun] = []

    async def take(delivery) -> None:
        taken.append(delivery.envelope.body(CollectRun))

    await ground.bus.consume(COLLECT, take)
    await eventually(lambda: taken)
    assert [(run.collection, run.leg, run.order.name) for run in taken] == [(first["id"], None, "mugs")]
    assert run_time(taken[0]) == first["created_at"]


def run_time(run: CollectRun) -> str:
    return run.model_dump(mode="json")["started"]


@pytest.mark.parametrize("more", [{"name": "No Name"}, {"source": {"kind": "folder", "path": "/x"}}, {"colour": 1}])
async def test_an_order_that_is_none_is_refused(ground: Ground, more: dict) -> None:
    answer = await ground.http.post("/v1/datasets", json={**ORDER, **more})
    assert answer.status_code == 422


def orders_of_history(id: str) -> Iterator[list]:
    history = [progressed(id, 0, 1, 3), progressed(id, 0, 2, 8), progressed(id, 1, 1, 9), finished(id)]
    for order in permutations(history):
        yield [*order, order[0]]


async def test_any_order_of_events_leads_to_the_same_collection(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'packshot.db'}"
    await asyncio.to_thread(migrate, url)
    async with working(tmp_path, url) as ground:
        for index, history in enumerate(orders_of_history("")):
            await ground.tell(*(said(event.model_copy(update={"collection": f"c{index}"})) for event in history))
            view = await get(ground, f"collections/c{index}")
            assert (view["state"], view["counts"]["pictures"], view["digest"]) == ("finished", 10, DIGEST)
            assert view["note"] == "Much alike."


async def test_an_end_stays(ground: Ground) -> None:
    view = await start(ground)
    answer = await ground.http.post(f"/v1/collections/{view['id']}/cancel")
    assert answer.json()["state"] == "cancelled"
    await eventually(lambda: ground.said(CollectCancelled.type))
    failure = Failure(code="bad_url", message="No page could be read.")
    await ground.tell(
        said(progressed(view["id"], 0, 0, 1)), said(CollectFailed(collection=view["id"], name="mugs", failure=failure))
    )
    shown = await get(ground, f"collections/{view['id']}")
    assert (shown["state"], shown["failure"]) == ("cancelled", None)


async def test_a_collection_is_followed_live(ground: Ground) -> None:
    view = await start(ground)
    assert [running["id"] for running in await get(ground, "collections", name="mugs")] == [view["id"]]
    await ground.tell(said(progressed(view["id"], 0, 0, 4)), said(finished(view["id"])))
    async with ground.http.stream("GET", f"/v1/collections/{view['id']}/events") as stream:
        heard = [json.loads(line.removeprefix("data:")) async for line in stream.aiter_lines() if line.startswith("data:")]
    assert (heard[-1]["state"], heard[-1]["digest"], heard[-1]["counts"]["pictures"]) == ("finished", DIGEST, 10)


async def test_a_collection_nobody_hears_of_is_sent_again_and_fails_in_the_end(tmp_path: Path, database_url: str) -> None:
    async with working(tmp_path, database_url, max_redispatches=2) as ground:
        await ground.bus.declare(COLLECT)
        taken: list[CollectRun] = []

        async def take(delivery) -> None:
            taken.append(delivery.envelope.body(CollectRun))

        await ground.bus.consume(COLLECT, take)
        view = await start(ground)
        for expected in (2, 3):
            await eventually(lambda expected=expected: len(taken) >= expected - 1)
            await overdue(ground)
            await eventually(lambda expected=expected: len(taken) == expected)
        await overdue(ground)
        shown = await get(ground, f"collections/{view['id']}")
        assert (shown["state"], shown["failure"]["code"]) == ("failed", "gave_up")


async def overdue(ground: Ground) -> None:
    async with ground.gateway.database.writing(jobs=True) as session:
        await session.execute(update(tables.Collection).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))
    await ground.gateway.silent.look()
    ground.gateway.relay.wake()
