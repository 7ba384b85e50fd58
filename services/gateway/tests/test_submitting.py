"""A listing is taken whole or not at all, once, and what is wrong with it is said."""

from __future__ import annotations

import asyncio

import pytest

from packshot.contracts.artifact import digest_of
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import WorkerAnnounced
from packshot.errors import StoreUnavailable
from packshot_gateway.database import outbox

from .conftest import Ground, working
from .story import OPERATIONS, eventually, orders


async def test_an_accepted_listing_is_told_to_ingest_with_its_plans(ground: Ground) -> None:
    answer = await ground.submit(
        ("a.jpg", b"one"), ("../b\\c.jpg", b"two"), sku="MUG-1", title="Mug", attributes='{"colour": "red"}'
    )
    assert answer.status_code == 202, answer.text
    listing = answer.json()
    assert answer.headers["location"] == f"/v1/listings/{listing['id']}"
    assert (listing["sku"], listing["title"], listing["attributes"]) == ("MUG-1", "Mug", {"colour": "red"})
    assert [photo["filename"] for photo in listing["photos"]] == ["a.jpg", "c.jpg"]
    assert [job["state"] for job in listing["jobs"]] == ["accepted"] * 2
    assert [output["name"] for output in listing["jobs"][0]["outputs"]] == ["wide", "narrow"]
    await eventually(lambda: ground.said("listing.received"))
    order = orders(ground.said("listing.received")[0])
    assert [photo.artifact.digest for photo in order.photos] == [digest_of(b"one"), digest_of(b"two")]
    assert [photo.jobs[0].job for photo in order.photos] == [job["id"] for job in listing["jobs"]]
    assert [step.params for step in order.photos[0].jobs[0].plan.all_steps()] == [{}, {"width": 10}, {"width": 5}]
    assert await ground.gateway.system.store.get(digest_of(b"one")) == b"one"
    assert (await ground.http.get(f"/v1/listings/{listing['id']}")).json() == listing
    assert (await ground.http.get("/v1/listings")).json() == [listing]


async def test_photos_may_be_given_by_url_and_recipes_written_out(ground: Ground) -> None:
    written = '{"name": "mine", "steps": [{"operation": "test.frame@1"}], "output": "framed"}'
    answer = await ground.http.post(
        "/v1/listings", data={"photo_url": "https://shop.example/p/mug%201.jpg", "recipe": ["pair", written]}
    )
    assert answer.status_code == 202, answer.text
    listing = answer.json()
    assert listing["photos"][0]["filename"] == "mug 1.jpg"
    assert [job["recipe"] for job in listing["jobs"]] == ["pair", "mine"]


async def test_a_generator_needs_no_photo(ground: Ground) -> None:
    drawn = "name: drawn\nsteps: [{operation: test.draw}]\noutput: drawing"
    answer = await ground.http.post("/v1/listings", data={"recipe_yaml": drawn})
    assert answer.status_code == 202, answer.text
    assert len(answer.json()["jobs"]) == 1


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"recipe": "pear"}, "unknown_name", "pair"),
        ({"recipe": ["pair", "pair"]}, "bad_recipe", "twice"),
        ({"recipe": ""}, "bad_recipe", "at least one"),
        ({"recipe_yaml": "name: x\nsteps: [{operation: test.clean@7}]\noutput: y"}, "unknown_name", "test.clean@1"),
        ({"recipe_yaml": "name: x\nsteps: [{operation: test.frame, params: {widht: 3}}]\noutput: y"}, "bad_parameters", "width"),
        (
            {"recipe_yaml": "name: x\nsteps: [{operation: test.frame, params: {width: wide}}]\noutput: y"},
            "bad_parameters",
            "integer",
        ),
        ({"recipe_yaml": "name: x\nsteps: [{recipe: x}]\noutput: y"}, "bad_recipe", "includes itself"),
        ({"recipe_yaml": "name: x\noutput: y"}, "bad_recipe", "no steps"),
        ({"recipe_yaml": "steps: ["}, "bad_recipe", "YAML"),
        ({"attributes": "[1]"}, "bad_upload", "object"),
        ({"attributes": "{"}, "bad_upload", "JSON"),
        ({"photo_url": "file:///etc/passwd"}, "bad_upload", "http"),
        ({"webhook_url": "https://shop.example/hook"}, "bad_upload", "PACKSHOT_SECRET"),
        ({"urgent": "perhaps"}, "bad_request", "urgent"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_kept(ground: Ground, fields: dict, code: str, says: str) -> None:
    if "recipe_yaml" in fields:
        fields = {"recipe": [], **fields}
    ground.gateway.catalogue._started -= 60  # the system has been up for a while
    detail = ground.problem(await ground.submit(**fields), 422, code)
    assert says in detail
    assert (await ground.http.get("/v1/listings")).json() == []


async def test_no_photo_is_an_error_that_says_so(ground: Ground) -> None:
    answer = await ground.http.post("/v1/listings", data={"recipe": "pair"})
    assert "photo" in ground.problem(answer, 422, "bad_upload")


async def test_the_same_idempotency_key_gives_the_same_listing_however_often_and_at_once(ground: Ground) -> None:
    headers = {"Idempotency-Key": "order-17"}
    answers = await asyncio.gather(*(ground.submit(headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await ground.http.get("/v1/listings")).json()) == 1
    await eventually(lambda: ground.said("listing.received"))
    assert len(ground.said("listing.received")) == 1
    other = await ground.submit(headers=headers, sku="another")
    assert "Idempotency-Key" in ground.problem(other, 422, "bad_upload")


async def test_while_the_store_is_away_nothing_is_accepted(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(ground.gateway.system.store, "put_file", away)
    answer = await ground.submit()
    ground.problem(answer, 503, "store_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert (await ground.http.get("/v1/listings")).json() == []


async def test_while_the_broker_is_away_listings_are_accepted_and_wait(ground: Ground) -> None:
    ground.bus._open = False
    assert (await ground.submit()).status_code == 202
    await asyncio.sleep(0.05)
    async with ground.gateway.database.reading() as session:
        assert await outbox.waiting(session) == 1
    ground.bus._open = True
    await eventually(lambda: ground.said("listing.received"))


async def test_a_large_body_is_refused_before_it_is_read(tmp_path, database_url: str) -> None:
    async with working(tmp_path, database_url, max_upload_mb=1, max_photo_mb=1, max_photos=2) as ground:
        await ground.offer_operations()
        assert "1 MB" in ground.problem(await ground.submit(("big.jpg", bytes(2 << 20))), 413, "too_large")

        async def chunks():
            yield b'--x\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
            for _ in range(32):
                yield bytes(1 << 16)

        headers = {"content-type": "multipart/form-data; boundary=x"}
        ground.problem(await ground.http.post("/v1/listings", content=chunks(), headers=headers), 413, "too_large")
        ground.problem(await ground.submit(*[(f"{n}.jpg", b"x") for n in range(3)]), 413, "too_large")


async def test_a_submit_waits_for_workers_that_are_just_starting(tmp_path, database_url: str) -> None:
    async with working(tmp_path, database_url) as ground:
        await eventually(lambda: ground.said("workers.probed"))
        early = asyncio.create_task(ground.submit())
        await asyncio.sleep(0.3)
        assert not early.done()
        await ground.tell(Envelope.of(WorkerAnnounced(worker="late", service="edit", operations=OPERATIONS), source="test"))
        assert (await early).status_code == 202
