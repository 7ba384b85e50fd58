"""A store that goes away, refuses, or stalls."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from packshot.errors import BadSettings, StoreUnavailable
from packshot.store.connect import store_at
from packshot.store.filesystem import FilesystemStore
from tests.faults.proxy import ChaosProxy
from tests.real.finding import free_port
from tests.real.private_s3 import PrivateS3


@pytest.mark.real
async def test_an_s3_server_that_stops_is_unavailable_and_what_it_held_comes_back_with_it(own_s3: PrivateS3):
    store = store_at(own_s3.url("packshot-faults"))
    await store.open()
    ref = await store.put(b"before", "text/plain")
    own_s3.stop()
    try:
        with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1.*PACKSHOT_STORE_URL"):
            await store.get(ref)
        with pytest.raises(StoreUnavailable):
            await store.put(b"meanwhile", "text/plain")
        assert not await store.healthy()
    finally:
        own_s3.start()
    assert await store.get(ref) == b"before"
    await store.close()


@pytest.mark.real
async def test_a_call_outlives_a_short_absence_of_the_server(own_s3: PrivateS3):
    store = store_at(own_s3.url("packshot-faults"))
    await store.open()
    ref = await store.put(b"short absence", "text/plain")
    async with ChaosProxy(*_host_and_port(own_s3)) as proxy:
        await proxy.refuse()
        through = store_at(proxy.url(own_s3.url("packshot-faults")))
        reading = asyncio.create_task(through.get(ref))
        await asyncio.sleep(0.1)  # the first attempt was refused
        await proxy.listen()
        assert await reading == b"short absence"
        await through.close()
    await store.close()


@pytest.mark.real
async def test_a_wrong_secret_is_a_wrong_setting_and_is_not_told_to_anybody(own_s3: PrivateS3):
    url = own_s3.url("packshot-faults").replace(own_s3.secret_key, "not-the-secret")
    store = store_at(url)
    with pytest.raises(BadSettings, match="PACKSHOT_STORE_URL") as caught:
        await store.open()
    assert "not-the-secret" not in str(caught.value)
    assert not await store.healthy()
    await store.close()


@pytest.mark.alone
async def test_no_server_at_start_is_said_within_seconds():
    store = store_at(f"s3://key:secret@127.0.0.1:{free_port()}/bucket?secure=false")
    start = time.monotonic()
    with pytest.raises(StoreUnavailable, match="Check that it runs"):
        await store.open()
    assert time.monotonic() - start < 5
    await store.close()


async def test_a_server_that_breaks_off_in_the_middle_is_unavailable():
    async def half_an_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(half_an_answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    store = store_at(f"s3://key:secret@127.0.0.1:{port}/bucket?secure=false")
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await store.get("a" * 64)
    await store.close()
    server.close()
    await server.wait_closed()


async def test_a_store_folder_that_vanishes_is_unavailable_not_empty(tmp_path: Path):
    store = FilesystemStore(tmp_path / "store")
    await store.open()
    ref = await store.put(b"blob", "text/plain")
    shutil.rmtree(tmp_path / "store")
    for away in (store.get(ref), store.stat(ref.digest), store.put(b"blob", "text/plain"), store.get_result("a" * 64)):
        with pytest.raises(StoreUnavailable, match="PACKSHOT_STORE_URL"):
            await away
    assert not await store.healthy()


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="file"):
        await FilesystemStore(tmp_path / "file" / "store").open()


async def test_a_writer_killed_in_the_middle_leaves_no_half_blob(tmp_path: Path):
    store = FilesystemStore(tmp_path)
    await store.open()
    child = multiprocessing.get_context("spawn").Process(target=_write_forever, args=(tmp_path,))
    child.start()
    await asyncio.to_thread(_wait_for_blobs, tmp_path, child)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    blobs = _blobs(tmp_path)
    assert blobs
    for blob in blobs:
        await store.get(blob.name)
        assert (await store.stat(blob.name)).media_type == "image/png"


async def test_what_a_killed_writer_left_is_cleared_when_it_is_old(tmp_path: Path):
    store = FilesystemStore(tmp_path)
    await store.open()
    old, fresh = tmp_path / "tmp" / "old", tmp_path / "tmp" / "fresh"
    for leftover in (old, fresh):
        leftover.write_bytes(b"half")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    await store.open()
    assert not old.exists()
    assert fresh.exists(), "another process may be writing it now"


@pytest.mark.real
async def test_a_cut_connection_is_not_noticed_by_the_caller(own_s3: PrivateS3):
    async with ChaosProxy(*_host_and_port(own_s3)) as proxy:
        store = store_at(proxy.url(own_s3.url("packshot-faults")))
        await store.open()
        ref = await store.put(b"x" * 1_000_000, "text/plain")
        for _ in range(3):
            await proxy.cut()
            assert len(await store.get(ref)) == 1_000_000
        await store.close()


def _host_and_port(server: PrivateS3) -> tuple[str, int]:
    host, _, port = server.endpoint.rpartition(":")
    return host, int(port)


def _blobs(root: Path) -> list[Path]:
    return [path for path in (root / "artifacts").glob("*/*") if not path.suffix]


def _wait_for_blobs(root: Path, writer: BaseProcess) -> None:
    while len(_blobs(root)) < 3 and writer.is_alive():
        time.sleep(0.003)


def _write_forever(root: Path) -> None:
    async def write() -> None:
        store, count = FilesystemStore(root), 0
        while True:
            await store.put(b"%d" % count * 3_000_000, "image/png")
            count += 1

    asyncio.run(write())
