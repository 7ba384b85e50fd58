"""What every artifact store promises: one suite over folders and S3."""

from __future__ import annotations

import asyncio
import hashlib
import io
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from minio import Minio

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.result import FrameRef, ResultRecord
from packshot.errors import ArtifactDamaged, ArtifactMissing, BadParameters
from packshot.store.connect import store_at
from packshot.store.protocol import ArtifactStore

ABSENT = "0" * 64
KEY = "ab" * 32
ESCAPES = [
    "../../etc/passwd",
    "",
    "/etc/passwd",
    "ab" * 31 + "..",
    "AB" * 32,
    "é" * 64,
    "a" * 63,
    "a" * 64 + "\n",
    f"{'a' * 64}/x",
]


@dataclass
class Place:
    """A store under test, and a way around it that an accident might take."""

    url: str
    overwrite: Callable[[str, bytes], None]
    """Put other bytes where the named object lies."""


def in_folder(tmp_path: Path) -> Place:
    root = tmp_path / "store with a space"

    def overwrite(name: str, content: bytes) -> None:
        (root / name).write_bytes(content)

    return Place(root.as_uri(), overwrite)


def in_bucket(url: str) -> Place:
    def overwrite(name: str, content: bytes) -> None:
        parts = urlsplit(url)
        client = Minio(
            parts.netloc.rpartition("@")[2],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            secure=parse_qs(parts.query).get("secure") != ["false"],
            region="us-east-1",
        )
        client.put_object(parts.path.strip("/"), name, io.BytesIO(content), len(content))

    return Place(url, overwrite)


@pytest.fixture(params=["filesystem", pytest.param("s3", marks=pytest.mark.real)])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "s3":
        return in_bucket(request.getfixturevalue("s3_url"))
    return in_folder(request.getfixturevalue("tmp_path"))


@pytest.fixture
async def store(place: Place) -> AsyncIterator[ArtifactStore]:
    store = store_at(place.url)
    await store.open()
    yield store
    await store.close()


