"""With API keys, everybody sees only their own, and does only what their key may do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from packshot.bus.protocol import DeadLetter
from packshot.contracts.messages import StepRun
from packshot.contracts.result import FrameRef
from packshot_gateway.database.keys import Scope, create_key, revoke_key

from .conftest import Ground, working
from .story import accepted, eventually, leaf, orders, pair_plan, said


@pytest.fixture
async def shops(tmp_path, database_url: str) -> AsyncIterator[Ground]:
    """A gateway where keys are needed."""
    async with working(tmp_path, database_url, auth="keys") as ground:
        await ground.offer_operations()
        yield ground


async def key_for(ground: Ground, tenant: str, *scopes: Scope) -> dict[str, str]:
    key = await create_key(ground.gateway.database, tenant, "test", scopes or (Scope.READ, Scope.WRITE))
    return {"Authorization": f"Bearer {key}"}


async def test_nobody_sees_or_touches_what_is_anothers(shops: Ground) -> None:
    """Every endpoint that speaks of a tenant's things."""
    mine, other = await key_for(shops, "mine", *Scope), await key_for(shops, "other", *Scope)
    listing = (await shops.submit(headers=mine)).json()
    job = listing["jobs"][0]["id"]
    await eventually(lambda: shops.said("listing.received"))
    order = orders(shops.said("listing.received")[0])
    assert order.tenant == "mine"
    await shops.tell(accepted(order.photos[0], listing["id"], "mine"))
    plan = pair_plan()
    await shops.tell(leaf(job, plan, 0, "mine"), leaf(job, plan, 1, "mine"))
    photo = order.photos[0].artifact.digest
    ready = (await shops.http.get(f"/v1/jobs/{job}", headers=mine)).json()["outputs"][0]["artifact"]["digest"]
    command = said(StepRun(job=job, tenant="mine", branch=plan, frame=FrameRef(key="k")))
    shops.bus._dead.append(DeadLetter(id="letter", queue="op.edit.test.clean.v1", reason="poison", envelope=command))
    paths = [
        ("GET", f"/v1/listings/{listing['id']}"), ("GET", f"/v1/listings/{listing['id']}/events"),
        ("GET", f"/v1/jobs/{job}"), ("GET", f"/v1/jobs/{job}/events"), ("POST", f"/v1/jobs/{job}/cancel"),
        ("POST", f"/v1/jobs/{job}/retry"), ("GET", f"/v1/artifacts/{photo}"), ("GET", f"/v1/artifacts/{ready}"),
        ("DELETE", "/v1/dead/letter"), ("POST", "/v1/dead/letter/retry"),
    ]  # fmt: skip
    for method, path in paths:
        shops.problem(await shops.http.request(method, path, headers=other), 404, "not_found")
    for path in ("/v1/listings", "/v1/jobs", "/v1/dead"):
        assert (await shops.http.get(path, headers=other)).json() == [], path
        assert len((await shops.http.get(path, headers=mine)).json()) == 1, path
    assert (await shops.http.get(f"/v1/artifacts/{photo}", headers=mine)).content == b"not looked into here"


async def test_an_idempotency_key_is_the_tenants_own(shops: Ground) -> None:
    mine, other = await key_for(shops, "mine"), await key_for(shops, "other")
    answers = [await shops.submit(headers={**who, "Idempotency-Key": "1"}) for who in (mine, other)]
    assert len({answer.json()["id"] for answer in answers}) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/listings"), ("GET", "/v1/listings"), ("GET", "/v1/listings/x"), ("GET", "/v1/listings/x/events"),
        ("GET", "/v1/jobs"), ("GET", "/v1/jobs/x"), ("GET", "/v1/jobs/x/events"), ("POST", "/v1/jobs/x/cancel"),
        ("POST", "/v1/jobs/x/retry"), ("GET", "/v1/operations"), ("GET", "/v1/recipes"), ("GET", f"/v1/artifacts/{'0' * 64}"),
        ("GET", "/v1/dead"), ("POST", "/v1/dead/x/retry"), ("DELETE", "/v1/dead/x"),
        ("GET", "/v1/trainers"), ("POST", "/v1/trainings"), ("GET", "/v1/trainings"), ("GET", "/v1/trainings/x"),
        ("POST", "/v1/trainings/x/cancel"), ("GET", "/v1/trainings/x/events"), ("GET", "/v1/models"), ("POST", "/v1/models"),
    ],
)  # fmt: skip
async def test_without_a_key_nothing_is_answered(shops: Ground, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer pk_guessed"}):
        answer = await shops.http.request(method, path, headers=headers)
        shops.problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_does_only_what_its_scopes_say(shops: Ground) -> None:
    reads, writes = await key_for(shops, "mine", Scope.READ), await key_for(shops, "mine", Scope.WRITE)
    shops.problem(await shops.submit(headers=reads), 403, "forbidden")
    shops.problem(await shops.http.get("/v1/jobs", headers=writes), 403, "forbidden")
    shops.problem(await shops.http.get("/v1/dead", headers=writes), 403, "forbidden")
    for path in ("/v1/workers", "/v1/trainers", "/v1/trainings", "/v1/trainings/x/events", "/v1/models", "/v1/models/x"):
        shops.problem(await shops.http.get(path, headers=reads), 403, "forbidden")
    assert (await shops.submit(headers=writes)).status_code == 202
    assert (await shops.http.get("/v1/jobs", headers=reads)).status_code == 200


async def test_a_revoked_key_is_useless_at_once(shops: Ground) -> None:
    headers = await key_for(shops, "mine")
    assert (await shops.http.get("/v1/jobs", headers=headers)).status_code == 200
    assert await revoke_key(shops.gateway.database, "mine", "test")
    shops.problem(await shops.http.get("/v1/jobs", headers=headers), 401, "unauthorized")
    assert not await revoke_key(shops.gateway.database, "mine", "test")
