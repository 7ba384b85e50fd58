"""Log lines: one event a line with its fields, JSON for machines or coloured for people, without secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from packshot.observe.tracing import current_traceparent
from packshot.settings import Settings

_SECRET_NAME = re.compile(r"passw|secret|token|api_?key|authorization|cookie|signature|credential", re.IGNORECASE)
_SECRET_IN_URL = re.compile(r"(?P<start>[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s/@]+@", re.IGNORECASE)
_SIGNED_QUERY = re.compile(
    r"(?P<start>[?&](?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|token|key)=)[^&\s]+", re.IGNORECASE
)
_SILENT = ("aio_pika", "aiormq")
"""They log a traceback for each part of a lost connection; packshot.bus says it in one line."""
_NOISY = ("httpx", "httpcore", "urllib3", "asyncio", "PIL", "alembic")

Event = MutableMapping[str, Any]


def configure(settings: Settings, service: str = "packshot") -> None:
    """Send every log line of this process, the libraries' too, to stderr in the form that the settings ask for."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_service(service),
        add_trace,
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_last(settings)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def add_trace(_: Any, __: str, event: Event) -> Event:
    """Put the id of the trace that the task works in into the line."""
    if (traceparent := current_traceparent()) is not None:
        event["trace_id"] = traceparent.split("-")[1]
    return event


def redact(_: Any, __: str, event: Event) -> Event:
    """Hide values whose names say secret, passwords inside URLs and signatures of presigned ones."""
    return {name: "…" if _SECRET_NAME.search(name) else _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:
    match value:
        case str():
            return _SIGNED_QUERY.sub(r"\g<start>…", _SECRET_IN_URL.sub(r"\g<start>:…@", value))
        case dict():
            return {name: "…" if _SECRET_NAME.search(str(name)) else _clean(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_clean(inner) for inner in value]
        case BaseException():
            return _clean(repr(value))
        case _:
            return value


def _name_service(service: str) -> structlog.typing.Processor:
    def name(_: Any, __: str, event: Event) -> Event:
        event.setdefault("service", service)
        return event

    return name


def _last(settings: Settings) -> list[structlog.typing.Processor]:
    """The end of the chain: tracebacks become text before they are redacted."""
    form = settings.log_format
    if form == "auto":
        form = "console" if sys.stderr.isatty() else "json"
    render: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        redact,
        render,
    ]
