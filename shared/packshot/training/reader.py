"""Where a training's pictures are read: by digest, from a store or from a plain folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from packshot.contracts.artifact import digest_of
from packshot.errors import ArtifactDamaged, ArtifactMissing


class Reader(Protocol):
    """Reads blobs by digest. It is sent to the processes that prepare examples, so it can be pickled and opens nothing before."""

    def read(self, digest: str) -> bytes:
        """The blob. Raises ArtifactMissing, ArtifactDamaged or StoreUnavailable."""


@dataclass(frozen=True)
class FolderReader:
    """Blobs in a plain folder, each in a file that its digest names."""

    folder: Path

    def read(self, digest: str) -> bytes:
        """See Reader."""
        try:
            content = (self.folder / digest).read_bytes()
        except FileNotFoundError as error:
            raise ArtifactMissing(f"{self.folder} has no file {digest}.") from error
        if digest_of(content) != digest:
            raise ArtifactDamaged(f"{self.folder / digest} is damaged: its SHA-256 is another. Copy it there again.")
        return content
