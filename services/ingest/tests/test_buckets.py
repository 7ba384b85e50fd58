"""A merchant's upload to a bucket is enough to start the work: over a real RabbitMQ and a real S3 server.

MinIO itself is in no package registry, so its messages are published by the test; the rest is as in production.
"""

import asyncio
import io
from contextlib import asynccontextmanager

import aio_pika
import pytest
from tests.conformance.bus.ground import RABBIT, Ground

from packshot.bus.rabbit import RabbitBus
from packshot.bus.topology import operation_queue
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import PhotoAccepted, PhotoRejected, StepRun, TrafficSet, WorkerAnnounced
from packshot.contracts.operation import OperationSpec
from packshot.service import System
from packshot.settings import Settings
from packshot.store.connect import make_store, s3_address
from packshot.store.s3 import make_client, make_pool
from packshot_ingest.bucket_queue import PARKED, QUEUE

from .conftest import Ears, eventually, picture, serving
from .minio_messages import notification, record

pytestmark = pytest.mark.real

FIRST = operation_queue("preprocess", "my.first", 1)
RECIPES = {"plain": "my.first", "other": "my.first", "late": "my.late"}


def announced(*operations):
    """A worker's announcement."""
    specs = tuple(
        OperationSpec(name=name, version="1.0.0", stage="preprocess", title=name, summary="", params_schema={"type": "object"})
        for name in operations
    )
    return Envelope.of(WorkerAnnounced(worker="w", service="preprocess", operations=specs), source="w")


class Shop:
    """A merchant with a bucket, and a server that tells of what is put into it."""

    def __init__(self, system, ears, s3, channel, exchange):
        self.system = system
        self.ears = ears
        self.s3 = s3
        self.channel = channel
        self.exchange = exchange
        self.bucket = f"up-{exchange.replace('.', '-')}"
        s3.make_bucket(self.bucket)

    def put(self, key, content, **given):
        """Upload an object; gives its event record."""
        stored = self.s3.put_object(self.bucket, key, io.BytesIO(content), len(content), **given)
        return record(self.bucket, key, etag=stored.etag.strip('"'), size=len(content))

    async def tell(self, body, key=""):
        """Publish a notification as the server does."""
        exchange = await self.channel.get_exchange(self.exchange)
        await exchange.publish(aio_pika.Message(body, delivery_mode=2), routing_key=key)

    async def upload(self, key, content, **given):
        """Upload an object, and have the server tell of it."""
        entry = self.put(key, content, **given)
        await self.tell(notification(entry))
        return entry

    async def waiting(self, queue):
        """How many messages a queue holds that nobody has taken."""
        declared = await self.channel.declare_queue(self.system.settings.bus_prefix + queue, passive=True)
        return declared.declaration_result.message_count

    @asynccontextmanager
    async def ingest(self, *operations):
        """Ingest at work, and a worker that has announced operations."""
        self.system.stopping = asyncio.Event()
        async with serving(self.system):
            await self.system.bus.publish(announced(*(operations or ["my.first"])))
            await self.system.bus.publish(Envelope.of(TrafficSet(revision=0), source="gateway"))
            yield


@pytest.fixture
async def shop(rabbit_url, s3_url, tmp_path, monkeypatch):
    ground = Ground(RABBIT, rabbit_url)
    exchange = f"{ground.prefix}minio"
    monkeypatch.setenv("PACKSHOT_NOTIFY_EXCHANGE", exchange)
    monkeypatch.setenv("PACKSHOT_BUCKET_RECIPES", "plain")
    monkeypatch.setenv("PACKSHOT_CATALOGUE_WAIT_S", "5")
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    for name, operation in RECIPES.items():
        (recipes / f"{name}.yaml").write_text(f"name: {name}\nsteps: [{{operation: {operation}}}]\noutput: main\n")
    settings = Settings(bus_url=rabbit_url, bus_prefix=ground.prefix, store_url=s3_url, recipes_dir=recipes, home=tmp_path)
    system = System(settings, RabbitBus(settings, "test"), make_store(settings))
    await system.bus.open()
    await system.store.open()
    ears = Ears(system.bus)
    await ears.listen(FIRST)
    ground.queues += [FIRST, operation_queue("preprocess", "my.late", 1), QUEUE, PARKED]
    client = make_client(s3_address(s3_url), make_pool())
    async with await aio_pika.connect(rabbit_url) as connection:
        yield Shop(system, ears, client, await connection.channel(), exchange)
    await system.bus.close()
    await system.store.close()
    await ground.clear()
    async with await aio_pika.connect(rabbit_url) as connection:
        channel = await connection.channel()
        await channel.exchange_delete(exchange)
        await channel.exchange_delete(ground.prefix + PARKED)


