"""The artifact store in an S3 bucket: MinIO, Ceph, SeaweedFS, Swift or AWS, through the `minio` client.

A blob is stored under the digest of its content, so a repeated PUT writes the same bytes again and needs neither a look before
nor a conditional PUT, which is not atomic everywhere.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import random
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

import certifi
import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from pydantic import ValidationError

from packshot.contracts.artifact import ArtifactRef, digest_of
from packshot.contracts.result import ResultRecord
from packshot.errors import BadSettings, StoreUnavailable
from packshot.store.addresses import artifact_address, entry_address, missing, result_address
from packshot.store.verifying import Verifier, verified

P = ParamSpec("P")
T = TypeVar("T")

_CONNECTIONS = 16
_PART_BYTES = 16 << 20
_CONNECT_S, _READ_S = 3.0, 30.0
_RETRY_AFTER_S = (0.2, 0.8)
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidBucketName", "AuthorizationHeaderMalformed"}
_NO_OBJECT = {"NoSuchKey", "NoSuchObject"}


@dataclass(frozen=True)
class S3Address:
    """Where a bucket is, and the key to it."""

    endpoint: str
    """host:port."""
    bucket: str
    access_key: str
    secret_key: str
    secure: bool = True
    region: str = "us-east-1"

    def __repr__(self) -> str:
        return f"S3Address({self})"

    def __str__(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self.endpoint}/{self.bucket}"


def make_pool() -> urllib3.PoolManager:
    """Connections that give up soon and repeat nothing by themselves."""
    return urllib3.PoolManager(
        maxsize=_CONNECTIONS,
        timeout=urllib3.Timeout(connect=_CONNECT_S, read=_READ_S),
        retries=False,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
    )


def make_client(address: S3Address, pool: urllib3.PoolManager) -> Minio:
    """A client of the server that holds the bucket. Raises ValueError for an endpoint that is none."""
    return Minio(
        address.endpoint,
        access_key=address.access_key,
        secret_key=address.secret_key,
        secure=address.secure,
        region=address.region,
        http_client=pool,
    )


class S3Store:
    """Blobs, results and entries as objects of one bucket. The client blocks, so calls run in threads, one connection each."""

    def __init__(self, address: S3Address) -> None:
        self._address = address
        self._bucket = address.bucket
        self._threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="s3")
        self._pool = make_pool()
        self._client = make_client(address, self._pool)

    async def open(self) -> None:
        """Make the bucket if it is not there."""
        await self._retried(self._make_bucket)

    async def close(self) -> None:
        """Close the connections, once calls under way have ended."""
        await asyncio.to_thread(self._threads.shutdown)
        self._pool.clear()

    async def healthy(self) -> bool:
        """Whether the bucket answers now."""
        try:
            return await self._once(self._client.bucket_exists, self._bucket)
        except (StoreUnavailable, BadSettings):
            return False

    async def put(self, content: bytes | memoryview, media_type: str) -> ArtifactRef:
        """See ArtifactStore."""
        return await self._retried(self._put, content, media_type)

    async def put_file(self, path: Path, media_type: str) -> ArtifactRef:
        """See ArtifactStore. Files above 16 MiB go up in parts."""
        return await self._retried(self._put_file, path, media_type)

    async def get(self, ref: ArtifactRef | str) -> bytes:
        """See ArtifactStore."""
        return await self._retried(self._get, ref if isinstance(ref, str) else ref.digest)

    async def stat(self, digest: str) -> ArtifactRef:
        """See ArtifactStore."""
        return await self._retried(self._stat, digest)

    async def stream(self, digest: str, chunk: int = 1 << 18) -> AsyncIterator[bytes]:
        """See ArtifactStore. Raises ArtifactDamaged behind the last chunk of a damaged blob."""
        response = await self._retried(self._open, digest)
        verifier = Verifier(digest)
        try:
            while piece := await self._once(response.read, chunk):
                verifier.update(piece)
                yield piece
        finally:
            response.close()
            response.release_conn()
        verifier.check()

    async def delete(self, digest: str) -> None:
        """See ArtifactStore."""
        await self._retried(self._client.remove_object, self._bucket, artifact_address(digest))

    async def put_result(self, record: ResultRecord) -> None:
        """See ArtifactStore."""
        await self._retried(self._write, result_address(record.key), record.model_dump_json().encode(), "application/json")

    async def get_result(self, key: str) -> ResultRecord | None:
        """See ArtifactStore. A record that cannot be read is none: its work is done again."""
        content = await self._retried(self._read, result_address(key))
        try:
            return None if content is None else ResultRecord.model_validate_json(content)
        except ValidationError:
            return None

    async def put_entry(self, name: str, content: bytes) -> None:
        """See ArtifactStore."""
        await self._retried(self._write, entry_address(name), content, "application/json")

    async def get_entry(self, name: str) -> bytes | None:
        """See ArtifactStore."""
        return await self._retried(self._read, entry_address(name))

    async def entries(self, folder: str) -> list[str]:
        """See ArtifactStore."""
        return await self._retried(self._entries, entry_address(f"{folder}/x").removesuffix("x"))

    async def delete_entry(self, name: str) -> None:
        """See ArtifactStore."""
        await self._retried(self._client.remove_object, self._bucket, entry_address(name))

    async def _retried(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`call` in a thread, and again twice while the store is away; every call here may be repeated."""
        for delay in _RETRY_AFTER_S:
            try:
                return await self._once(call, *args, **kwargs)
            except StoreUnavailable:
                await asyncio.sleep(delay * random.uniform(0.5, 1.5))  # noqa: S311 (spreads callers, hides nothing)
        return await self._once(call, *args, **kwargs)

    async def _once(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, lambda: call(*args, **kwargs))
        except S3Error as error:
            raise self._refused(error) from error
        except (MinioException, urllib3.exceptions.HTTPError, ConnectionError, TimeoutError) as error:
            raise self._away(error) from error

    def _away(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(
            f"The object store {self._address} cannot be reached ({type(error).__name__}: {error}). "
            "Check that it runs and that PACKSHOT_STORE_URL names its host and port."
        )

    def _refused(self, error: S3Error) -> BadSettings | StoreUnavailable:
        if error.code in _REFUSED:
            return BadSettings(
                f"The object store {self._address} refuses the request ({error.code}: {error.message}). "
                "Check the key, the secret, the bucket and the region in PACKSHOT_STORE_URL, and the rights of that key."
            )
        return StoreUnavailable(f"The object store {self._address} failed ({error.code}: {error.message}).")

    def _make_bucket(self) -> None:
        if self._client.bucket_exists(self._bucket):
            return
        try:
            self._client.make_bucket(self._bucket)
        except S3Error as error:
            # Another service made it meanwhile.
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def _put(self, content: bytes | memoryview, media_type: str) -> ArtifactRef:
        digest = digest_of(content)
        self._write(artifact_address(digest), content, media_type)
        return ArtifactRef(digest=digest, media_type=media_type, size=memoryview(content).nbytes)

    def _write(self, name: str, content: bytes | memoryview, media_type: str) -> None:
        size = memoryview(content).nbytes
        self._client.put_object(self._bucket, name, io.BytesIO(content), size, content_type=media_type, part_size=_PART_BYTES)

    def _put_file(self, path: Path, media_type: str) -> ArtifactRef:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            file.seek(0)
            self._client.put_object(
                self._bucket, artifact_address(digest), file, size, content_type=media_type, part_size=_PART_BYTES
            )
        return ArtifactRef(digest=digest, media_type=media_type, size=size)

    def _get(self, digest: str) -> bytes:
        content = self._read(artifact_address(digest))
        if content is None:
            raise missing(digest)
        return verified(digest, content)

    def _read(self, name: str) -> bytes | None:
        try:
            response = self._client.get_object(self._bucket, name)
        except S3Error as error:
            if error.code in _NO_OBJECT:
                return None
            raise
        try:
            return response.read()
        finally:
            response.close()
            response.release_conn()

    def _entries(self, folder: str) -> list[str]:
        objects = self._client.list_objects(self._bucket, prefix=folder, recursive=True)
        return sorted((found.object_name or "").removeprefix("entries/") for found in objects)

    def _open(self, digest: str) -> urllib3.BaseHTTPResponse:
        try:
            return self._client.get_object(self._bucket, artifact_address(digest))
        except S3Error as error:
            raise (missing(digest) if error.code in _NO_OBJECT else error) from error

    def _stat(self, digest: str) -> ArtifactRef:
        try:
            found = self._client.stat_object(self._bucket, artifact_address(digest))
        except S3Error as error:
            raise (missing(digest) if error.code in _NO_OBJECT else error) from error
        return ArtifactRef(digest=digest, media_type=found.content_type or "application/octet-stream", size=found.size or 0)
