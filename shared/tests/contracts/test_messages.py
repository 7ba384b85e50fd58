"""Messages: what two services of different versions may rely on."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from packshot.contracts.asyncapi import asyncapi
from packshot.contracts.envelope import Envelope
from packshot.contracts.messages import COMMANDS, EVENTS, JobCancelled, StepFailed


def test_an_envelope_survives_the_wire() -> None:
    sent = Envelope.of(JobCancelled(job="j1", tenant="shop"), source="/gateway", subject="j1", traceparent="00-1-2-01")
    heard = Envelope.model_validate_json(sent.model_dump_json())
    assert heard == sent
    assert heard.body(JobCancelled) == JobCancelled(job="j1", tenant="shop")


def test_the_envelope_has_the_attributes_of_cloudevents() -> None:
    envelope = Envelope.of(JobCancelled(job="j1"), source="/gateway")
    written = envelope.model_dump(mode="json")
    assert {"id", "source", "specversion", "type"} <= written.keys()
    assert written["specversion"] == "1.0"
    assert written["type"] == "job.cancelled"
    assert written["dataschema"].endswith("/job.cancelled/1")


def test_fields_of_a_newer_service_are_ignored() -> None:
    envelope = Envelope.of(JobCancelled(job="j1"), source="/gateway")
    newer = envelope.model_dump(mode="json") | {"colour": "blue"}
    newer["data"] = {**newer["data"], "reason": "a field of tomorrow"}
    assert Envelope.model_validate(newer).body(JobCancelled) == JobCancelled(job="j1")


def test_a_body_of_another_kind_is_refused() -> None:
    envelope = Envelope.of(JobCancelled(job="j1"), source="/gateway")
    with pytest.raises(ValidationError):
        envelope.body(StepFailed)


def test_every_type_is_named_once() -> None:
    types = [kind.type for kind in (*COMMANDS, *EVENTS)]
    assert len(types) == len(set(types))


def test_the_asyncapi_document_knows_every_message() -> None:
    document = asyncapi("1.2.3")
    assert set(document["components"]["messages"]) == {kind.type for kind in (*COMMANDS, *EVENTS)}
    text = str(document)
    for kind in (*COMMANDS, *EVENTS):
        assert f"#/components/schemas/{kind.__name__}" in text
