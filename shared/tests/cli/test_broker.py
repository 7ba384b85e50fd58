"""Over a real broker: dead letters by `packshot dead`, and `packshot serve` from its start to its drain."""

import json
import secrets
import signal
import time
from pathlib import Path

import pytest
from tests.real.sweeping import sweep

from packshot.bus.connect import make_bus
from packshot.bus.topology import operation_queue
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import JobCancelled
from packshot.contracts.operation import Stage
from packshot.settings import Settings

pytestmark = pytest.mark.real

QUEUE = operation_queue(Stage.EDIT, "tiny.invert", 1)


@pytest.fixture
def broker(packshot, rabbit_url):
    """Settings of a broker that no other test sees, as variables; swept afterwards."""
    prefix = f"cli-{secrets.token_hex(4)}."
    yield {"PACKSHOT_BUS_URL": rabbit_url, "PACKSHOT_BUS_PREFIX": prefix}
    sweep(rabbit_url, prefix, Settings().retry_delays_s, Path(packshot.env["PACKSHOT_PLUGINS_DIR"]))


@pytest.fixture
async def bus(broker):
    bus = make_bus(Settings(bus_url=broker["PACKSHOT_BUS_URL"], bus_prefix=broker["PACKSHOT_BUS_PREFIX"]), "test")
    await bus.open()
    yield bus
    await bus.close()


async def parked(bus, job: str) -> str:
    """The id of a message that is with the dead letters."""
    envelope = Envelope.of(JobCancelled(job=job), source="test")
    await bus.declare(QUEUE)
    await bus.send(QUEUE, envelope)
    consumer = await bus.consume(QUEUE, lambda delivery: delivery.park("It kills workers."))
    give_up = time.monotonic() + 100
    while envelope.id not in [letter.id for letter in await bus.dead_letters()]:
        assert time.monotonic() < give_up
    await consumer.cancel()
    return envelope.id


async def test_dead_letters_are_listed_shown_sent_back_and_dropped(packshot, broker, bus):
    first, second = await parked(bus, "one"), await parked(bus, "two")
    listed = packshot("dead", "list", **broker)
    assert listed.returncode == 0, listed.stderr
    assert [line.split("\t")[0] for line in listed.stdout.splitlines()] == [first, second]
    assert "It kills workers." in listed.stdout
    shown = json.loads(packshot("dead", "show", first, **broker).stdout)
    assert shown["queue"] == QUEUE
    assert shown["envelope"]["data"]["job"] == "one"
    assert packshot("dead", "retry", first, **broker).stdout == f"{first} is back in its queue.\n"
    assert await bus.depth(QUEUE) == 1
    assert packshot("dead", "drop", second, "--yes", **broker).stdout == f"{second} is gone.\n"
    assert await bus.dead_letters() == []
    again = packshot("dead", "retry", second, **broker)
    assert again.returncode == 2
    assert f"There is no dead letter '{second}'." in again.stderr


def test_service_serves_until_sigterm_and_ends_well(packshot, broker):
    process = packshot.start("serve", "edit", **broker)
    line = ""
    while "worker.ready" not in line:
        line = process.stderr.readline()
        assert line, "it ended before it was ready"
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 0, stderr
    assert "Traceback" not in stderr
