"""Write definitions.json: the users of the broker, each with the least rights, and the standing topology.

    python deploy/rabbitmq/write_definitions.py > deploy/rabbitmq/definitions.json

The topology is that of packshot.bus, so it cannot differ from what services expect. Passwords are placeholders that start.sh
fills in.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from packshot.bus.rabbit_topology import RabbitTopology
from packshot.contracts.operation import Stage
from packshot.settings import Settings

VHOST = "packshot"
OWN = r"packshot\.events\.[0-9a-f]{32}"
"""A process's own subscription."""
SAID = r"packshot\.(commands|events|dead)", r"packshot\.delay\..*"
"""Exchanges that every service publishes to."""
HEARD = r"packshot\.(commands|events)"
"""Exchanges that every service binds queues to."""


@dataclass(frozen=True)
class Rights:
    """A broker user's rights, as regular expressions over names of exchanges and queues."""

    configure: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    read: tuple[str, ...] = ()

    @classmethod
    def of_service(cls, *queues: str, read: tuple[str, ...] = ()) -> Rights:
        """A service that makes and reads `queues`; one with a dead-letter exchange may only be declared by who may read it."""
        own = (*queues, OWN)
        return cls(configure=own, write=(*own, *SAID), read=(*own, HEARD, *read))

    def patterns(self) -> dict[str, str]:
        """As RabbitMQ takes them; `^$` is nothing."""
        named = {"configure": self.configure, "write": self.write, "read": self.read}
        return {action: f"^({'|'.join(patterns)})$" if patterns else "^$" for action, patterns in named.items()}


BUCKET_QUEUE = r"packshot\.ingest\.bucket(\.parked)?"
USERS = {
    "gateway": Rights.of_service(r"packshot\.events\.gateway", read=(r"packshot\.dead",)),
    "ingest": Rights.of_service(r"packshot\.events\.ingest", BUCKET_QUEUE, "minio"),
    "collect": Rights.of_service(r"packshot\.events\.collect", r"collect\.run(\.hi)?"),
    **{stage.value: Rights.of_service(rf"op\.{stage.value}\..*") for stage in Stage},
    "train": Rights.of_service(r"training\.run(\.hi)?"),
    "minio": Rights(configure=("minio",), write=("minio",)),
    "admin": Rights(configure=(".*",), write=(".*",), read=(".*",)),
}


def definitions() -> dict[str, Any]:
    """What RabbitMQ loads at boot."""
    topology = RabbitTopology("", Settings.model_fields["retry_delays_s"].default)
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name) for name in USERS],
        "permissions": [{"user": name, "vhost": VHOST, **rights.patterns()} for name, rights in USERS.items()],
        "exchanges": [
            {"name": each.name, "vhost": VHOST, "type": each.type, "durable": True, "auto_delete": False, "arguments": {}}
            for each in topology.exchanges()
        ],
        "queues": [
            {"name": each.name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": each.arguments}
            for each in topology.queues()
        ],
        "bindings": [
            {
                "source": exchange,
                "vhost": VHOST,
                "destination": each.name,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for each in topology.queues()
            for exchange, key in each.bindings
        ],
    }


def _user(name: str) -> dict[str, Any]:
    placeholder = f"@{name.upper().replace('-', '_')}_PASSWORD@"
    return {"name": name, "password": placeholder, "tags": ["administrator"] if name == "admin" else []}


if __name__ == "__main__":
    json.dump(definitions(), sys.stdout, indent=2)
    sys.stdout.write("\n")
