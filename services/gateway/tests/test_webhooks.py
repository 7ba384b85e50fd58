"""A merchant is told once of each end of a job, signed, and not at all at an address inside this network."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from packshot_gateway.addresses import ForbiddenAddress, resolve
from packshot_gateway.database import tables

from .conftest import Ground, working
from .story import eventually, leaf, pair_plan


class Shop:
    """A merchant's web server."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], str]] = []
        self.answers: list[int] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        self.got.append((headers, (await reader.readexactly(int(headers["content-length"]))).decode()))
        status = self.answers.pop(0) if self.answers else 200
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    async with await asyncio.start_server(shop.serve, "127.0.0.1", 0) as server:
        shop.url = f"http://localhost:{server.sockets[0].getsockname()[1]}/hook"
        yield shop


@pytest.fixture
async def signing(tmp_path, database_url: str) -> AsyncIterator[Ground]:
    async with working(tmp_path, database_url, secret="s3cret", webhook_allow_private=True) as ground:
        await ground.offer_operations()
        yield ground


async def finish(ground: Ground, url: str) -> str:
    job = (await ground.submit(webhook_url=url)).json()["jobs"][0]["id"]
    plan = pair_plan()
    ends = (leaf(job, plan, 0), leaf(job, plan, 1))
    await ground.tell(*ends, *ends)
    return job


async def test_the_end_of_a_job_is_told_once_and_signed(signing: Ground, shop: Shop) -> None:
    job = await finish(signing, shop.url)
    await eventually(lambda: shop.got)
    await asyncio.sleep(0.1)
    ((headers, body),) = shop.got
    assert headers["host"] == shop.url.split("/")[2]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    assert headers["webhook-signature"] == "v1=" + hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    told = json.loads(body)
    assert (told["type"], told["data"]["job"], told["id"]) == ("job.finished", job, headers["webhook-id"])


async def test_a_receiver_that_fails_is_tried_again_later(signing: Ground, shop: Shop) -> None:
    shop.answers = [500]
    await finish(signing, shop.url)
    await eventually(lambda: shop.got)
    await eventually(lambda: _error(signing))
    async with signing.gateway.database.writing() as session:
        await session.execute(update(tables.Webhook).values(next_at=datetime.now(UTC) - timedelta(seconds=1)))
    signing.gateway.webhooks.wake()
    await eventually(lambda: len(shop.got) == 2)
    assert shop.got[0][0]["webhook-id"] == shop.got[1][0]["webhook-id"]
    await eventually(lambda: _delivered(signing))


async def _error(ground: Ground) -> str | None:
    async with ground.gateway.database.reading() as session:
        return (await session.scalars(select(tables.Webhook))).one().error


async def _delivered(ground: Ground) -> bool:
    async with ground.gateway.database.reading() as session:
        return (await session.scalars(select(tables.Webhook))).one().delivered


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/hook", "http://localhost/hook",
        "http://10.1.2.3/", "http://169.254.169.254/latest/meta-data",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://0.0.0.0/", "http://192.88.99.1/", "ftp://8.8.8.8/", "http:///x", "http://8.8.8.8:99999/",
    ],
)  # fmt: skip
async def test_only_public_web_addresses_are_taken(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        await resolve(url, allow_private=False)


async def test_the_cloud_s_credentials_stay_shut_where_private_addresses_are_open() -> None:
    assert await resolve("http://10.1.2.3/hook", allow_private=True) == "10.1.2.3"
    with pytest.raises(ForbiddenAddress):
        await resolve("http://169.254.169.254/latest/meta-data", allow_private=True)


async def test_a_public_address_is_taken() -> None:
    assert await resolve("https://8.8.8.8/hook", allow_private=False) == "8.8.8.8"


async def test_a_private_webhook_is_refused_at_submission(tmp_path, database_url: str) -> None:
    async with working(tmp_path, database_url, secret="s3cret") as ground:
        await ground.offer_operations()
        answer = await ground.submit(webhook_url="http://127.0.0.1:9/hook")
        assert "public" in ground.problem(answer, 422, "forbidden_address")
