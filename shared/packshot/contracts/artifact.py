"""References to artifacts: immutable blobs in the object store, addressed by the SHA-256 of their content."""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import Field

from packshot.contracts.model import Contract

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

FRAME_MEDIA_TYPE = "application/vnd.packshot.frame"


def digest_of(content: bytes | memoryview) -> str:
    """SHA-256 of `content` as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


class ArtifactRef(Contract):
    """Where a blob is and what it is; what a message carries instead of pixels (claim check)."""

    digest: Digest
    media_type: str
    size: Annotated[int, Field(ge=0)]
    """Bytes."""
