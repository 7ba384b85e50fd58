"""S3 bucket notifications as MinIO publishes them: the AWS event record, wrapped with `EventName` and `Key`.

Other S3 servers (Ceph, SeaweedFS) send the same records without the wrapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import unquote_plus

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from packshot.contracts.ids import derived_id
from packshot.errors import PermanentError

OWN_PREFIXES = ("artifacts/", "results/")
"""What packshot itself writes into its bucket."""

_CREATED = {f"ObjectCreated:{how}" for how in ("Put", "Post", "Copy", "CompleteMultipartUpload")}


class BadNotification(PermanentError):
    """The message is not an S3 bucket notification."""

    code = "bad_notification"


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


class _Bucket(_Part):
    name: Annotated[str, Field(min_length=1)]


class _Object(_Part):
    key: Annotated[str, Field(min_length=1)]
    """As in a query string: `+` for a space, `%2F` for a slash."""
    size: int = 0
    e_tag: str = ""
    version_id: str = ""
    sequencer: str = ""
    user_metadata: dict[str, str] | None = None


class _S3(_Part):
    bucket: _Bucket
    object: _Object


class _Record(_Part):
    event_name: str
    s3: _S3


class _Notification(BaseModel):
    records: Annotated[list[_Record], Field(alias="Records")]


class Upload(BaseModel):
    """An object that somebody has put into a bucket."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    key: str
    size: int = 0
    """Bytes; 0 where the server does not say."""
    etag: str = ""
    version: str = ""
    sequencer: str = ""
    metadata: dict[str, str] = {}
    """User metadata without its `x-amz-meta-` prefix, names in lower case."""

    def derived(self, *parts: str) -> str:
        """An id that every delivery of this upload's notification derives alike, and no other upload."""
        return derived_id("upload", self.bucket, self.key, self.version, self.etag, self.sequencer, *parts)


def read_uploads(body: bytes) -> list[Upload]:
    """The photos that a notification tells of: none for deletions, folders and what packshot wrote itself.

    Raises BadNotification for anything that is not a bucket notification.
    """
    try:
        notification = _Notification.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadNotification(f"Not an S3 bucket notification: {where or 'the message'}: {first['msg']}.") from error
    return list(_uploads(notification.records))


def _uploads(records: list[_Record]) -> Iterator[Upload]:
    for record in records:
        stored = record.s3.object
        key = unquote_plus(stored.key)
        created = record.event_name.removeprefix("s3:") in _CREATED
        if not created or key.endswith("/") or key.startswith(OWN_PREFIXES):
            continue
        yield Upload(
            bucket=record.s3.bucket.name,
            key=key,
            size=stored.size,
            etag=stored.e_tag.strip('"'),
            version="" if stored.version_id == "null" else stored.version_id,
            sequencer=stored.sequencer,
            metadata=user_metadata(stored.user_metadata or {}),
        )


def user_metadata(headers: dict[str, str]) -> dict[str, str]:
    """The user metadata among an object's headers (`X-Amz-Meta-Recipe: …` → `recipe`)."""
    prefix = "x-amz-meta-"
    return {name.lower().removeprefix(prefix): value for name, value in headers.items() if name.lower().startswith(prefix)}
