"""The store that a URL names."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from urllib.request import url2pathname

from packshot.errors import BadSettings
from packshot.settings import Settings
from packshot.store.filesystem import FilesystemStore
from packshot.store.protocol import ArtifactStore

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_FORMS = (
    "file:///path/to/folder or s3://key:secret@host:port/bucket?secure=false&region=us-east-1 (percent-encode special characters)"
)


def make_store(settings: Settings) -> ArtifactStore:
    """The store of PACKSHOT_STORE_URL, not yet open. Raises BadSettings naming the right forms."""
    return store_at(settings.resolved_store_url)


def store_at(url: str) -> ArtifactStore:
    """The store at `url`, not yet open. Raises BadSettings naming the right forms."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return FilesystemStore(Path(url2pathname(parts.path)))
    if parts.scheme == "s3":
        return _s3_store(parts)
    raise BadSettings(f"PACKSHOT_STORE_URL cannot be used: a store's URL is {_FORMS}.")


def _s3_store(parts: SplitResult) -> ArtifactStore:
    # Here, because the client is slow to import and the embedded mode does without it.
    from packshot.store.s3 import S3Address, S3Store  # noqa: PLC0415

    bucket = parts.path.strip("/")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    secure = options.pop("secure", "true").lower()
    region = options.pop("region", "us-east-1")
    if not (parts.hostname and parts.username and parts.password and bucket):
        raise BadSettings(f"PACKSHOT_STORE_URL lacks a key, secret, host or bucket: {_FORMS}.")
    if not _BUCKET.fullmatch(bucket) or options or secure not in ("true", "false"):
        raise BadSettings(f"PACKSHOT_STORE_URL has a bucket or an option that is not understood: {_FORMS}.")
    address = S3Address(
        endpoint=parts.netloc.rpartition("@")[2],
        bucket=bucket,
        access_key=unquote(parts.username),
        secret_key=unquote(parts.password),
        secure=secure == "true",
        region=region,
    )
    try:
        return S3Store(address)
    except ValueError as error:
        raise BadSettings(f"PACKSHOT_STORE_URL cannot be used ({error}): a store's URL is {_FORMS}.") from error
