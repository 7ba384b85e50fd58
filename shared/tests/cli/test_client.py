"""The client goes on where a stream broke, and raises what the server named."""

import httpx
import pytest

from packshot.client import Client
from packshot.contracts.http import JobEvent
from packshot.contracts.state import JobState
from packshot.errors import BadPhoto, BadRecipe, PermanentError, ServerUnavailable, TransientError, UnknownName


def client(answer) -> Client:
    return Client("http://packshot.test", transport=httpx.MockTransport(answer))


def event(number: int, progress: float, state: JobState) -> str:
    told = JobEvent(type="step.finished", time="2026-01-01T00:00:00Z", job="j", state=state, progress=progress)
    return f"id: {number}\nevent: {told.type}\ndata: {told.model_dump_json()}\n\n"


def streamed(text: str) -> httpx.Response:
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, text=text)


async def test_events_go_on_after_the_last_one_heard():
    heard_after = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard_after.append(request.headers.get("last-event-id"))
        match len(heard_after):
            case 1:
                return streamed(event(1, 0.25, JobState.RUNNING) + ": still here\n\n" + event(2, 0.5, JobState.RUNNING))
            case 2:
                raise httpx.ConnectError("away")
            case _:
                return streamed(event(3, 1.0, JobState.FINISHED) + event(4, 1.0, JobState.FINISHED))

    async with client(answer) as asked:
        progress = [told.progress async for told in asked.events("j")]
    assert progress == [0.25, 0.5, 1.0]
    assert heard_after == [None, "2", "2"]


async def test_events_of_an_unknown_job_are_an_error_at_once():
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, json={"title": "Not Found", "detail": "There is no job j.", "code": "not_found"})

    async with client(answer) as asked:
        with pytest.raises(UnknownName, match=r"There is no job j\."):
            [told async for told in asked.events("j")]


@pytest.mark.parametrize(
    ("status", "problem", "kind"),
    [
        (422, {"code": "bad_recipe", "detail": "It loops."}, BadRecipe),
        (422, {"code": "bad_photo", "detail": "It is text."}, BadPhoto),
        (413, {"code": "too_large", "detail": "Too much."}, BadPhoto),
        (503, {"code": "store_unavailable", "detail": "Away."}, TransientError),
        (502, None, TransientError),
        (403, {"code": "forbidden", "detail": "Not you."}, PermanentError),
    ],
)
async def test_errors_are_those_that_the_server_named(status, problem, kind):
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=problem) if problem else httpx.Response(status, text="<html>")

    async with client(answer) as asked:
        with pytest.raises(kind, match=problem["detail"] if problem else "502"):
            await asked.job("j")


async def test_server_that_is_away_is_said_to_be(tmp_path):
    async with Client("http://127.0.0.1:9") as asked:
        with pytest.raises(ServerUnavailable, match=r"http://127\.0\.0\.1:9"):
            await asked.recipes()
    async with Client(socket=tmp_path / "no.sock") as asked:
        assert not await asked.ready()


async def test_download_that_breaks_leaves_no_file(tmp_path):
    async def half():
        yield b"half"
        raise httpx.ReadError("broken")

    async with client(lambda request: httpx.Response(200, content=half())) as asked:
        with pytest.raises(ServerUnavailable):
            await asked.download("0" * 64, tmp_path / "a.jpg")
    assert list(tmp_path.iterdir()) == []


async def test_api_key_is_sent(monkeypatch):
    monkeypatch.setenv("PACKSHOT_API_KEY", "pk_test")
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("authorization"))
        return httpx.Response(200, json=[])

    async with client(answer) as asked:
        await asked.recipes()
    assert seen == ["Bearer pk_test"]
