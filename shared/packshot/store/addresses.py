"""Where blobs, results and entries lie in a store: the same names in a bucket and in a folder."""

from __future__ import annotations

import re

from packshot.errors import ArtifactMissing, BadParameters

_HEX = re.compile(r"[0-9a-f]{64}")
_ENTRY = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}(/[a-z0-9][a-z0-9._-]{0,99}){1,5}")


def artifact_address(digest: str) -> str:
    """`artifacts/<2 hex>/<digest>`. Raises ArtifactMissing for what is no digest, so that no name can leave the store."""
    if not _HEX.fullmatch(digest):
        raise ArtifactMissing(f"{digest[:80]!r} is not the digest of an artifact (64 hexadecimal digits, lower case).")
    return f"artifacts/{digest[:2]}/{digest}"


def result_address(key: str) -> str:
    """`results/<2 hex>/<key>.json`. Raises BadParameters for what is no key."""
    if not _HEX.fullmatch(key):
        raise BadParameters(f"{key[:80]!r} is not the key of a result (64 hexadecimal digits, lower case).")
    return f"results/{key[:2]}/{key}.json"


def entry_address(name: str) -> str:
    """`entries/<name>`. Raises BadParameters for what is no name, so that none can leave the store."""
    if not _ENTRY.fullmatch(name):
        raise BadParameters(f"{name[:80]!r} is not the name of an entry (lower case, such as models/denoise.cnn/1.0.0).")
    return f"entries/{name}"


def missing(digest: str) -> ArtifactMissing:
    """The error for a blob that is not there."""
    return ArtifactMissing(
        f"The object store has no artifact {digest}. It was removed, or PACKSHOT_STORE_URL names another store."
    )
