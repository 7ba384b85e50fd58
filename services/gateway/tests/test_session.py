"""The web page where keys are needed: a key is exchanged for a cookie, and other sites cannot make use of that."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from packshot_gateway.database.keys import Scope, create_key, revoke_key

from .conftest import Ground, working

PAGE = {"X-Packshot-Page": "1"}


@pytest.fixture
async def shop(tmp_path, database_url: str) -> AsyncIterator[Ground]:
    """A gateway where keys are needed."""
    async with working(tmp_path, database_url, auth="keys") as ground:
        await ground.offer_operations()
        yield ground


async def enter(ground: Ground, *scopes: Scope) -> str:
    key = await create_key(ground.gateway.database, "mine", "page", scopes or (Scope.READ, Scope.WRITE))
    answer = await ground.http.post("/v1/session", json={"key": key}, headers=PAGE)
    assert answer.status_code == 204, answer.text
    return answer.headers["set-cookie"]


async def test_the_cookie_lets_the_page_do_what_the_key_may(shop: Ground) -> None:
    assert (await shop.http.get("/v1/recipes")).status_code == 401
    await enter(shop)
    assert (await shop.http.get("/v1/recipes")).status_code == 200
    listing = (await shop.submit(headers=PAGE)).json()
    assert (await shop.http.get(f"/v1/listings/{listing['id']}")).status_code == 200
    shop.problem(await shop.http.get("/v1/dead"), 403, "forbidden")


async def test_scripts_and_other_sites_cannot_get_at_the_cookie(shop: Ground) -> None:
    cookie = (await enter(shop)).lower()
    assert {"httponly", "samesite=strict", "path=/v1"} <= {part.strip() for part in cookie.split(";")}
    assert "secure" not in cookie
    shop.http.base_url = "https://packshot"
    assert "secure" in (await enter(shop)).lower()


async def test_a_foreign_page_cannot_change_anything_with_the_cookie(shop: Ground) -> None:
    """A form of another site carries no header of its own, and this server allows no site to send one."""
    await enter(shop)
    shop.problem(await shop.submit(), 403, "forbidden")
    shop.problem(await shop.http.post("/v1/jobs/x/cancel"), 403, "forbidden")
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = await shop.http.options("/v1/listings", headers={**preflight, "Access-Control-Request-Headers": "x-packshot-page"})
    assert "access-control-allow-origin" not in answer.headers
    other = await create_key(shop.gateway.database, "other", "evil")
    shop.problem(await shop.http.post("/v1/session", json={"key": other}), 403, "forbidden")


async def test_a_wrong_key_sets_no_cookie_and_a_revoked_one_ends_it(shop: Ground) -> None:
    refused = await shop.http.post("/v1/session", json={"key": "pk_guessed"}, headers=PAGE)
    shop.problem(refused, 401, "unauthorized")
    assert "set-cookie" not in refused.headers
    await enter(shop)
    await revoke_key(shop.gateway.database, "mine", "page")
    shop.problem(await shop.http.get("/v1/recipes"), 401, "unauthorized")


async def test_leaving_forgets_the_key(shop: Ground) -> None:
    await enter(shop)
    assert (await shop.http.delete("/v1/session", headers=PAGE)).status_code == 204
    assert (await shop.http.get("/v1/recipes")).status_code == 401
