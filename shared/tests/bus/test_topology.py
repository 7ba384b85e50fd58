"""Names of queues, the choice of a delay, and which events a pattern wants."""

from __future__ import annotations

import pytest

from packshot.bus.rabbit_topology import RabbitTopology
from packshot.bus.topology import DELIVERY_LIMIT, SUBSCRIPTIONS, matches, operation_queue, pick_delay, urgent_twin


@pytest.mark.parametrize(
    ("pattern", "type", "wanted"),
    [
        ("#", "step.finished", True),
        ("step.finished", "step.finished", True),
        ("step.finished", "step.failed", False),
        ("step.*", "step.failed", True),
        ("step.*", "step", False),
        ("step.*", "step.failed.twice", False),
        ("step.#", "step", True),
        ("#.failed", "job.failed", True),
        ("#.failed", "a.b.failed", True),
        ("#.failed", "failed.job", False),
    ],
)
def test_a_pattern_wants(pattern: str, type: str, wanted: bool) -> None:
    assert matches(pattern, type) is wanted


def test_a_queue_is_named_by_stage_operation_and_major_version() -> None:
    queue = operation_queue("quality-check", "inspect.sharpness", 2)
    assert queue == "op.quality-check.inspect.sharpness.v2"
    assert urgent_twin(queue) == "op.quality-check.inspect.sharpness.v2.hi"


@pytest.mark.parametrize(("wanted", "picked"), [(0.1, 2.0), (2.0, 2.0), (2.1, 10.0), (1000.0, 60.0)])
def test_a_delay_is_rounded_up_to_one_that_is_configured(wanted: float, picked: float) -> None:
    assert pick_delay(wanted, (10.0, 2.0, 60.0)) == picked


def test_every_name_on_the_broker_has_the_prefix() -> None:
    topology = RabbitTopology("shop-1.", (2.0,))
    names = [thing.name for thing in (*topology.exchanges(), *topology.queues(), topology.work("op.edit.x.v1"))]
    assert all(name.startswith("shop-1.") for name in names)
    assert topology.plain(topology.name("op.edit.x.v1")) == "op.edit.x.v1"


def test_standing_subscriptions_are_declared_with_the_bus() -> None:
    queues = {queue.name: queue for queue in RabbitTopology("", (2.0,)).queues()}
    for name, types in SUBSCRIPTIONS.items():
        assert {key for exchange, key in queues[f"packshot.events.{name}"].bindings if exchange == "packshot.events"} == set(
            types
        )


def test_a_delayed_message_keeps_its_own_routing_key() -> None:
    delay = next(queue for queue in RabbitTopology("", (2.0,)).queues() if "delay" in queue.name)
    assert delay.arguments["x-message-ttl"] == 2000
    assert delay.arguments["x-dead-letter-exchange"] == "packshot.commands"
    assert "x-dead-letter-routing-key" not in delay.arguments


def test_the_brokers_limit_is_reached_with_ours() -> None:
    # The broker parks when the count of returns passes its limit.
    assert RabbitTopology("", (2.0,)).work("op.edit.x.v1").arguments["x-delivery-limit"] == DELIVERY_LIMIT - 1
