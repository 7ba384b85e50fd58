"""The artifact store as services see it: blobs by content address, results by key, entries by name.

filesystem.py and s3.py pass the same conformance suite (tests/conformance).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.result import ResultRecord


class ArtifactStore(Protocol):
    """An object store. Methods raise StoreUnavailable while it is away, ArtifactMissing for what it does not hold."""

    async def open(self) -> None:
        """Connect, and make the bucket or folder if it is not there."""

    async def close(self) -> None:
        """Let go of connections."""

    async def healthy(self) -> bool:
        """Whether the store answers now."""

    async def put(self, content: bytes | memoryview, media_type: str) -> ArtifactRef:
        """Store a blob. Storing the same bytes again changes nothing."""

    async def put_file(self, path: Path, media_type: str) -> ArtifactRef:
        """Store a file's content without holding it in memory."""

    async def get(self, ref: ArtifactRef | str) -> bytes:
        """A blob's bytes, by reference or digest, checked against the digest."""

    async def stat(self, digest: str) -> ArtifactRef:
        """A blob's size and media type."""

    def stream(self, digest: str, chunk: int = 1 << 18) -> AsyncIterator[bytes]:
        """A blob's bytes in chunks."""

    async def delete(self, digest: str) -> None:
        """Forget a blob, if it is there. Only for bytes that nobody else can have stored: who refers to them loses them too."""

    async def put_result(self, record: ResultRecord) -> None:
        """Remember a result under its key. The last writer wins: records of one key are equal but for times."""

    async def get_result(self, key: str) -> ResultRecord | None:
        """The result under a key, or None."""

    async def put_entry(self, name: str, content: bytes) -> None:
        """Write a small document under `name`, such as `models/denoise.cnn/1.0.0`. The last writer wins.

        Registers are made of these: whoever needs that nothing is overwritten puts a digest or a fresh id into the name, because
        a conditional PUT is not atomic everywhere.
        """

    async def get_entry(self, name: str) -> bytes | None:
        """The document under `name`, or None."""

    async def entries(self, folder: str) -> list[str]:
        """The names of all documents below `folder`, such as `models/denoise.cnn`, in order."""

    async def delete_entry(self, name: str) -> None:
        """Forget the document under `name`, if there is one."""