def unique(size: int) -> bytes:
    """Bytes that no other test has stored."""
    seed = str(time.perf_counter_ns()).encode()
    return (hashlib.shake_256(seed).digest(min(size, 1 << 16)) * (size // (1 << 16) + 1))[:size]


@pytest.mark.parametrize("size", [0, 1, 1024, 300_000, 6_000_000])
async def test_a_blob_comes_back_as_it_was_put(store: ArtifactStore, size: int):
    content = unique(size)
    ref = await store.put(content, "image/png")
    assert ref == ArtifactRef(digest=hashlib.sha256(content).hexdigest(), media_type="image/png", size=size)
    assert await store.get(ref) == content
    assert await store.get(ref.digest) == content


async def test_a_memoryview_is_stored_like_bytes(store: ArtifactStore):
    content = unique(5000)
    assert await store.get(await store.put(memoryview(content)[100:], "image/png")) == content[100:]


async def test_the_same_content_twice_is_one_artifact(store: ArtifactStore):
    content = unique(2000)
    assert await store.put(content, "image/png") == await store.put(content, "image/png")
    assert await store.get(hashlib.sha256(content).hexdigest()) == content


async def test_a_file_of_70_mb_goes_up_in_parts(store: ArtifactStore, tmp_path: Path):
    source = tmp_path / "large.tif"
    source.write_bytes(unique(70_000_000))
    ref = await store.put_file(source, "image/tiff")
    assert (ref.size, ref.media_type) == (70_000_000, "image/tiff")
    digest, size = hashlib.sha256(), 0
    async for chunk in store.stream(ref.digest):
        digest.update(chunk)
        size += len(chunk)
    assert (digest.hexdigest(), size) == (ref.digest, 70_000_000)
    assert source.exists(), "the source is copied, not moved"


async def test_an_empty_file_can_be_stored(store: ArtifactStore, tmp_path: Path):
    source = tmp_path / "empty"
    source.touch()
    ref = await store.put_file(source, "text/plain")
    assert (ref.size, await store.get(ref)) == (0, b"")


async def test_stat_knows_size_and_media_type(store: ArtifactStore):
    ref = await store.put(unique(777), "image/webp")
    assert await store.stat(ref.digest) == ref


async def test_stream_comes_in_chunks(store: ArtifactStore):
    content = unique(100_000)
    ref = await store.put(content, "image/png")
    chunks = [chunk async for chunk in store.stream(ref.digest, chunk=30_000)]
    assert b"".join(chunks) == content
    assert max(len(chunk) for chunk in chunks) <= 30_000


async def test_a_reader_may_leave_a_stream_early(store: ArtifactStore):
    ref = await store.put(unique(1_000_000), "image/png")
    for _ in range(40):  # more often than there are connections
        stream = store.stream(ref.digest, chunk=1000)
        await anext(stream)
        await stream.aclose()
    assert await store.stat(ref.digest) == ref


async def test_what_is_not_there_is_missing(store: ArtifactStore):
    for read in (store.get, store.stat):
        with pytest.raises(ArtifactMissing, match=ABSENT):
            await read(ABSENT)
    with pytest.raises(ArtifactMissing, match=ABSENT):
        await anext(store.stream(ABSENT))


@pytest.mark.parametrize("name", ESCAPES)
async def test_a_name_that_is_no_digest_reaches_nothing(store: ArtifactStore, name: str):
    for read in (store.get, store.stat):
        with pytest.raises(ArtifactMissing):
            await read(name)
    with pytest.raises(ArtifactMissing):
        await anext(store.stream(name))
    with pytest.raises(BadParameters):
        await store.get_result(name)
    with pytest.raises(BadParameters):
        await store.put_result(ResultRecord(key=name, frame=FrameRef(key=name)))


async def test_a_damaged_blob_is_found_and_mended_by_storing_it_again(store: ArtifactStore, place: Place):
    content = unique(50_000)
    ref = await store.put(content, "image/png")
    place.overwrite(f"artifacts/{ref.digest[:2]}/{ref.digest}", content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ArtifactDamaged, match=ref.digest):
        await store.get(ref)
    with pytest.raises(ArtifactDamaged, match=ref.digest):
        [chunk async for chunk in store.stream(ref.digest)]
    await store.put(content, "image/png")
    assert await store.get(ref) == content


async def test_32_writers_of_one_blob_do_not_disturb_each_other_or_a_reader(store: ArtifactStore):
    content = unique(200_000)
    ref = await store.put(content, "image/png")

    async def read() -> None:
        for _ in range(10):
            assert await store.get(ref) == content

    refs, _ = await asyncio.gather(asyncio.gather(*(store.put(content, "image/png") for _ in range(32))), read())
    assert set(refs) == {ref}
    assert await store.get(ref) == content


async def test_a_result_is_found_by_its_key_and_the_last_writer_wins(store: ArtifactStore):
    first = ResultRecord(key=KEY, frame=FrameRef(key=KEY, width=10))
    last = ResultRecord(key=KEY, frame=FrameRef(key=KEY, width=20, findings={"inspect.blur": {"value": 0.5}}))
    await store.put_result(first)
    await store.put_result(last)
    assert await store.get_result(KEY) == last


async def test_an_unknown_result_is_none(store: ArtifactStore):
    assert await store.get_result("cd" * 32) is None


async def test_a_result_record_that_cannot_be_read_is_none(store: ArtifactStore, place: Place):
    key = "ef" * 32
    await store.put_result(ResultRecord(key=key, frame=FrameRef(key=key)))
    place.overwrite(f"results/ef/{key}.json", b'{"key": "ef')
    assert await store.get_result(key) is None


async def test_a_blob_that_is_deleted_is_gone_and_can_come_again(store: ArtifactStore):
    content = unique(100)
    ref, other = await store.put(content, "image/png"), await store.put(unique(100), "image/png")
    for _ in range(2):
        await store.delete(ref.digest)
        for call in (store.get, store.stat):
            with pytest.raises(ArtifactMissing):
                await call(ref.digest)
    assert await store.stat(other.digest) == other
    await store.put(content, "image/png")
    assert await store.get(ref) == content


async def test_entries_are_found_by_name_listed_by_folder_and_forgotten(store: ArtifactStore):
    room = f"tests/{time.perf_counter_ns()}"
    assert await store.entries(room) == []
    assert await store.get_entry(f"{room}/models/a") is None
    for name, content in (("models/b", b"2"), ("models/a", b"1"), ("models-of-others/c", b"3"), ("models/a", b"4")):
        await store.put_entry(f"{room}/{name}", content)
    assert await store.entries(f"{room}/models") == [f"{room}/models/a", f"{room}/models/b"]
    assert await store.get_entry(f"{room}/models/a") == b"4"
    await store.delete_entry(f"{room}/models/a")
    await store.delete_entry(f"{room}/models/a")
    assert await store.entries(room) == [f"{room}/models-of-others/c", f"{room}/models/b"]


@pytest.mark.parametrize("name", ["", "x", "../x/y", "/etc/passwd", "a/../b", "a/b/", "A/b", "a/b\n", "a//b", "a/.b"])
async def test_a_name_that_is_none_reaches_no_entry(store: ArtifactStore, name: str):
    for call in (store.get_entry, store.delete_entry):
        with pytest.raises(BadParameters, match="name of an entry"):
            await call(name)
    with pytest.raises(BadParameters, match="name of an entry"):
        await store.put_entry(name, b"")


async def test_two_stores_of_one_url_see_each_other(store: ArtifactStore, place: Place):
    other = store_at(place.url)
    await other.open()
    ref = await store.put(unique(100), "image/png")
    assert await other.stat(ref.digest) == ref
    await other.close()


async def test_it_says_that_it_is_healthy(store: ArtifactStore):
    assert await store.healthy()
