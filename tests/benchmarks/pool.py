"""The limit: a bare process pool of two that does the five steps, with the same GET and PUT, and no bus."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import cv2
from minio import Minio

from tests.benchmarks import steps

PROCESSES = 2


def s3_client(store_url: str) -> tuple[Minio, str]:
    """A client and its bucket for a packshot store URL (s3://key:secret@host:port/bucket?secure=false)."""
    url = urlsplit(store_url)
    options = parse_qs(url.query)
    secure = options.get("secure", ["true"])[0] != "false"
    client = Minio(
        f"{url.hostname}:{url.port}",
        access_key=unquote(url.username or ""),
        secret_key=unquote(url.password or ""),
        secure=secure,
        region=options.get("region", ["us-east-1"])[0],
    )
    return client, url.path.strip("/")


_client: Minio
_bucket: str


def _prepare(store_url: str | None) -> None:
    global _client, _bucket
    cv2.setNumThreads(1)
    if store_url:
        _client, _bucket = s3_client(store_url)


def _through_s3(name: str) -> None:
    answer = _client.get_object(_bucket, name)
    content = steps.all_steps(answer.read())
    answer.close()
    answer.release_conn()
    _client.put_object(_bucket, name + ".out", BytesIO(content), len(content), "image/jpeg")


def _through_files(path: str) -> None:
    Path(path + ".out").write_bytes(steps.all_steps(Path(path).read_bytes()))


def pool_on_s3(photos: dict[str, bytes], store_url: str) -> float:
    """Images a second, the photos being in the store already."""
    client, bucket = s3_client(store_url)
    for name, content in photos.items():
        client.put_object(bucket, f"pool/{name}", BytesIO(content), len(content), "image/jpeg")
    return _rate(_through_s3, [f"pool/{name}" for name in photos], store_url)


def pool_on_files(photos: dict[str, bytes], folder: Path) -> float:
    """Images a second, the photos being files."""
    for name, content in photos.items():
        (folder / name).write_bytes(content)
    return _rate(_through_files, [str(folder / name) for name in photos], None)


def _rate(work: object, names: Sequence[str], store_url: str | None) -> float:
    assert callable(work)
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), _prepare, (store_url,)) as pool:
        list(pool.map(work, names[: 2 * PROCESSES]))
        start = time.perf_counter()
        list(pool.map(work, names))
        return len(names) / (time.perf_counter() - start)
