"""The artifact store in a folder: for the embedded mode and for tests."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

from pydantic import ValidationError

from packshot.contracts.artifact import ArtifactRef, digest_of
from packshot.contracts.ids import new_id
from packshot.contracts.result import ResultRecord
from packshot.errors import StoreUnavailable
from packshot.store.addresses import artifact_address, entry_address, missing, result_address
from packshot.store.errands import Errands
from packshot.store.verifying import Verifier, verified

P = ParamSpec("P")
T = TypeVar("T")

_TYPE_SUFFIX = ".type"
_SMALL = 1 << 16
"""Bytes below which a blob is written among others."""
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
        self._errands = Errands("store")

    async def open(self) -> None:
        """Make the folders, and clear away what killed processes left."""
        await self._in_thread(self._prepare)

    async def close(self) -> None:
        """Let go of the thread."""
        self._errands.close()

    async def healthy(self) -> bool:
        """Whether the folder is there and can be written."""
        return await asyncio.to_thread(os.access, self._temporary, os.R_OK | os.W_OK | os.X_OK)

    async def put(self, content: bytes | memoryview, media_type: str) -> ArtifactRef:
        """See ArtifactStore."""
        put = self._briefly if memoryview(content).nbytes < _SMALL else self._in_thread
        return await put(self._put, content, media_type)

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

    async def delete(self, digest: str) -> None:
        """See ArtifactStore."""
        await self._briefly(self._delete, self._root / artifact_address(digest))

    async def put_result(self, record: ResultRecord) -> None:
        """See ArtifactStore."""
        await self._briefly(self._write, self._root / result_address(record.key), record.model_dump_json().encode())

    async def get_result(self, key: str) -> ResultRecord | None:
        """See ArtifactStore. A record that cannot be read is none: its work is done again."""
        record = await self._briefly(self._read, result_address(key))
        try:
            return None if record is None else ResultRecord.model_validate_json(record)
        except ValidationError:
            return None

    async def put_entry(self, name: str, content: bytes) -> None:
        """See ArtifactStore."""
        await self._briefly(self._write, self._root / entry_address(name), content)

    async def get_entry(self, name: str) -> bytes | None:
        """See ArtifactStore."""
        return await self._briefly(self._read, entry_address(name))

    async def entries(self, folder: str) -> list[str]:
        """See ArtifactStore."""
        return await self._in_thread(self._entries, entry_address(f"{folder}/x").removesuffix("/x"))

    async def delete_entry(self, name: str) -> None:
        """See ArtifactStore."""
        await self._briefly((self._root / entry_address(name)).unlink, missing_ok=True)

    async def _in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._told(asyncio.to_thread(work, *args, **kwargs))

    async def _briefly(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `_in_thread`, for what touches one small file."""
        return await self._told(self._errands.run(partial(work, *args, **kwargs)))

    async def _told(self, work: Awaitable[T]) -> T:
        try:
            return await work
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
        for folder in (self._temporary, self._root / "artifacts", self._root / "results", self._root / "entries"):
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
        with source.open("rb") as stream, self._new_file() as (temporary, fd), os.fdopen(fd, "r+b", 0, closefd=False) as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
            size = copy.tell()
            copy.seek(0)
            # The copy is hashed, not the source, which somebody could change meanwhile.
            digest = hashlib.file_digest(copy, "sha256").hexdigest()
            path = self._root / artifact_address(digest)
            self._write_type(path, media_type)
            self._move(temporary, path)
        return ArtifactRef(digest=digest, media_type=media_type, size=size)

    def _get(self, digest: str) -> bytes:
        with self._open(digest) as blob:
            return verified(digest, blob.read())

    def _stat(self, digest: str) -> ArtifactRef:
        with self._open(digest) as blob:
            size = os.fstat(blob.fileno()).st_size
        media_type = (self._root / (artifact_address(digest) + _TYPE_SUFFIX)).read_text()
        return ArtifactRef(digest=digest, media_type=media_type, size=size)

    def _delete(self, blob: Path) -> None:
        for path in (blob, blob.with_name(blob.name + _TYPE_SUFFIX)):
            path.unlink(missing_ok=True)

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

    def _entries(self, folder: str) -> list[str]:
        files = (path for path in (self._root / folder).rglob("*") if path.is_file())
        return sorted(path.relative_to(self._root / "entries").as_posix() for path in files)

    def _read(self, address: str) -> bytes | None:
        try:
            return (self._root / address).read_bytes()
        except FileNotFoundError:
            if not self._temporary.is_dir():
                raise
            return None

    def _write(self, path: Path, content: bytes | memoryview) -> None:
        with self._new_file() as (temporary, fd):
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(fd, rest) :]
            self._move(temporary, path)

    def _move(self, file: Path, path: Path) -> None:
        try:
            os.replace(file, path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(file, path)

    @contextmanager
    def _new_file(self) -> Iterator[tuple[Path, int]]:
        path = self._temporary / new_id()
        # A bare descriptor: each call into the system hands the interpreter's lock to and fro, which costs more than the call.
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            yield path, fd
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(fd)
