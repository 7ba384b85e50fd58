"""A blob's bytes against its address: what a store gives back must be what was stored."""

from __future__ import annotations

import hashlib

from packshot.contracts.artifact import digest_of
from packshot.errors import ArtifactDamaged


class Verifier:
    """Hashes a blob that passes by in pieces."""

    def __init__(self, digest: str) -> None:
        self._digest = digest
        self._hash = hashlib.sha256()

    def update(self, piece: bytes) -> None:
        """Take the next piece in."""
        self._hash.update(piece)

    def check(self) -> None:
        """Raise ArtifactDamaged if the pieces were not the blob."""
        if self._hash.hexdigest() != self._digest:
            raise _damaged(self._digest)


def verified(digest: str, content: bytes) -> bytes:
    """`content`, if it is the blob `digest`; else ArtifactDamaged."""
    if digest_of(content) != digest:
        raise _damaged(digest)
    return content


def _damaged(digest: str) -> ArtifactDamaged:
    return ArtifactDamaged(
        f"Artifact {digest} is damaged in the object store: its bytes no longer match their address. "
        "Check the store's disks; storing the same content again mends it."
    )
