"""Photos that a listing names by URL, fetched from a real server."""

import asyncio
from contextlib import asynccontextmanager

from packshot.contracts.messages import PhotoAccepted, PhotoRejected

from .conftest import listing, order, picture


@asynccontextmanager
async def shop(pages):
    """A web server on loopback: path → what it answers, one status and body after the other, the last one again and again."""
    left = {path: list(answers) for path, answers in pages.items()}

    async def serve(reader, writer):
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        answers = left.get(path, [(404, b"")])
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        listener.close()


async def test_a_photo_is_fetched_into_the_store(ingest):
    content = picture(32, 24, "JPEG")
    async with shop({"/a.png": [(200, content)]}) as url:
        await ingest.receive(listing(order("front", url=f"{url}/a.png")))
        (run,) = await ingest.started()
    (accepted,) = await ingest.ears.until(PhotoAccepted)
    assert (accepted.format, accepted.width, accepted.artifact.media_type) == ("jpeg", 32, "image/jpeg")
    assert run.frame.photo == accepted.artifact
    assert await ingest.store.get(accepted.artifact) == content


async def test_a_busy_server_is_asked_again(ingest):
    async with shop({"/a": [(503, b""), (429, b""), (200, picture())]}) as url:
        await ingest.receive(listing(order("front", url=f"{url}/a")))
        await ingest.started()
    assert ingest.ears.all(PhotoRejected) == []


async def test_what_cannot_be_fetched_is_rejected_and_stops_nothing(ingest):
    page = b"<!DOCTYPE html><title>Login</title>"
    async with shop({"/a": [(200, picture())], "/page": [(200, page)], "/busy": [(503, b"")]}) as url:
        names = ["page", "busy", "gone", "a"]
        inside = order("inside", url="http://169.254.169.254/latest/meta-data")
        await ingest.receive(listing(*(order(name, url=f"{url}/{name}") for name in names), inside))
        rejected = {event.photo: event.failure.code for event in await ingest.ears.until(PhotoRejected, 4)}
        (run,) = await ingest.started()
    assert rejected == {"page": "bad_photo", "busy": "fetch_failed", "gone": "bad_url", "inside": "bad_url"}
    assert run.job == "a-0"


async def test_a_picture_that_is_no_picture_is_not_kept(ingest, tmp_path):
    async with shop({"/a": [(200, b"GIF89a but not really")]}) as url:
        await ingest.receive(listing(order("front", url=f"{url}/a")))
        await ingest.ears.until(PhotoRejected)
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []
