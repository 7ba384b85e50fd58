"""A gateway over the memory bus, a store in a folder, and a database of each kind."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from tests.real.postgres import run_sql

from packshot.bus.memory import MemoryBus
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import WorkerAnnounced
from packshot.service import System
from packshot.settings import Settings
from packshot.store.filesystem import FilesystemStore
from packshot_gateway.database import migrate
from packshot_gateway.http.problems import MEDIA_TYPE
from packshot_gateway.service import Gateway

from .story import OPERATIONS, eventually

EMPTY = """
DO $$ BEGIN EXECUTE (
    SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY CASCADE'
    FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
); END $$
"""


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the newest schema, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "packshot.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_server(postgres_url: str) -> str:
    """The same on PostgreSQL, to be emptied."""
    migrate(postgres_url)
    return postgres_url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path)
        return f"sqlite:///{copy}"
    url = str(request.getfixturevalue("migrated_server"))
    run_sql(url, EMPTY)
    return url


class Ground:
    """A gateway at work, a client of its API, and what it says on the bus."""

    def __init__(self, gateway: Gateway, bus: MemoryBus) -> None:
        self.gateway = gateway
        self.bus = bus
        self.heard: list[Envelope] = []
        transport = httpx.ASGITransport(gateway.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://packshot")

    async def listen(self) -> None:
        async def hear(delivery) -> None:
            self.heard.append(delivery.envelope)
            await delivery.ack()

        await self.bus.subscribe(["#"], hear)

    def said(self, kind: str) -> list[Envelope]:
        return [envelope for envelope in self.heard if envelope.type == kind]

    async def tell(self, *envelopes: Envelope) -> None:
        """Publish, and wait until the gateway has taken it in."""
        for envelope in envelopes:
            await self.bus.publish(envelope)
        await asyncio.sleep(0)
        await self.gateway.projection.drained()

    async def offer_operations(self) -> None:
        await self.tell(Envelope.of(WorkerAnnounced(worker="w1", service="edit", operations=OPERATIONS), source="test"))

    async def submit(self, *photos: tuple[str, bytes], headers: dict[str, str] | None = None, **fields) -> httpx.Response:
        files = [("photos", photo) for photo in photos or [("mug.jpg", b"not looked into here")]]
        return await self.http.post("/v1/listings", data={"recipe": "pair", **fields}, files=files, headers=headers)

    async def job(self, id: str) -> dict:
        answer = await self.http.get(f"/v1/jobs/{id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ended(self, id: str) -> dict:
        await eventually(lambda: self._has_ended(id))
        return await self.job(id)

    async def _has_ended(self, id: str) -> bool:
        return (await self.job(id))["state"] in {"finished", "failed", "cancelled"}

    def problem(self, answer: httpx.Response, status: int, code: str) -> str:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert answer.json()["code"] == code
        return answer.json()["detail"]


@asynccontextmanager
async def working(folder: Path, database_url: str, **settings) -> AsyncIterator[Ground]:
    """A gateway with a bus and a store of its own, at work."""
    recipes = folder / "recipes"
    recipes.mkdir(exist_ok=True)
    (recipes / "pair.yaml").write_text(PAIR)
    given = {"home": folder, "database_url": database_url, "recipes_dir": recipes, **settings}
    bus, store = MemoryBus((1.0,)), FilesystemStore(folder / "store")
    system = System(Settings(**{key: value for key, value in given.items() if key in Settings.model_fields}), bus, store)
    await bus.open()
    await store.open()
    gateway = Gateway(system, **{key: value for key, value in given.items() if key not in Settings.model_fields})
    ground = Ground(gateway, bus)
    await ground.listen()
    try:
        async with gateway.working():
            yield ground
    finally:
        await ground.http.aclose()
        await gateway.database.close()
        await bus.close()


@pytest.fixture
async def ground(tmp_path: Path, database_url: str) -> AsyncIterator[Ground]:
    """A gateway that knows the operations of the recipe `pair`."""
    async with working(tmp_path, database_url) as ground:
        await ground.offer_operations()
        yield ground


PAIR = """
name: pair
steps:
  - operation: test.clean
branches:
  - steps: [{operation: test.frame, params: {width: 10}}]
    output: wide
  - steps: [{operation: test.frame, params: {width: 5}}]
    output: narrow
"""