async def test_an_upload_is_accepted_and_its_job_started(shop):
    content = picture(64, 48, "JPEG")
    async with shop.ingest():
        await shop.upload("acme/SKU-1/front view.jpg", content)
        (run,) = await shop.ears.until(StepRun)
        (accepted,) = await shop.ears.until(PhotoAccepted)
        assert (accepted.tenant, accepted.sku, accepted.filename) == ("acme", "SKU-1", "front view.jpg")
        assert (accepted.width, accepted.height, accepted.format) == (64, 48, "jpeg")
        assert [(job.job, job.plan.recipe) for job in accepted.jobs] == [(run.job, "plain")]
        assert run.tenant == "acme"
        assert run.branch.steps[0].operation == "my.first"
        assert await shop.system.store.get(accepted.artifact) == content


async def test_a_notification_that_comes_twice_doubles_nothing(shop):
    async with shop.ingest():
        entry = await shop.upload("SKU-1/front.png", picture())
        await shop.tell(notification(entry))
        await shop.ears.until(StepRun, 2)
        await shop.ears.until(PhotoAccepted, 2)
    for kind in (StepRun, PhotoAccepted):
        assert len(set(shop.ears.ids(kind))) == 1
        first, second = shop.ears.all(kind)
        assert first == second


async def test_the_same_photo_uploaded_again_is_a_new_listing(shop):
    async with shop.ingest():
        await shop.upload("SKU-1/front.png", picture())
        again = shop.put("SKU-1/front.png", picture())
        again["s3"]["object"]["sequencer"] = "17A0C3F2A1B2C3D5"
        await shop.tell(notification(again))
        first, second = await shop.ears.until(PhotoAccepted, 2)
    assert first.artifact == second.artifact
    assert first.listing != second.listing


async def test_the_uploader_names_recipes(shop):
    async with shop.ingest():
        await shop.upload("a/1.png", picture(), metadata={"recipe": "other, plain"})
        await shop.ears.until(StepRun, 2)
    (accepted,) = shop.ears.all(PhotoAccepted)
    assert [job.plan.recipe for job in accepted.jobs] == ["other", "plain"]


async def test_the_event_itself_may_carry_the_metadata(shop):
    async with shop.ingest():
        entry = shop.put("a/1.png", picture())
        entry["s3"]["object"]["userMetadata"] = {"X-Amz-Meta-Recipe": "other"}
        await shop.tell(notification(entry))
        (accepted,) = await shop.ears.until(PhotoAccepted)
    assert [job.plan.recipe for job in accepted.jobs] == ["other"]


async def test_an_unknown_recipe_is_rejected_with_what_is_near(shop):
    async with shop.ingest():
        await shop.upload("a/1.png", picture(), metadata={"recipe": "plian"})
        (rejected,) = await shop.ears.until(PhotoRejected)
    assert rejected.failure.code == "unknown_name"
    assert "Did you mean plain?" in rejected.failure.message


