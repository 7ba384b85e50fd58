"""The bucket that merchants upload to, over the S3 API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from minio import Minio
from minio.datatypes import Object
from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3.exceptions import HTTPError

from packshot.errors import BadPhoto, BadSettings, StoreUnavailable
from packshot.store.connect import s3_address
from packshot.store.s3 import S3Address, make_client, make_pool
from packshot_ingest.notifications import Upload, user_metadata
from packshot_ingest.settings import IngestSettings

T = TypeVar("T")

_GONE = {"NoSuchKey", "NoSuchVersion", "NoSuchBucket", "PreconditionFailed"}
_CHUNK = 1 << 16


class Superseded(Exception):
    """The object was deleted or overwritten since its notification was sent."""


class Bucket:
    """Reads uploaded objects. Methods raise Superseded, and StoreUnavailable while the server is away or refuses."""

    def __init__(self, client: Minio, only: str | None, max_bytes: int) -> None:
        self._client = client
        self._only = only
        self._max_bytes = max_bytes

    @classmethod
    def of(cls, settings: IngestSettings) -> Bucket | None:
        """The upload bucket of the settings; None where the artifact store is no S3 server and no upload store is set.

        Without `upload_store_url`, any bucket of the artifact store's server. Raises BadSettings for a URL of another form.
        """
        if settings.upload_store_url:
            address = s3_address(settings.upload_store_url, "PACKSHOT_UPLOAD_STORE_URL")
            return cls(_client(address), address.bucket, settings.max_photo_bytes)
        if settings.resolved_store_url.startswith("s3://"):
            return cls(_client(s3_address(settings.resolved_store_url)), None, settings.max_photo_bytes)
        return None

    def takes(self, upload: Upload) -> bool:
        """Whether the upload is in the bucket that the settings name."""
        return self._only in (None, upload.bucket)

    async def recipes(self, upload: Upload) -> str:
        """The recipes that the uploader asked for: user metadata `recipe`, else the tag `recipe`, else an empty string."""
        if "recipe" in upload.metadata:
            return upload.metadata["recipe"]
        return await _in_thread(lambda: self._recipes(upload))

    async def read(self, upload: Upload, into: BinaryIO) -> None:
        """Write the object into a file. Raises BadPhoto if it is too large."""
        await _in_thread(lambda: self._read(upload, into))

    def _recipes(self, upload: Upload) -> str:
        found: Object = self._client.stat_object(upload.bucket, upload.key, version_id=upload.version or None)
        headers = {str(name).lower(): str(value) for name, value in (found.metadata or {}).items()}
        metadata = user_metadata(headers)
        if "recipe" in metadata or headers.get("x-amz-tagging-count", "0") == "0":
            return metadata.get("recipe", "")
        tags = self._client.get_object_tags(upload.bucket, upload.key, version_id=upload.version or None)
        return tags.get("recipe", "") if tags else ""

    def _read(self, upload: Upload, into: BinaryIO) -> None:
        # With If-Match an object that was overwritten since is not read: its own notification is on the way.
        condition: dict[str, str | list[str] | tuple[str]] = {"If-Match": f'"{upload.etag}"'} if upload.etag else {}
        answer = self._client.get_object(upload.bucket, upload.key, version_id=upload.version or None, request_headers=condition)
        try:
            taken = 0
            for chunk in answer.stream(_CHUNK):
                taken += len(chunk)
                if taken > self._max_bytes:
                    raise BadPhoto(f"The object is larger than {self._max_bytes >> 20} MB.")
                into.write(chunk)
        finally:
            answer.close()
            answer.release_conn()


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except S3Error as error:
        if error.code in _GONE:
            raise Superseded from error
        raise StoreUnavailable(f"The upload store refused to be read: {error.code}: {error.message}.") from error
    except (HTTPError, InvalidResponseError, ServerError, OSError) as error:
        raise StoreUnavailable(f"The upload store cannot be reached: {error}.") from error


def _client(address: S3Address) -> Minio:
    try:
        return make_client(address, make_pool())
    except ValueError as error:
        raise BadSettings(f"The upload store {address} cannot be used: {error}.") from error
