"""deploy/rabbitmq/definitions.json on a real broker: each service can do its work, and nothing of another's."""

import asyncio
import json
import re
from pathlib import Path
from runpy import run_path

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused
from pamqp.commands import Basic
from tests.real.finding import missing
from tests.real.rabbit import BIN, PrivateRabbit

from packshot.bus.rabbit import RabbitBus
from packshot.bus.topology import COLLECT, COMMANDS, EVENTS, TRAINING_QUEUE, operation_queue
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import JobCancelled
from packshot.contracts.operation import Stage
from packshot.errors import Unroutable
from packshot.settings import Settings
from packshot_ingest.bucket_queue import PARKED, BucketQueue
from packshot_ingest.settings import IngestSettings

FOLDER = Path(__file__).parents[2] / "deploy/rabbitmq"
SERVICES = ["gateway", "ingest", "collect", *Stage, "train"]
EVENT = Envelope.of(JobCancelled(job="a"), source="test")

pytestmark = pytest.mark.real


def test_the_file_is_what_its_writer_writes():
    assert (
        json.loads((FOLDER / "definitions.json").read_text()) == run_path(str(FOLDER / "write_definitions.py"))["definitions"]()
    )


def test_start_fills_in_every_password():
    placeholders = set(re.findall(r"@(\w+)_PASSWORD@", (FOLDER / "definitions.json").read_text()))
    users = re.search(r"for user in ([A-Z_ ]+);", (FOLDER / "start.sh").read_text())[1]
    assert placeholders == set(users.split())


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """A broker that has loaded the definitions, with `secret` for every password."""
    if BIN is None:
        missing("rabbit", "install rabbitmq-server")
    home = tmp_path_factory.mktemp("rabbit")
    node = PrivateRabbit(home)
    filled = home / "definitions.json"
    filled.write_text(re.sub(r"@\w+_PASSWORD@", "secret", (FOLDER / "definitions.json").read_text()))
    with (home / "rabbitmq.conf").open("a") as conf:
        conf.write(f"load_definitions = {filled}\n")
    node.start()
    yield node
    node.stop()


def url(broker, user):
    return f"amqp://{user}:secret@127.0.0.1:{broker.port}/packshot"


def bus(broker, user):
    return RabbitBus(Settings(bus_url=url(broker, user)), user)


@pytest.mark.parametrize("user", SERVICES)
async def test_a_service_opens_the_bus_publishes_and_hears(broker, user):
    heard = asyncio.Queue()

    async def hear(delivery):
        heard.put_nowait(delivery.envelope.id)

    service = bus(broker, user)
    await service.open()
    try:
        await service.subscribe([JobCancelled.type], hear)
        await service.publish(EVENT)
        assert await asyncio.wait_for(heard.get(), 10) == EVENT.id
    finally:
        await service.close()


@pytest.mark.parametrize("stage", list(Stage))
async def test_a_worker_takes_its_own_work_and_sends_on_to_others(broker, stage):
    other = next(each for each in Stage if each != stage)
    taken = asyncio.Queue()

    async def take(delivery):
        await delivery.park("tested") if delivery.envelope.id == "poison" else taken.put_nowait(delivery.envelope.id)

    mine, theirs = bus(broker, stage), bus(broker, other)
    await mine.open()
    await theirs.open()
    try:
        own = operation_queue(stage, "test.own", 1)
        next_stage = operation_queue(other, f"test.{stage.value}", 1)
        await mine.consume(own, take)
        with pytest.raises(Unroutable):
            await mine.declare(next_stage)
        await theirs.declare(next_stage)
        await mine.declare(next_stage)
        await mine.send(next_stage, EVENT)
        assert await theirs.depth(next_stage) == 1
        await mine.send(own, EVENT.model_copy(update={"id": "poison"}))
        await mine.send(own, EVENT, delay_s=1)
        assert await asyncio.wait_for(taken.get(), 10) == EVENT.id
    finally:
        await mine.close()
        await theirs.close()


STANDING = {"gateway": ["#"], "ingest": ["listing.received"], "collect": ["collect.cancelled"]}


async def test_collect_takes_its_legs_from_the_gateway_and_from_itself(broker):
    taken = asyncio.Queue()

    async def take(delivery):
        taken.put_nowait(delivery.envelope.id)

    collect, gateway = bus(broker, "collect"), bus(broker, "gateway")
    await collect.open()
    await gateway.open()
    try:
        await collect.consume(COLLECT, take)
        for sender, name in ((gateway, "asked"), (collect, "handed-on")):
            await sender.send(COLLECT, EVENT.model_copy(update={"id": name}))
            assert await asyncio.wait_for(taken.get(), 10) == name
        assert await gateway.depth(COLLECT) == 0
    finally:
        await collect.close()
        await gateway.close()


