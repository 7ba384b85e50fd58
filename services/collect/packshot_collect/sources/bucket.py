"""Pictures of an S3 bucket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from packshot.contracts.collecting import ImportBucket
from packshot.errors import BadParameters, StoreUnavailable, nearest
from packshot.store.connect import s3_address
from packshot.store.s3 import S3Address, make_client, make_pool
from packshot_collect.gathering import Gathering, side_by_side
from packshot_collect.settings import CollectSettings
from packshot_collect.sources.paths import Reading, may_be_picture

T = TypeVar("T")

_GONE = {"NoSuchKey", "NoSuchVersion"}
_AT_ONCE = 8


class Bucket:
    """A bucket of those in the settings. Raises BadParameters for another."""

    def __init__(self, order: ImportBucket, settings: CollectSettings) -> None:
        self._order = order
        self._reading = Reading(order)
        known = {address.bucket: address for address in map(_address, settings.collect_buckets)}
        if order.bucket not in known:
            raise BadParameters(
                f"packshot was not given the bucket {order.bucket!r} (PACKSHOT_COLLECT_BUCKETS). "
                f"{nearest(order.bucket, list(known))}"
            )
        self._client: Minio = make_client(known[order.bucket], make_pool())

    async def gather(self, work: Gathering) -> bool:
        """See Source."""
        keys = await _in_thread(self._keys)
        waiting = [key for key in keys if not work.state.knows(key)]

        async def each() -> AsyncIterator[str]:
            for index, key in enumerate(waiting):
                if work.full:
                    return
                work.counts = work.counts.model_copy(update={"waiting": len(waiting) - index})
                yield key

        async def one(key: str) -> None:
            found = self._reading.found(key, f"s3://{self._order.bucket}/{key}")
            content = await _in_thread(lambda: self._read(key, work.max_bytes))
            if content is None:
                work.leave_out(found, "away", "The object was deleted meanwhile.")
            else:
                await work.take(found, content)

        return await side_by_side(each(), one, _AT_ONCE, work.over)

    def _keys(self) -> list[str]:
        listed = self._client.list_objects(self._order.bucket, prefix=self._order.prefix, recursive=True)
        return sorted(key for entry in listed if (key := entry.object_name or "") and may_be_picture(key))

    def _read(self, key: str, most: int) -> bytes | None:
        """Up to one byte more than `most`; None for an object that is gone."""
        try:
            answer = self._client.get_object(self._order.bucket, key)
        except S3Error as error:
            if error.code in _GONE:
                return None
            raise
        try:
            return answer.read(most + 1)
        finally:
            answer.close()
            answer.release_conn()


def _address(url: str) -> S3Address:
    return s3_address(url, "PACKSHOT_COLLECT_BUCKETS")


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except S3Error as error:
        if error.code in ("NoSuchBucket", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"):
            raise BadParameters(
                f"The bucket cannot be read ({error.code}: {error.message}). Look at PACKSHOT_COLLECT_BUCKETS."
            ) from error
        raise StoreUnavailable(f"The bucket cannot be read for now: {error.code}: {error.message}.") from error
    except (MinioException, HTTPError, OSError) as error:
        raise StoreUnavailable(f"The bucket's server cannot be reached: {error}.") from error
