"""The service as it is run: it listens, says whether it is ready, serves the page, and stops when told."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from tests.real.finding import free_port

from packshot.bus.memory import MemoryBus
from packshot.embedded import EmbeddedSettings
from packshot.errors import BadSettings
from packshot.service import System, find_service
from packshot.store.filesystem import FilesystemStore

from .conftest import Ground
from .story import accepted, picture
from .test_jobs import submitted


@asynccontextmanager
async def serving(folder: Path, **settings) -> AsyncIterator[System]:
    bus, store = MemoryBus((1.0,)), FilesystemStore(folder / "store")
    ready = asyncio.Event()
    system = System(EmbeddedSettings(home=folder, drain_s=5, **settings), bus, store, ready=lambda _: ready.set())
    await bus.open()
    await store.open()
    service = asyncio.create_task(find_service("gateway").run(system))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({service, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if not service.done():
            yield system
    finally:
        system.stopping.set()
        await service


async def test_it_listens_on_a_socket_and_on_a_port_and_stops_when_told(tmp_path: Path) -> None:
    port, socket = free_port(), tmp_path / "gateway.sock"
    before = signal.getsignal(signal.SIGTERM)
    async with serving(tmp_path, gateway_port=port, gateway_socket=socket) as system:
        assert signal.getsignal(signal.SIGTERM) is before, "signals are not the gateway's business"
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(socket)), base_url="http://x") as http:
            assert (await http.get("/healthz")).text == "ok\n"
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            assert (await http.get("/readyz")).json()["ok"]
        assert system.settings.home == tmp_path
    assert not socket.exists()


async def test_with_a_socket_alone_it_opens_no_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("packshot_gateway.listening._tcp", lambda *_: pytest.fail("a port was opened"))
    async with serving(tmp_path, gateway_socket=tmp_path / "gateway.sock"):
        assert oct(os.stat(tmp_path / "gateway.sock").st_mode)[-3:] == "600"


async def test_a_port_that_is_taken_is_said_to_be(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(BadSettings, match="PACKSHOT_GATEWAY_PORT"):
        async with serving(tmp_path, gateway_port=port):
            pytest.fail("it cannot be ready")
    server.close()


async def test_readiness_names_the_part_that_is_away(ground: Ground) -> None:
    assert (await ground.http.get("/readyz")).status_code == 200
    ground.bus._open = False
    answer = await ground.http.get("/readyz")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert [parts[name]["ok"] for name in ("bus", "store", "database")] == [False, True, True]
    assert "bus" in parts["bus"]["why"]
    ground.bus._open = True


async def test_the_page_and_its_files_come_with_careful_headers(ground: Ground) -> None:
    index = await ground.http.get("/")
    assert index.status_code == 200
    assert index.headers["cache-control"] == "no-store"
    for path in ("/", "/static/app.js", "/v1/jobs", "/nothing"):
        headers = (await ground.http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["content-security-policy"].startswith("default-src 'self'"), path
    assert "packshot_messages_sent" in (await ground.http.get("/metrics")).text


async def test_a_photo_is_shown_as_a_picture_and_anything_else_only_saved(ground: Ground) -> None:
    listing, (photo,) = await submitted(ground, ("mug.jpg", b"<script>"))
    digest = listing["photos"][0]["artifact"]["digest"]
    unknown = await ground.http.get(f"/v1/artifacts/{digest}")
    assert unknown.headers["content-type"] == "application/octet-stream"
    assert unknown.headers["content-disposition"].startswith("attachment")
    await ground.tell(accepted(photo, listing["id"]))
    shown = await ground.http.get(f"/v1/artifacts/{digest}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert "content-disposition" not in shown.headers
    assert "immutable" in shown.headers["cache-control"]
    assert shown.headers["content-length"] == "8"
    assert (await ground.http.get(f"/v1/artifacts/{digest}", headers={"If-None-Match": shown.headers["etag"]})).status_code == 304
    named = await ground.http.get(f"/v1/artifacts/{digest}", params={"download": "杯 1.jpg"})
    assert named.headers["content-disposition"] == "attachment; filename*=UTF-8''%E6%9D%AF%201.jpg"
    ground.problem(await ground.http.get(f"/v1/artifacts/{picture('none').digest}"), 404, "not_found")
