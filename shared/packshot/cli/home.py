"""This machine's own packshot, as commands start and find it."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from typing import Any

import structlog

from packshot.embedded import EmbeddedSettings, socket_path
from packshot.observe.logging import configure
from packshot.settings import Settings

LOG_BYTES = 10_000_000


def own_settings(settings: Settings, **listening: Any) -> EmbeddedSettings:
    """The settings of an embedded system in this home; `listening`: gateway_host and gateway_port."""
    given = settings.model_dump(exclude_unset=True) | {"bus_url": "memory://", "gateway_socket": socket_path(settings)}
    return EmbeddedSettings.read(**given, **listening)


def quiet() -> None:
    """Log nothing: the command itself says what matters."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)


def log_to_file(settings: Settings) -> None:
    """Write the log to packshot.log in the home: the terminal belongs to the command."""
    settings.home.mkdir(parents=True, exist_ok=True)
    configure(settings.model_copy(update={"log_format": "json"}), "embedded")
    root = logging.getLogger()
    file = RotatingFileHandler(settings.home / "packshot.log", maxBytes=LOG_BYTES, backupCount=1, delay=True, encoding="utf-8")
    file.setFormatter(root.handlers[0].formatter)
    root.handlers = [file]
