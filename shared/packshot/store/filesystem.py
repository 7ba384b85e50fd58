"""The artifact store in a folder: for the embedded mode and for tests."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

from pydantic import ValidationError

from packshot.contracts.artifact import ArtifactRef, digest_of
from packshot.contracts.result import ResultRecord
from packshot.errors import StoreUnavailable
from packshot.store.addresses import artifact_address, missing, result_address
from packshot.store.verifying import Verifier, verified

P = ParamSpec("P")
T = TypeVar("T")

_TYPE_SUFFIX = ".type"
_ABANDONED_S = 3600.0
"""A temporary file older than this was left behind by a killed process."""


class FilesystemStore:
    """Blobs as files below one root, each with a small file beside it that holds its media type.

    A blob is written to a temporary file and renamed, so that other processes see all of it or nothing, also after kill -9. It is
    not fsynced: a power cut can take the last seconds' blobs, or leave a torn one, which get() finds by its digest.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._temporary = root / "tmp"

    async def open(self) -> None:
        """Make the folders, and clear away what killed processes left."""
        await self._in_thread(self._prepare)

    async def close(self) -> None:
        """Nothing is held."""

    async def healthy(self) -> bool:
        """Whether the folder is there and can be written."""
        return await asyncio.to_thread(os.access, self._temporary, os.R_OK | os.W_OK | os.X_OK)

    async def put(self, content: bytes | memoryview, media_type: str) -> ArtifactRef:
        """See ArtifactStore."""
        return await self._in_thread(self._put, content, media_type)

    async def put_file(self, path: Path, media_type: str) -> ArtifactRef:
        """See ArtifactStore. `path` itself is copied."""
        return await self._in_thread(self._put_file, path, media_type)

    async def get(self, ref: ArtifactRef | str) -> bytes:
        """See ArtifactStore."""
        digest = ref if isinstance(ref, str) else ref.digest
        return await self._in_thread(self._get, digest)

    async def stat(self, digest: str) -> ArtifactRef:
        """See ArtifactStore."""
        return await self._in_thread(self._stat, digest)

    async def stream(self, digest: str, chunk: int = 1 << 18) -> AsyncIterator[bytes]:
        """See ArtifactStore. Raises ArtifactDamaged behind the last chunk of a damaged blob."""
        blob = await self._in_thread(self._open, digest)
        verifier = Verifier(digest)
        try:
            while piece := await self._in_thread(blob.read, chunk):
                verifier.update(piece)
                yield piece
        finally:
            blob.close()
        verifier.check()

    async def put_result(self, record: ResultRecord) -> None:
        """See ArtifactStore."""
        await self._in_thread(self._write, self._root / result_address(record.key), record.model_dump_json().encode())

    async def get_result(self, key: str) -> ResultRecord | None:
        """See ArtifactStore. A record that cannot be read is none: its work is done again."""
        try:
            return ResultRecord.model_validate_json(await self._in_thread((self._root / result_address(key)).read_bytes))
        except (FileNotFoundError, ValidationError):
            return None

    async def _in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except FileNotFoundError as error:
            if self._temporary.is_dir():
                raise
            raise self._away(error) from error
        except OSError as error:
            raise self._away(error) from error

    def _away(self, error: OSError) -> StoreUnavailable:
        return StoreUnavailable(
            f"The store folder {self._root} cannot be used ({error.strerror or error}). "
            "Check that it exists, has room and may be written (PACKSHOT_STORE_URL, PACKSHOT_HOME)."
        )

    def _prepare(self) -> None:
        for folder in (self._temporary, self._root / "artifacts", self._root / "results"):
            folder.mkdir(parents=True, exist_ok=True)
        for leftover in self._temporary.iterdir():
            if time.time() - leftover.stat().st_mtime > _ABANDONED_S:
                leftover.unlink(missing_ok=True)

    def _put(self, content: bytes | memoryview, media_type: str) -> ArtifactRef:
        ref = ArtifactRef(digest=digest_of(content), media_type=media_type, size=memoryview(content).nbytes)
        path = self._root / artifact_address(ref.digest)
        self._write_type(path, media_type)
        self._write(path, content)
        return ref

    def _put_file(self, source: Path, media_type: str) -> ArtifactRef:
        with source.open("rb") as stream, self._new_file() as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
            copy.flush()
            size = copy.tell()
            copy.seek(0)
            # The copy is hashed, not the source, which somebody could change meanwhile.
            digest = hashlib.file_digest(copy, "sha256").hexdigest()
            path = self._root / artifact_address(digest)
            self._write_type(path, media_type)
            os.replace(copy.name, path)
        return ArtifactRef(digest=digest, media_type=media_type, size=size)

    def _get(self, digest: str) -> bytes:
        with self._open(digest) as blob:
            return verified(digest, blob.read())

    def _stat(self, digest: str) -> ArtifactRef:
        with self._open(digest) as blob:
            size = os.fstat(blob.fileno()).st_size
        media_type = (self._root / (artifact_address(digest) + _TYPE_SUFFIX)).read_text()
        return ArtifactRef(digest=digest, media_type=media_type, size=size)

    def _open(self, digest: str) -> BinaryIO:
        try:
            return (self._root / artifact_address(digest)).open("rb")
        except FileNotFoundError:
            if not self._temporary.is_dir():
                raise
            raise missing(digest) from None

    def _write_type(self, blob: Path, media_type: str) -> None:
        # Before the blob, so that a blob that is there has a type.
        self._write(blob.with_name(blob.name + _TYPE_SUFFIX), media_type.encode())

    def _write(self, path: Path, content: bytes | memoryview) -> None:
        with self._new_file() as file:
            file.write(content)
            file.flush()
            path.parent.mkdir(exist_ok=True)
            os.replace(file.name, path)

    @contextmanager
    def _new_file(self) -> Iterator[BufferedRandom]:
        path = self._temporary / uuid.uuid4().hex
        with path.open("x+b") as file:
            try:
                yield file
            except BaseException:
                path.unlink(missing_ok=True)
                raise
