"""The bus that the settings name."""

from __future__ import annotations

from urllib.parse import urlsplit

from packshot.bus.memory import MemoryBus
from packshot.bus.protocol import Bus
from packshot.errors import BadSettings
from packshot.settings import Settings


def make_bus(settings: Settings, name: str) -> Bus:
    """The bus of `settings.bus_url`, not yet open; `name` says to the broker's operator who is connected.

    Raises BadSettings for a URL of no known form. The memory bus is one for each call: an embedded system makes it once.
    """
    url = urlsplit(settings.bus_url)
    match url.scheme:
        case "memory":
            return MemoryBus(settings.retry_delays_s)
        case "amqp" | "amqps" if url.hostname:
            from packshot.bus.rabbit import RabbitBus  # noqa: PLC0415 - aio-pika is slow to import, and memory:// does without it

            return RabbitBus(settings, name)
    raise BadSettings(
        f"PACKSHOT_BUS_URL cannot be used: its form is {url.scheme or 'unknown'}://. "
        "Give memory:// (all services in one process) or amqp://user:password@host:5672/vhost (RabbitMQ)."
    )
