"""A merchant's upload to a bucket is enough to start the work."""

from __future__ import annotations

import json
from io import BytesIO
from urllib.parse import quote

import aio_pika
import pytest

from tests.benchmarks.pool import s3_client
from tests.pictures import product_photo
from tests.system import DistributedSystem

pytestmark = pytest.mark.real


def notification(bucket: str, key: str, size: int, etag: str) -> dict:
    """As MinIO publishes it to AMQP."""
    record = {
        "eventVersion": "2.0",
        "eventSource": "minio:s3",
        "awsRegion": "",
        "eventTime": "2026-11-24T04:00:00.000Z",
        "eventName": "s3:ObjectCreated:Put",
        "userIdentity": {"principalId": "merchant"},
        "requestParameters": {"principalId": "merchant", "region": "", "sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "1", "x-minio-deployment-id": "2"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "Config",
            "bucket": {"name": bucket, "ownerIdentity": {"principalId": "merchant"}, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": quote(key, safe=""), "size": size, "eTag": etag, "contentType": "image/jpeg", "sequencer": "17"},
        },
        "source": {"host": "127.0.0.1", "port": "", "userAgent": "test"},
    }
    return {"EventName": "s3:ObjectCreated:Put", "Key": f"{bucket}/{key}", "Records": [record]}


async def test_an_upload_to_the_bucket_starts_the_work_once(
    system: DistributedSystem, s3_url: str, rabbit_url: str, prefix: str
) -> None:
    client, bucket = s3_client(s3_url)
    photo = product_photo(30)
    key = "local/SKU-30/front-1.jpg"
    stored = client.put_object(bucket, key, BytesIO(photo), len(photo), "image/jpeg")
    message = json.dumps(notification(bucket, key, len(photo), stored.etag)).encode()
    connection = await aio_pika.connect(rabbit_url)
    async with connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(f"{prefix}minio")
        for _ in range(3):
            await exchange.publish(aio_pika.Message(message, delivery_mode=aio_pika.DeliveryMode.PERSISTENT), "")

    def mine() -> list[dict]:
        return [row for row in system.http.get("/v1/listings").json() if row["sku"] == "SKU-30"]

    system.until(mine, 30, "no listing came from the bucket")
    listing = system.wait_listing(mine()[0]["id"])
    assert len(mine()) == 1
    assert len(listing["jobs"]) == 1, "three notifications of one upload are one job"
    assert listing["jobs"][0]["state"] == "finished", listing["jobs"]
    assert listing["photos"][0]["filename"] == "front-1.jpg"