@pytest.mark.parametrize("user", STANDING)
async def test_the_standing_subscriptions_belong_to_their_service(broker, user):
    service = bus(broker, user)
    await service.open()
    try:
        consumer = await service.subscribe(STANDING[user], print, name=user)
        await consumer.cancel()
    finally:
        await service.close()


async def test_the_gateway_orders_trainings_and_the_service_sends_the_next_leg(broker):
    taken = asyncio.Queue()

    async def take(delivery):
        taken.put_nowait(delivery.envelope.id)

    train, gateway = bus(broker, "train"), bus(broker, "gateway")
    await train.open()
    await gateway.open()
    try:
        await train.consume(TRAINING_QUEUE, take)
        await gateway.declare(TRAINING_QUEUE)
        await gateway.send(TRAINING_QUEUE, EVENT.model_copy(update={"id": "first"}))
        await train.send(TRAINING_QUEUE, EVENT.model_copy(update={"id": "next"}), delay_s=1)
        assert await asyncio.wait_for(taken.get(), 10) == "first"
        assert await asyncio.wait_for(taken.get(), 10) == "next"
        assert await gateway.depth(TRAINING_QUEUE) == 0
    finally:
        await train.close()
        await gateway.close()


async def test_the_gateway_looks_after_the_dead_letters(broker):
    gateway = bus(broker, "gateway")
    await gateway.open()
    try:
        for letter in {letter.id for letter in await gateway.dead_letters()}:
            assert await gateway.drop_dead(letter)
        assert await gateway.dead_letters() == []
    finally:
        await gateway.close()


@pytest.mark.parametrize(
    ("user", "queue"),
    [
        ("edit", operation_queue("preprocess", "test.own", 1)),
        ("edit", "packshot.events.gateway"),
        ("edit", "packshot.dead"),
        ("gateway", operation_queue("preprocess", "test.own", 1)),
        ("ingest", "packshot.events.gateway"),
        ("collect", "packshot.events.ingest"),
        ("edit", "collect.run"),
        ("edit", TRAINING_QUEUE),
        ("train", operation_queue("preprocess", "test.own", 1)),
        ("minio", "packshot.events.ingest"),
    ],
)
async def test_nobody_reads_what_is_anothers(broker, user, queue):
    async with await aio_pika.connect(url(broker, "admin")) as connection:
        channel = await connection.channel()
        arguments = {"x-queue-type": "quorum", "x-delivery-limit": 4, "x-dead-letter-exchange": "packshot.dead"}
        if queue.startswith(("op.", "collect.")):
            arguments |= {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
            await channel.declare_queue(queue, durable=True, arguments=arguments)
    async with await aio_pika.connect(url(broker, user)) as connection:
        channel = await connection.channel()
        with pytest.raises(ChannelAccessRefused):
            await (await channel.get_queue(queue, ensure=False)).consume(print)


@pytest.mark.parametrize("exchange", [COMMANDS, EVENTS, ""])
async def test_the_store_server_publishes_notifications_and_nothing_else(broker, exchange):
    async with await aio_pika.connect(url(broker, "minio")) as connection:
        channel = await connection.channel()
        made = await channel.declare_exchange("minio", "fanout", durable=True)
        await made.publish(aio_pika.Message(b"{}"), "", mandatory=False)
        other = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        with pytest.raises(ChannelAccessRefused):
            await other.publish(aio_pika.Message(b"{}"), "op.edit.x.v1", mandatory=False)


async def test_ingest_hears_what_the_store_server_tells(broker):
    queue = BucketQueue(IngestSettings(bus_url=url(broker, "ingest")), bucket=None, uploads=None)
    await queue.open()
    try:
        async with await aio_pika.connect(url(broker, "minio")) as connection:
            channel = await connection.channel()
            exchange = await channel.declare_exchange("minio", "fanout", durable=True)
            confirmed = await exchange.publish(aio_pika.Message(b"no notification"), "", mandatory=True)
            assert isinstance(confirmed, Basic.Ack)
    finally:
        await queue.close(5)
    async with await aio_pika.connect(url(broker, "ingest")) as connection:
        parked = await (await connection.channel()).get_queue(PARKED)
        got = await parked.get(timeout=5)
        assert got.body == b"no notification"