async def test_an_upload_waits_for_its_operation_to_be_announced(shop):
    async with shop.ingest():
        await shop.upload("a/late.png", picture(), metadata={"recipe": "late"})
        await shop.upload("a/now.png", picture())
        await shop.ears.until(PhotoAccepted)
        await shop.system.bus.publish(announced("my.late"))
        names = [accepted.filename for accepted in await shop.ears.until(PhotoAccepted, 2)]
    assert names == ["now.png", "late.png"]


async def test_an_operation_that_nobody_announces_is_said_in_the_end(shop, monkeypatch):
    monkeypatch.setenv("PACKSHOT_CATALOGUE_WAIT_S", "0.3")
    async with shop.ingest():
        await shop.upload("a/late.png", picture(), metadata={"recipe": "late"})
        (rejected,) = await shop.ears.until(PhotoRejected)
    assert "no operation 'my.late'" in rejected.failure.message


async def test_an_object_that_is_no_picture_is_rejected(shop):
    async with shop.ingest():
        await shop.upload("a/price list.jpg", b"%PDF-1.7 no picture")
        (rejected,) = await shop.ears.until(PhotoRejected)
    assert (rejected.failure.code, rejected.filename) == ("bad_photo", "price list.jpg")
    assert "PDF" in rejected.failure.message


async def test_what_cannot_be_read_is_parked_and_the_next_goes_on(shop):
    async with shop.ingest():
        await shop.tell(b"{ no json")
        await shop.tell(b'{"hello": "world"}')
        await shop.upload("a/1.png", picture())
        await shop.ears.until(PhotoAccepted)
        assert await eventually(lambda: _is(shop.waiting(PARKED), 2))
        assert await shop.waiting(QUEUE) == 0


async def test_deleted_and_overwritten_objects_are_left_alone(shop):
    async with shop.ingest():
        gone = shop.put("a/gone.png", picture())
        shop.s3.remove_object(shop.bucket, "a/gone.png")
        old = shop.put("a/changed.png", picture(colour="navy"))
        new = shop.put("a/changed.png", picture(colour="olive"))
        for entry in (gone, old, new):
            await shop.tell(notification(entry))
        (accepted,) = await shop.ears.until(PhotoAccepted)
        await eventually(lambda: _is(shop.waiting(QUEUE), 0))
        assert await shop.system.store.get(accepted.artifact) == picture(colour="olive")
    assert len(shop.ears.all(PhotoAccepted)) == 1
    assert shop.ears.all(PhotoRejected) == []
    assert await shop.waiting(QUEUE) == 0


async def test_notifications_wait_while_ingest_is_away(shop):
    async with shop.ingest():
        pass
    await shop.upload("a/1.png", picture())
    assert await eventually(lambda: _is(shop.waiting(QUEUE), 1))
    async with shop.ingest():
        await shop.ears.until(PhotoAccepted)


async def test_an_exchange_that_the_server_has_made_is_taken_as_it_is(shop, monkeypatch):
    await shop.channel.declare_exchange(shop.exchange, "direct", durable=True)
    monkeypatch.setenv("PACKSHOT_NOTIFY_ROUTING_KEY", "bucketlogs")
    async with shop.ingest():
        await shop.tell(notification(shop.put("a/other.png", picture())), key="elsewhere")
        await shop.tell(notification(shop.put("a/1.png", picture())), key="bucketlogs")
        (accepted,) = await shop.ears.until(PhotoAccepted)
    assert accepted.filename == "1.png"


async def test_only_the_bucket_of_the_settings_is_read(shop, s3_url, monkeypatch):
    monkeypatch.setenv("PACKSHOT_UPLOAD_STORE_URL", s3_url.replace(s3_url.partition("?")[0].rpartition("/")[2], shop.bucket))
    async with shop.ingest():
        elsewhere = record("another-bucket", "a/1.png")
        await shop.tell(notification(elsewhere))
        await shop.upload("a/2.png", picture())
        (accepted,) = await shop.ears.until(PhotoAccepted)
    assert accepted.filename == "2.png"
    assert shop.ears.all(PhotoRejected) == []


async def _is(asked, wanted):
    return (await asked) == wanted
