"""A task from a data set to a published version: who gets which picture, who sees what, and what comes of it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import cv2
import httpx
import numpy as np
import pytest
from sqlalchemy import update

from packshot.contracts.artifact import digest_of
from packshot.contracts.dataset import Item, Label, Manifest
from packshot.contracts.messages import StepFinished, WorkerAnnounced
from packshot.contracts.plan import PlannedBranch
from packshot.contracts.result import FrameRef
from packshot.datasets.masks import read_mask, write_mask
from packshot.datasets.register import load_manifest, save_manifest
from packshot_gateway.annotating.work import ABANDONED
from packshot_gateway.database.keys import Scope, create_key
from packshot_gateway.database.tables import AnnotationWork

from .conftest import Ground, working
from .story import accepted, eventually, now, operation, orders, record, said

SIZE = (12, 16)
"""Height and width."""


def png(value: int) -> bytes:
    return cv2.imencode(".png", np.full((*SIZE, 3), value, np.uint8))[1].tobytes()


def rectangle(left: int, top: int, width: int, height: int, value: int = 255) -> np.ndarray:
    mask = np.zeros(SIZE, np.uint8)
    mask[top : top + height, left : left + width] = value
    return mask


async def a_data_set(ground: Ground, pictures: int = 3, **more) -> Manifest:
    store = ground.gateway.system.store
    items = [
        Item(picture=await store.put(png(10 * n), "image/png"), width=16, height=12, product=f"mug {n}", **more)
        for n in range(pictures)
    ]
    manifest = Manifest(name="mugs", created=datetime(2026, 1, 1, tzinfo=UTC), items=tuple(items))
    await save_manifest(store, manifest)
    return manifest


async def start(ground: Ground, **more) -> str:
    task = {"dataset": "mugs", "categories": ["mug", "lid"], **more}
    answer = await ground.http.post("/v1/annotations", json=task)
    assert answer.status_code == 201, answer.text
    return f"/v1/annotations/{answer.json()['id']}"


async def given(ground: Ground, task: str, person: str) -> dict | None:
    answer = await ground.http.post(f"{task}/next", json={"person": person})
    assert answer.status_code == 200, answer.text
    return answer.json()["picture"]


async def send(ground: Ground, task: str, position: int, mask: np.ndarray) -> str:
    answer = await ground.http.post(f"{task}/pictures/{position}/masks", content=write_mask(mask))
    assert answer.status_code == 201, answer.text
    return answer.json()["digest"]


async def save(ground: Ground, task: str, position: int, person: str, *labels: dict, revision: int = 0) -> httpx.Response:
    body = {"person": person, "revision": revision, "labels": labels}
    return await ground.http.put(f"{task}/pictures/{position}", json=body)


def box(*numbers: float, category: str = "mug") -> dict:
    return {"category": category, "box": numbers}


async def test_nobody_gets_a_picture_twice_and_one_person_a_picture_is_enough(ground: Ground) -> None:
    await a_data_set(ground)
    task = await start(ground)
    first, other = await given(ground, task, "anna"), await given(ground, task, "ben")
    assert (first["position"], other["position"]) == (0, 1)
    assert (await given(ground, task, "anna"))["position"] == 0, "what is in hand comes again"
    assert (await save(ground, task, 0, "anna", box(1, 2, 3, 4))).status_code == 200
    assert (await given(ground, task, "anna"))["position"] == 2
    assert (await save(ground, task, 1, "ben")).status_code == 200
    assert await given(ground, task, "ben") is None
    await save(ground, task, 2, "anna")
    assert await given(ground, task, "anna") is None
    view = (await ground.http.get(task, params={"person": "anna"})).json()
    assert (view["pictures"], view["complete"], view["mine"]) == (3, 3, 2)


async def test_people_who_ask_at_once_get_different_pictures(ground: Ground) -> None:
    await a_data_set(ground, 8)
    task = await start(ground)
    found = await asyncio.gather(*(given(ground, task, f"p{n}") for n in range(8)))
    assert sorted(picture["position"] for picture in found) == list(range(8))


async def test_a_picture_that_was_taken_and_left_goes_to_somebody_else_and_holds_nobody_up(ground: Ground) -> None:
    await a_data_set(ground, 2)
    task = await start(ground)
    assert (await given(ground, task, "anna"))["position"] == 0
    assert (await given(ground, task, "ben"))["position"] == 1
    async with ground.gateway.database.writing() as session:
        await session.execute(update(AnnotationWork).values(taken_at=now() - ABANDONED - timedelta(seconds=1)))
    assert (await given(ground, task, "carl"))["position"] == 0
    assert (await save(ground, task, 0, "carl")).status_code == 200
    ground.problem(await save(ground, task, 0, "anna", box(1, 1, 2, 2)), 409, "conflict")
    assert (await given(ground, task, "anna"))["position"] == 1, "what others have done is no longer in hand"
    assert (await save(ground, task, 1, "ben")).status_code == 200, "who is late and first all the same is heard"


async def test_saving_is_idempotent_and_an_old_revision_is_refused(ground: Ground) -> None:
    await a_data_set(ground)
    task = await start(ground)
    await given(ground, task, "anna")
    for _ in range(2):
        assert (await save(ground, task, 0, "anna", box(1, 2, 3, 4))).json()["revision"] == 1
    assert (await save(ground, task, 0, "anna", box(1, 2, 5, 5), revision=1)).json()["revision"] == 2
    ground.problem(await save(ground, task, 0, "anna", box(2, 2, 2, 2), revision=1), 409, "conflict")
    mine = (await ground.http.get(f"{task}/pictures/0", params={"person": "anna"})).json()
    assert (mine["state"], mine["labels"][0]["box"], mine["labels"][0]["by"]) == ("saved", [1, 2, 5, 5], "user:anna")


@pytest.mark.parametrize(
    ("label", "why"),
    [
        (box(1, 1, 2, 2, category="cup"), "'cup' is none of the task's categories: mug, lid"),
        (box(10, 1, 9, 2), "not inside the picture of 16×12"),
        (box(1, 1, 0, 2), "not inside"),
        ({"category": "mug", "mask": "a" * 64}, "was not sent for this picture"),
    ],
)
async def test_what_cannot_be_is_refused(ground: Ground, label: dict, why: str) -> None:
    await a_data_set(ground, 1)
    task = await start(ground)
    assert why in ground.problem(await save(ground, task, 0, "anna", label), 422, "bad_parameters")


async def test_masks_are_pictures_of_the_right_size_and_belong_to_one_picture(ground: Ground) -> None:
    await a_data_set(ground, 2)
    task = await start(ground)
    for content in (b"hello", write_mask(np.zeros((3, 3), np.uint8))):
        refused = await ground.http.post(f"{task}/pictures/0/masks", content=content)
        assert refused.status_code == 422, refused.text
    digest = await send(ground, task, 0, rectangle(2, 3, 4, 5))
    saved = await save(ground, task, 0, "anna", {"category": "mug", "mask": digest})
    assert saved.json()["labels"][0]["box"] == [2, 3, 4, 5], "the box is the one around the mask"
    assert (await ground.http.get(f"{task}/files/{digest}")).content == write_mask(rectangle(2, 3, 4, 5))
    ground.problem(await save(ground, task, 1, "anna", {"category": "mug", "mask": digest}), 422, "bad_parameters")
    empty = await send(ground, task, 1, rectangle(0, 0, 0, 0))
    ground.problem(await save(ground, task, 1, "anna", {"category": "mug", "mask": empty}), 422, "bad_parameters")


async def test_two_people_get_the_same_pictures_and_do_not_see_each_others_work(ground: Ground) -> None:
    await a_data_set(ground, 2)
    task = await start(ground, people=2)
    for person in ("anna", "ben"):
        assert (await given(ground, task, person))["position"] == 0
    assert await given(ground, task, "carl") != await given(ground, task, "anna"), "two are enough for one picture"
    await save(ground, task, 0, "anna", box(1, 2, 3, 4))
    seen = (await ground.http.get(f"{task}/pictures/0", params={"person": "ben"})).json()
    assert seen["labels"] == []
    assert (await ground.http.get(f"{task}/disagreements")).json() == []
    assert (await save(ground, task, 0, "ben", box(1, 2, 3, 4))).status_code == 200
    ground.problem(await save(ground, task, 0, "anna", box(9, 9, 2, 2), revision=1), 409, "conflict")


async def test_agreement_is_counted_and_disagreements_are_decided_before_publishing(ground: Ground) -> None:
    manifest = await a_data_set(ground, 3)
    task = await start(ground, people=2, alpha=True)
    one, other = rectangle(2, 2, 8, 8), rectangle(2, 2, 8, 6)
    for person, mask in (("anna", one), ("ben", other)):
        digest = await send(ground, task, 0, mask)
        await save(ground, task, 0, person, {"category": "mug", "mask": digest})
    await save(ground, task, 1, "anna", box(0, 0, 10, 10))
    await save(ground, task, 1, "ben", box(0, 0, 10, 10, category="lid"))
    for person in ("anna", "ben"):
        answer = await ground.http.post(f"{task}/pictures/2/skip", json={"person": person, "reason": "out of focus"})
        assert answer.status_code == 200

    figures = (await ground.http.get(f"{task}/agreement")).json()
    assert (figures["pictures"], figures["objects"], figures["unmatched"], figures["disagreements"]) == (3, 2, 0, 2)
    assert figures["box_iou"] == pytest.approx((0.75 + 1) / 2)
    assert (figures["mask_iou"], figures["mask_dice"]) == (pytest.approx(48 / 64), pytest.approx(96 / 112))
    assert figures["kappa"] == pytest.approx(0)
    listed = (await ground.http.get(f"{task}/disagreements")).json()
    assert [(each["position"], [work["person"] for work in each["works"]]) for each in listed] == [
        (0, ["anna", "ben"]),
        (1, ["anna", "ben"]),
    ]

    assert "2 wait for a decision" in ground.problem(await ground.http.post(f"{task}/publish"), 409, "conflict")
    mask = listed[0]["works"][0]["labels"][0]["mask"]["digest"]
    for position, labels in ((0, [{"category": "mug", "mask": mask}]), (1, [box(0, 0, 10, 9)])):
        answer = await ground.http.put(f"{task}/pictures/{position}/decision", json={"person": "carl", "labels": labels})
        assert answer.status_code == 204, answer.text
    published = (await ground.http.post(f"{task}/publish")).json()
    assert (published["pictures"], published["left_out"], published["undone"]) == (2, 1, 0)
    assert (await ground.http.post(f"{task}/publish")).json() == published, "again: the same version"

    store = ground.gateway.system.store
    made = await load_manifest(store, "mugs")
    parent = (await ground.http.get(task)).json()
    assert (made.parent, parent["published"]) == (parent["digest"], published["digest"])
    assert [item.picture for item in made.items] == [item.picture for item in manifest.items[:2]]
    assert [label.by for item in made.items for label in item.labels] == ["user:carl", "user:carl"]
    assert np.array_equal(read_mask(await store.get(made.items[0].planes["alpha"]), *SIZE), one)
    assert "alpha" not in made.items[1].planes
    (line,) = (await store.get(made.report)).splitlines()
    assert json.loads(line)["reason"] == "out of focus"
    ground.problem(await save(ground, task, 0, "dora"), 409, "conflict")


async def test_a_partial_version_keeps_what_is_not_done_as_it_was(ground: Ground) -> None:
    old = (Label(category="mug", box=(0, 0, 2, 2), by="file:coco"), Label(category="table", box=(0, 0, 16, 12), by="file:coco"))
    await a_data_set(ground, 2, labels=old)
    task = await start(ground)
    assert [label["category"] for label in (await given(ground, task, "anna"))["proposals"]] == ["mug"]
    await save(ground, task, 0, "anna", box(1, 1, 2, 2), box(3, 3, 2, 2, category="lid"))
    ground.problem(await ground.http.post(f"{task}/publish"), 409, "conflict")
    published = (await ground.http.post(f"{task}/publish", json={"partial": True})).json()
    assert published["undone"] == 1
    made = await load_manifest(ground.gateway.system.store, "mugs")
    assert [label.category for label in made.items[0].labels] == ["table", "mug", "lid"]
    assert made.items[1].labels == old
    assert (await save(ground, task, 1, "anna")).status_code == 200, "the rest can still be done"


async def test_the_machine_proposes_by_an_ordinary_job(ground: Ground) -> None:
    manifest = await a_data_set(ground, 2)
    cut = WorkerAnnounced(worker="w2", service="edit", operations=(operation("test.cut"),))
    await ground.tell(said(cut))
    unknown = {"dataset": "mugs", "categories": ["mug"], "operation": "test.clean", "params": {"nonsense": 1}}
    ground.problem(await ground.http.post("/v1/annotations", json=unknown), 422, "bad_parameters")
    task = await start(ground, operation="test.cut")
    waiting = await given(ground, task, "anna")
    assert (waiting["waiting"], waiting["proposals"]) == (True, [])

    await eventually(lambda: ground.said("listing.received"))
    (heard,) = ground.said("listing.received")
    received = orders(heard)
    assert [photo.artifact for photo in received.photos] == [item.picture for item in manifest.items]
    rgba = np.dstack([np.zeros((*SIZE, 3), np.uint8), rectangle(2, 3, 4, 5, 200)])
    await finish(ground, received, 0, cv2.imencode(".png", rgba)[1].tobytes())
    await finish(ground, received, 1, png(3))

    shown = (await ground.http.get(f"{task}/pictures/0", params={"person": "anna"})).json()
    (label,) = shown["proposals"]
    assert (shown["waiting"], label["by"], label["box"]) == (False, "machine:test.cut@1.2.0", [2, 3, 4, 5])
    mask = read_mask((await ground.http.get(f"{task}/files/{label['mask']['digest']}")).content, *SIZE)
    assert np.array_equal(mask, rectangle(2, 3, 4, 5, 200)), "soft edges are kept"
    nothing = (await ground.http.get(f"{task}/pictures/1", params={"person": "anna"})).json()
    assert (nothing["waiting"], nothing["proposals"], "opaque" in nothing["failure"]) == (False, [], True)
    accepted_as_is = {"category": "mug", "mask": label["mask"]["digest"]}
    assert (await save(ground, task, 0, "anna", accepted_as_is)).json()["labels"][0]["by"] == "user:anna"


async def finish(ground: Ground, received, place: int, content: bytes) -> None:
    """Say what ingest and a worker would say of one photo."""
    photo = received.photos[place]
    (job,) = photo.jobs
    file = await ground.gateway.system.store.put(content, "image/png")
    history = tuple(record(step) for step in job.plan.steps)
    frame = FrameRef(key=history[-1].key, file=file, width=16, height=12, history=history)
    done = StepFinished(
        job=job.job, tenant="local", steps=history, frame=frame, worker="w2",
        remaining=PlannedBranch(output="proposal"), output="proposal",
    )  # fmt: skip
    await ground.tell(accepted(photo, received.listing), said(done))


async def test_imported_data_sets_name_only_pictures_that_were_sent(ground: Ground) -> None:
    answer = await ground.http.post("/v1/annotations/imports/files", content=png(7))
    assert answer.status_code == 201, answer.text
    ground.problem(await ground.http.post("/v1/annotations/imports/files", content=b"text"), 422, "bad_photo")
    item = {"picture": answer.json(), "width": 16, "height": 12, "product": "a"}
    manifest = {"name": "shelf", "created": "2026-01-01T00:00:00Z", "items": [item]}
    made = await ground.http.post("/v1/annotations/imports", json=manifest)
    assert (made.status_code, made.json()["name"]) == (201, "shelf")
    missing = {**manifest, "items": [{**item, "picture": {**item["picture"], "digest": "0" * 64}}]}
    assert "was not sent" in ground.problem(
        await ground.http.post("/v1/annotations/imports", json=missing), 422, "bad_parameters"
    )


async def test_what_browsers_cannot_show_comes_as_jpeg_in_the_same_size(ground: Ground) -> None:
    store = ground.gateway.system.store
    deep = cv2.imencode(".tif", np.full((*SIZE, 3), 65535, np.uint16))[1].tobytes()
    item = Item(picture=await store.put(deep, "image/tiff"), width=16, height=12, product="a")
    await save_manifest(store, Manifest(name="mugs", created=datetime(2026, 1, 1, tzinfo=UTC), items=(item,)))
    task = await start(ground)
    shown = await ground.http.get(f"{task}/files/{item.picture.digest}")
    assert shown.headers["content-type"] == "image/jpeg"
    picture = cv2.imdecode(np.frombuffer(shown.content, np.uint8), cv2.IMREAD_COLOR)
    assert (picture.shape, int(picture.min())) == ((*SIZE, 3), 255)
    ground.problem(await ground.http.get(f"{task}/files/{'0' * 64}"), 404, "not_found")


async def test_with_keys_a_task_is_its_tenants_and_people_are_whose_key_it_is(tmp_path, database_url: str) -> None:
    async with working(tmp_path, database_url, auth="keys") as ground:
        keys = {
            name: {"Authorization": f"Bearer {await create_key(ground.gateway.database, tenant, name, Scope)}"}
            for tenant, name in (("shop", "anna"), ("shop", "ben"), ("other", "eve"))
        }
        await a_data_set(ground, 1)
        asked = {"dataset": "mugs", "categories": ["mug"], "people": 2}
        made = await ground.http.post("/v1/annotations", json=asked, headers=keys["anna"])
        task = f"/v1/annotations/{made.json()['id']}"
        for name in ("anna", "ben"):
            body = {"person": "somebody-else", "labels": [box(1, 1, 4, 4)]}
            saved = await ground.http.put(f"{task}/pictures/0", json=body, headers=keys[name])
            assert saved.json()["labels"][0]["by"] == f"user:{name}"
        assert (await ground.http.get("/v1/annotations", headers=keys["ben"])).json()[0]["person"] == "ben"
        paths = [
            ("GET", ""), ("POST", "/next"), ("GET", "/pictures/0"), ("PUT", "/pictures/0"), ("GET", "/agreement"),
            ("GET", "/disagreements"), ("POST", "/publish"), ("GET", f"/files/{digest_of(png(0))}"),
        ]  # fmt: skip
        for method, path in paths:
            answer = await ground.http.request(method, task + path, json={} if method != "GET" else None, headers=keys["eve"])
            ground.problem(answer, 404, "not_found")
        assert (await ground.http.get("/v1/annotations", headers=keys["eve"])).json() == []
        assert (await ground.http.get(f"{task}/files/{digest_of(png(0))}", headers=keys["ben"])).content == png(0)
        ground.problem(await ground.http.post(f"{task}/next", json={}), 401, "unauthorized")


async def test_unknown_tasks_data_sets_and_positions_are_named(ground: Ground) -> None:
    ground.problem(await ground.http.get("/v1/annotations/nowhere"), 404, "not_found")
    nothing = {"dataset": "nothing", "categories": ["a"]}
    ground.problem(await ground.http.post("/v1/annotations", json=nothing), 404, "not_found")
    await a_data_set(ground, 1)
    task = await start(ground)
    ground.problem(await save(ground, task, 5, "anna"), 404, "not_found")
    ground.problem(
        await ground.http.post("/v1/annotations", json={"dataset": "mugs", "categories": ["a", "a"]}), 422, "bad_request"
    )
    nobody = await ground.http.post(f"{task}/next", json={"person": "a b:c"})
    ground.problem(nobody, 422, "bad_request")
