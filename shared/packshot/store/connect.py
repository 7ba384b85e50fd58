"""The store that a URL names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import url2pathname

from packshot.errors import BadSettings
from packshot.settings import Settings
from packshot.store.filesystem import FilesystemStore
from packshot.store.protocol import ArtifactStore

if TYPE_CHECKING:
    from packshot.store.s3 import S3Address

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
        return _s3_store(url)
    raise BadSettings(f"PACKSHOT_STORE_URL cannot be used: a store's URL is {_FORMS}.")


def s3_address(url: str, setting: str = "PACKSHOT_STORE_URL") -> S3Address:
    """The bucket at an S3 `url`. Raises BadSettings naming the `setting` it came from."""
    from packshot.store.s3 import S3Address  # noqa: PLC0415 - minio is slow to import, and file:// does without it

    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    secure = options.pop("secure", "true").lower()
    region = options.pop("region", "us-east-1")
    if not (parts.scheme == "s3" and parts.hostname and parts.username and parts.password and bucket):
        raise BadSettings(f"{setting} lacks a key, secret, host or bucket: {_FORMS}.")
    if not _BUCKET.fullmatch(bucket) or options or secure not in ("true", "false"):
        raise BadSettings(f"{setting} has a bucket or an option that is not understood: {_FORMS}.")
    return S3Address(
        endpoint=parts.netloc.rpartition("@")[2],
        bucket=bucket,
        access_key=unquote(parts.username),
        secret_key=unquote(parts.password),
        secure=secure == "true",
        region=region,
    )


def _s3_store(url: str) -> ArtifactStore:
    from packshot.store.s3 import S3Store  # noqa: PLC0415 - as above

    address = s3_address(url)
    try:
        return S3Store(address)
    except ValueError as error:
        raise BadSettings(f"PACKSHOT_STORE_URL cannot be used ({error}): a store's URL is {_FORMS}.") from error
