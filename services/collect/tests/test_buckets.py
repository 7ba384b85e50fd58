"""A bucket of a real S3 server becomes a data set."""

import io
import uuid

import pytest

from packshot.contracts.messages import CollectFailed
from packshot.store.connect import s3_address
from packshot.store.s3 import make_client, make_pool

from .scenes import jpeg, scene

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("here")]


@pytest.fixture
def bucket(s3_url):
    """A bucket with pictures, and its URL with the key to it."""
    address = s3_address(s3_url)
    name = f"collect-{uuid.uuid4().hex[:12]}"
    client = make_client(address, make_pool())
    client.make_bucket(name)
    files = {f"2026/mugs/{n}_{view}.jpg": jpeg(scene(10 * n + view)) for n in range(3) for view in range(2)}
    files |= {"2026/mugs/notes.txt": b"no picture", "2026/cups/cut.jpg": jpeg(scene(50))[:2000], "2025/old.jpg": jpeg(scene(60))}
    for key, content in files.items():
        client.put_object(name, key, io.BytesIO(content), len(content))
    yield name, s3_url.replace(f"/{address.bucket}", f"/{name}")
    for key in files:
        client.remove_object(name, key)
    client.remove_bucket(name)


def order(name, **more):
    return {"name": "mugs", "source": {"kind": "bucket", "bucket": name, "licence": "own", **more}}


async def test_a_prefix_of_a_bucket_is_imported(ground, bucket):
    name, url = bucket
    ground.settings.collect_buckets = (url,)
    manifest, left_out = await ground.collect(order(name, prefix="2026/", product="([0-9]+)_"))
    assert [item.source for item in manifest.items] == [
        f"s3://{name}/2026/mugs/{n}_{view}.jpg" for n in range(3) for view in range(2)
    ]
    assert [item.product for item in manifest.items] == ["0", "0", "1", "1", "2", "2"]
    assert {item.category for item in manifest.items} == {"mugs"}
    assert {source: rejection.code for source, rejection in left_out.items()} == {f"s3://{name}/2026/cups/cut.jpg": "broken"}


async def test_a_bucket_that_was_not_given_is_refused(ground, bucket):
    _name, url = bucket
    ground.settings.collect_buckets = (url,)
    async with ground.service():
        end = await ground.ended(await ground.send(order("somebody-elses")))
    assert isinstance(end, CollectFailed)
    assert "PACKSHOT_COLLECT_BUCKETS" in end.failure.message
    assert "secret" not in end.failure.message
