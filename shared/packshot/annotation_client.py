"""What a client asks of annotation tasks, and of data sets that go out and come in."""

from __future__ import annotations

from urllib.parse import quote

from packshot.client import Client
from packshot.contracts.annotation import Agreement, NewTask, Published, TaskView
from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.dataset import Manifest


class AnnotationClient:
    """Annotation tasks, asked of the packshot that `client` reaches; errors as there."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def tasks(self, limit: int = 50) -> list[TaskView]:
        """The newest first."""
        return await self._client.ask_list(TaskView, "/v1/annotations", params={"limit": limit})

    async def start(self, task: NewTask) -> TaskView:
        """Start a task over a data set."""
        reply = await self._client.ask("POST", "/v1/annotations", json=task.model_dump(mode="json"), timeout=None)
        return TaskView.model_validate(reply.json())

    async def agreement(self, task: str) -> Agreement:
        """How far two people agree."""
        reply = await self._client.ask("GET", f"/v1/annotations/{quote(task)}/agreement", timeout=None)
        return Agreement.model_validate(reply.json())

    async def publish(self, task: str, *, partial: bool) -> Published:
        """Make a new version of the data set."""
        path = f"/v1/annotations/{quote(task)}/publish"
        return Published.model_validate((await self._client.ask("POST", path, json={"partial": partial}, timeout=None)).json())

    async def manifest(self, reference: str) -> Manifest:
        """A version of a data set."""
        reply = await self._client.ask("GET", f"/v1/datasets/{quote(reference)}/manifest", timeout=None)
        return Manifest.model_validate_json(reply.content)

    async def register(self, manifest: Manifest) -> Published:
        """Make a data set of pictures that were sent before."""
        reply = await self._client.ask(
            "POST", "/v1/annotations/imports", content=manifest.model_dump_json(), headers=_JSON, timeout=None
        )
        return Published.model_validate(reply.json())

    def blobs(self, reference: str = "") -> Blobs:
        """Pictures and masks: those of a data set to get, and a place to put new ones."""
        return Blobs(self._client, reference)


class Blobs:
    """The pictures of a data set behind HTTP (packshot.datasets.exchange.Blobs)."""

    def __init__(self, client: Client, reference: str) -> None:
        self._client = client
        self._reference = reference

    async def get(self, ref: ArtifactRef | str) -> bytes:
        """A picture or a mask of the data set."""
        digest = ref if isinstance(ref, str) else ref.digest
        return (await self._client.ask("GET", f"/v1/datasets/{quote(self._reference)}/pictures/{digest}")).content

    async def put(self, content: bytes | memoryview, media_type: str) -> ArtifactRef:
        """Send a picture or a mask. The server looks for itself what it is."""
        headers = {"Content-Type": "application/octet-stream"}
        reply = await self._client.ask("POST", "/v1/annotations/imports/files", content=bytes(content), headers=headers)
        return ArtifactRef.model_validate(reply.json())


_JSON = {"Content-Type": "application/json"}
