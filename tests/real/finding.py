"""How a test gets a real service, or says loudly why it has none."""

from __future__ import annotations

import os
import socket
from typing import NoReturn

import pytest

REQUIRED = os.environ.get("PACKSHOT_REQUIRE_REAL") == "1"


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    try:
        socket.create_connection((host, port), 0.5).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def missing(service: str, how: str) -> NoReturn:
    """Skip for want of `service`, or fail where the real ones are required (PACKSHOT_REQUIRE_REAL=1)."""
    message = f"NO REAL {service.upper()}: {how}"
    if REQUIRED:
        pytest.fail(message)
    pytest.skip(message)
