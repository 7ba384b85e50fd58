"""A client of packshot's HTTP API, over TCP or over the Unix socket of an embedded system."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
import httpx_sse
from pydantic import BaseModel

from packshot.bus.protocol import DeadLetter
from packshot.contracts.collecting import CollectOrder
from packshot.contracts.datasets import CollectionView, DataSetView, ItemPage, RejectionPage
from packshot.contracts.http import (
    JobEvent,
    JobView,
    ListingView,
    OperationView,
    RecipeView,
    ShadowPair,
    TrafficView,
    Trial,
    WorkerView,
)
from packshot.contracts.recipe import Recipe
from packshot.contracts.state import JobState
from packshot.errors import (
    BadPhoto,
    PackshotError,
    PermanentError,
    ServerUnavailable,
    TransientError,
    UnknownName,
    error_of,
)

Item = TypeVar("Item", bound=BaseModel)

API_KEY = "PACKSHOT_API_KEY"
PATIENCE_S = 60.0
"""How long `events` goes on trying to reach a server that went away."""


class Client:
    """`async with Client("http://host:8780") as client:` or `Client(socket=path)`.

    Methods raise the errors of packshot.errors that the server named, and ServerUnavailable where it cannot be reached.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        socket: Path | None = None,
        api_key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`transport` replaces the network, for tests."""
        self.where = url or f"the socket {socket}"
        key = api_key or os.environ.get(API_KEY)
        self._http = httpx.AsyncClient(
            base_url=(url or "http://packshot").rstrip("/"),
            transport=httpx.AsyncHTTPTransport(uds=str(socket)) if socket else transport,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(60.0, connect=5.0),
            trust_env=socket is None,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._http.aclose()

    async def ready(self) -> bool:
        """Whether the server takes work now."""
        try:
            return (await self._http.get("/readyz", timeout=5.0)).is_success
        except httpx.HTTPError:
            return False

    async def submit(
        self,
        photos: Sequence[Path],
        recipes: Sequence[str | Recipe],
        *,
        sku: str = "",
        urgent: bool = False,
    ) -> ListingView:
        """Hand in photos as one listing. The answer's photos are in the order given."""
        fields = {"sku": sku, "urgent": "true" if urgent else "false", "recipe": [_named(recipe) for recipe in recipes]}
        with ExitStack() as stack:
            files = [("photos", (path.name, stack.enter_context(path.open("rb")))) for path in photos]
            # Storing a big upload can take long; only the connection is hurried.
            reply = await self.ask("POST", "/v1/listings", data=fields, files=files, timeout=httpx.Timeout(None, connect=5.0))
        return ListingView.model_validate(reply.json())

    async def listing(self, id: str) -> ListingView:
        """A listing with its photos and jobs."""
        return ListingView.model_validate((await self.ask("GET", f"/v1/listings/{quote(id)}")).json())

    async def job(self, id: str) -> JobView:
        """A job with its outputs."""
        return JobView.model_validate((await self.ask("GET", f"/v1/jobs/{quote(id)}")).json())

    async def jobs(self, state: JobState | None = None, limit: int = 50) -> list[JobView]:
        """The newest jobs first."""
        asked = {"limit": limit, **({"state": state.value} if state else {})}
        return await self.ask_list(JobView, "/v1/jobs", params=asked)

    async def cancel(self, job: str) -> JobView:
        """Ask a job to stop."""
        return JobView.model_validate((await self.ask("POST", f"/v1/jobs/{quote(job)}/cancel")).json())

    def events(self, job: str) -> AsyncIterator[JobEvent]:
        """What happens to a job, until it has ended. Goes on after the last event heard when the connection breaks."""
        return self._events(f"/v1/jobs/{quote(job)}/events", {job})

    def listing_events(self, listing: str, jobs: Iterable[str]) -> AsyncIterator[JobEvent]:
        """What happens to these jobs of a listing, until all of them have ended; goes on like `events`."""
        return self._events(f"/v1/listings/{quote(listing)}/events", set(jobs))

    async def collect(self, order: CollectOrder) -> CollectionView:
        """Start a collection."""
        reply = await self.ask("POST", "/v1/datasets", json=order.model_dump(mode="json", exclude_unset=True))
        return CollectionView.model_validate(reply.json())

    async def collections(self, name: str = "") -> list[CollectionView]:
        """The newest collections first: all, or those for one data set."""
        return await self.ask_list(CollectionView, "/v1/collections", params={"name": name, "limit": 500})

    async def cancel_collection(self, id: str) -> CollectionView:
        """Stop a collection."""
        return CollectionView.model_validate((await self.ask("POST", f"/v1/collections/{quote(id)}/cancel")).json())

    async def collection_events(self, id: str) -> AsyncIterator[CollectionView]:
        """A collection whenever it has changed, until it has ended."""
        async for view in self.follow(f"/v1/collections/{quote(id)}/events", CollectionView):
            yield view
            if view.state.ended:
                return

    async def data_sets(self) -> list[DataSetView]:
        """The data sets, by name."""
        return await self.ask_list(DataSetView, "/v1/datasets")

    async def data_set(self, name: str) -> DataSetView:
        """A data set: NAME for its newest version, or NAME@DIGEST."""
        return DataSetView.model_validate((await self.ask("GET", f"/v1/datasets/{quote(name)}")).json())

    async def items(self, name: str, *, offset: int = 0, limit: int = 100) -> ItemPage:
        """Pictures of a data set, in the order of its manifest."""
        asked = {"offset": offset, "limit": limit}
        return ItemPage.model_validate((await self.ask("GET", f"/v1/datasets/{quote(name)}/items", params=asked)).json())

    async def report(self, name: str, code: str | None = None, *, offset: int = 0, limit: int = 100) -> RejectionPage:
        """What was left out of a data set: all, or for one reason."""
        asked = {"offset": offset, "limit": limit, **({"code": code} if code else {})}
        return RejectionPage.model_validate((await self.ask("GET", f"/v1/datasets/{quote(name)}/report", params=asked)).json())

    async def _events(self, path: str, pending: set[str]) -> AsyncIterator[JobEvent]:
        async for told in self.follow(path, JobEvent):
            yield told
            if told.state.ended:
                pending.discard(told.job)
            if not pending:
                return

    async def follow(self, path: str, kind: type[Item]) -> AsyncIterator[Item]:
        """The events of a stream, for as long as they are wanted; goes on after the last one when the connection breaks."""
        clock = asyncio.get_running_loop().time
        last, heard_at = "", clock()
        while True:
            try:
                async for event in self._stream(path, last):
                    last, heard_at = event.id or last, clock()
                    if event.data:
                        yield kind.model_validate_json(event.data)
            except TransientError:
                if clock() - heard_at > PATIENCE_S:
                    raise
            await asyncio.sleep(0.5)

    async def _stream(self, path: str, last: str) -> AsyncIterator[httpx_sse.ServerSentEvent]:
        headers = {"Last-Event-ID": last} if last else {}
        try:
            async with httpx_sse.aconnect_sse(self._http, "GET", path, headers=headers, timeout=httpx.Timeout(60.0)) as source:
                if source.response.is_error:
                    await source.response.aread()
                _raise_for(source.response)
                async for event in source.aiter_sse():
                    yield event
        except httpx.HTTPError as error:
            raise self._away(error) from error

    async def download(self, digest: str, path: Path) -> None:
        """Write an artifact to `path`, whole or not at all."""
        await self.download_from(f"/v1/artifacts/{digest}", path)

    async def download_from(self, where: str, path: Path) -> None:
        """Write what the server has under `where` to `path`, whole or not at all."""
        part = path.with_name(f".{path.name}.part")
        try:
            async with self._http.stream("GET", where) as reply:
                if reply.is_error:
                    await reply.aread()
                _raise_for(reply)
                with part.open("wb") as file:
                    async for chunk in reply.aiter_bytes():
                        file.write(chunk)
            part.replace(path)
        except httpx.HTTPError as error:
            raise self._away(error) from error
        finally:
            part.unlink(missing_ok=True)

    async def content(self, digest: str) -> bytes:
        """An artifact's bytes."""
        return (await self.ask("GET", f"/v1/artifacts/{digest}")).content

    async def operations(self) -> list[OperationView]:
        """The operations that workers offer, or have offered."""
        return await self.ask_list(OperationView, "/v1/operations")

    async def workers(self) -> list[WorkerView]:
        """The workers that are alive."""
        return await self.ask_list(WorkerView, "/v1/workers")

    async def recipes(self) -> list[Recipe]:
        """The recipes that can be asked for."""
        return [view.recipe for view in await self.ask_list(RecipeView, "/v1/recipes")]

    async def traffic(self, hours: float = 24.0) -> list[TrafficView]:
        """Every operation that has a traffic policy, and what its versions did."""
        return await self.ask_list(TrafficView, "/v1/traffic", params={"hours": hours})

    async def traffic_of(self, operation: str, hours: float = 24.0) -> TrafficView:
        """The traffic policy of an operation, and what its versions did."""
        return await self._steer("GET", operation, params={"hours": hours})

    async def try_version(self, operation: str, trial: Trial) -> TrafficView:
        """Put a version on trial."""
        return await self._steer("PUT", operation, "/trial", json=trial.model_dump(mode="json"))

    async def promote(self, operation: str, major: int | None = None) -> TrafficView:
        """Let the version on trial, or this one, answer."""
        return await self._steer("POST", operation, "/promote", json={"major": major})

    async def roll_back(self, operation: str) -> TrafficView:
        """End the trial, or undo the last promotion."""
        return await self._steer("POST", operation, "/rollback")

    async def release(self, operation: str) -> TrafficView:
        """Take the policy away."""
        return await self._steer("DELETE", operation)

    async def shadows(self, operation: str, limit: int = 20) -> list[ShadowPair]:
        """The newest jobs that ran in shadow, each with the job in whose shadow it ran."""
        return await self.ask_list(ShadowPair, f"/v1/traffic/{quote(operation)}/shadows", params={"limit": limit})

    async def _steer(self, method: str, operation: str, action: str = "", **asked: Any) -> TrafficView:
        reply = await self.ask(method, f"/v1/traffic/{quote(operation)}{action}", **asked)
        return TrafficView.model_validate(reply.json())

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """Messages that were parked, oldest first."""
        return await self.ask_list(DeadLetter, "/v1/dead", params={"limit": limit})

    async def retry_dead(self, id: str) -> bool:
        """Send a parked message back to its queue; False if there is none."""
        return await self._found("POST", f"/v1/dead/{quote(id)}/retry")

    async def drop_dead(self, id: str) -> bool:
        """Throw a parked message away; False if there is none."""
        return await self._found("DELETE", f"/v1/dead/{quote(id)}")

    async def _found(self, method: str, path: str) -> bool:
        try:
            await self.ask(method, path)
        except UnknownName:
            return False
        return True

    async def ask_list(self, kind: type[Item], path: str, **asked: Any) -> list[Item]:
        """The answer to a GET that is a list."""
        return [kind.model_validate(item) for item in (await self.ask("GET", path, **asked)).json()]

    async def ask(self, method: str, path: str, **asked: Any) -> httpx.Response:
        """The answer to any request of the API. Raises the error of ours that the server named, or ServerUnavailable."""
        try:
            reply = await self._http.request(method, path, **asked)
        except httpx.HTTPError as error:
            raise self._away(error) from error
        _raise_for(reply)
        return reply

    def _away(self, error: httpx.HTTPError) -> ServerUnavailable:
        reason = str(error) or type(error).__name__
        return ServerUnavailable(f"packshot does not answer at {self.where}: {reason}. Is it running there?")


def _named(recipe: str | Recipe) -> str:
    return recipe if isinstance(recipe, str) else recipe.model_dump_json(exclude_defaults=True)


def _raise_for(reply: httpx.Response) -> None:
    """Raise the error of ours that the server named (application/problem+json)."""
    if reply.is_success:
        return
    problem: dict[str, Any] = {}
    if "json" in reply.headers.get("content-type", ""):
        answer = reply.json()
        problem = answer if isinstance(answer, dict) else {}
    detail = str(problem.get("detail") or f"The server answered {reply.status_code} {reply.reason_phrase}.")
    error = error_of(str(problem.get("code")), detail)
    # A code that only the server knows says less than the status.
    raise error if type(error) is not PackshotError else _kind(reply.status_code)(detail)


def _kind(status: int) -> type[PackshotError]:
    if status == httpx.codes.NOT_FOUND:
        return UnknownName
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return BadPhoto
    return TransientError if status in {429, 502, 503, 504} else PermanentError
