"""Log lines of a process, as an operator's tools read them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from packshot.observe.logging import configure
from packshot.observe.tracing import within
from packshot.settings import Settings

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers, root.level = before
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_says_who_what_when_and_in_which_trace(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log_format="json"), "edit")
    with within(TRACE):
        structlog.get_logger("x").info("visit done", job="j1", seconds=0.5)
    (line,) = lines(capsys)
    assert line.pop("timestamp")
    assert line == {
        "event": "visit done",
        "level": "info",
        "service": "edit",
        "job": "j1",
        "seconds": 0.5,
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
    }


def test_lines_of_libraries_take_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log_format="json"), "edit")
    logging.getLogger("some.library").warning("careful: %s", 3)
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["service"]) == ("careful: 3", "warning", "edit")


@pytest.mark.parametrize(
    "said",
    [
        {"password": "hush"},
        {"api_key": "hush"},
        {"headers": {"Authorization": "Bearer hush", "Accept": "*/*"}},
        {"url": "amqp://user:hush@broker:5672/"},
        {"url": "http://s3/bucket/key?X-Amz-Date=1&X-Amz-Signature=hush"},
        {"urls": ["postgresql://user:hush@db/packshot"]},
        {"error": ValueError("cannot reach s3://key:hush@store:9000/bucket")},
    ],
)
def test_secrets_are_not_written(capsys: pytest.CaptureFixture[str], said: dict[str, object]) -> None:
    configure(Settings(log_format="json"), "edit")
    structlog.get_logger("x").info("hello", **said)
    assert "hush" not in capsys.readouterr().err


@pytest.mark.parametrize("form", ["json", "console"])
def test_secrets_in_tracebacks_are_not_written(capsys: pytest.CaptureFixture[str], form: str) -> None:
    configure(Settings(log_format=form), "edit")
    try:
        raise ConnectionError("no answer from amqp://user:hush@broker/")
    except ConnectionError:
        structlog.get_logger("x").exception("away")
    written = capsys.readouterr().err
    assert "no answer from amqp://user:" in written
    assert "hush" not in written


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log_format="json", log_level="warning"), "edit")
    structlog.get_logger("x").info("quiet")
    logging.getLogger("x").info("quiet")
    assert lines(capsys) == []


def test_libraries_that_talk_at_every_start_are_heard_only_when_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log_format="json"), "gateway")
    logging.getLogger("alembic.runtime.migration").info("Context impl SQLiteImpl.")
    logging.getLogger("alembic.runtime.migration").warning("something is wrong")
    assert [line["event"] for line in lines(capsys)] == ["something is wrong"]
