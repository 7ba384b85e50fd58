"""Which bus a URL means."""

from __future__ import annotations

import pytest

from packshot.bus.connect import make_bus
from packshot.bus.memory import MemoryBus
from packshot.bus.rabbit import RabbitBus
from packshot.errors import BadSettings
from packshot.settings import Settings


def test_memory() -> None:
    assert isinstance(make_bus(Settings(bus_url="memory://"), "test"), MemoryBus)


@pytest.mark.parametrize("url", ["amqp://guest:guest@broker:5672/", "amqps://broker/shop"])
def test_rabbitmq(url: str) -> None:
    assert isinstance(make_bus(Settings(bus_url=url), "test"), RabbitBus)


@pytest.mark.parametrize("url", ["kafka://user:hush@broker", "broker:5672", "", "amqp://"])
def test_anything_else_is_refused_with_the_forms_that_work(url: str) -> None:
    with pytest.raises(BadSettings, match=r"memory://.*amqp://user:password@host") as refused:
        make_bus(Settings(bus_url=url), "test")
    assert "hush" not in str(refused.value)
