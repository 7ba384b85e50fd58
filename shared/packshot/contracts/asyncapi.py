"""The AsyncAPI 3 document of the bus, made from the message models."""

from __future__ import annotations

from typing import Any

from packshot.contracts.envelope import SCHEMA_ROOT, Envelope, Message
from packshot.contracts.messages import COMMANDS, EVENTS, CollectRun, StepRun, TrainingRun

REF = "#/components/schemas/{model}"


def asyncapi(version: str) -> dict[str, Any]:
    """The document as JSON values, for release `version`."""
    schemas: dict[str, Any] = {}
    messages = {kind.type: _message(kind, schemas) for kind in (*COMMANDS, *EVENTS)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "packshot bus",
            "version": version,
            "description": "Commands and events between packshot's services. "
            "Every message is a CloudEvents 1.0 envelope in JSON.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "commands": {
                "address": "op.{stage}.{operation}.v{major}",
                "description": "One work queue for each operation and major version; "
                "urgent work goes to its twin with the suffix `.hi`.",
                "parameters": {
                    "stage": {"description": "preprocess, generate, edit or quality-check"},
                    "operation": {"description": "The operation's name"},
                    "major": {"description": "The first number of its version"},
                },
                "messages": _refs(StepRun),
            },
            "collections": {
                "address": "collect.run",
                "description": "The work queue of the service `collect`: one message is one leg of a collection.",
                "messages": _refs(CollectRun),
            },
            "trainings": {
                "address": TrainingRun.type,
                "description": "The work queue of all training services.",
                "messages": _refs(TrainingRun),
            },
            "events": {
                "address": "packshot.events",
                "description": "Topic exchange; the routing key is the message's type.",
                "messages": _refs(*EVENTS),
            },
        },
        "operations": {
            "runSteps": {"action": "receive", "channel": {"$ref": "#/channels/commands"}},
            "collect": {"action": "receive", "channel": {"$ref": "#/channels/collections"}},
            "runLegs": {"action": "receive", "channel": {"$ref": "#/channels/trainings"}},
            "hearEvents": {"action": "receive", "channel": {"$ref": "#/channels/events"}},
        },
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def _refs(*kinds: type[Message]) -> dict[str, Any]:
    return {kind.type: {"$ref": f"#/components/messages/{kind.type}"} for kind in kinds}


def _message(kind: type[Message], schemas: dict[str, Any]) -> dict[str, Any]:
    schemas[kind.__name__] = _schema(kind, schemas)
    envelope = _schema(Envelope, schemas)
    envelope["properties"] |= {
        "type": {"const": kind.type},
        "dataschema": {"const": f"{SCHEMA_ROOT}{kind.type}/{kind.version}"},
        "data": {"$ref": REF.format(model=kind.__name__)},
    }
    return {"name": kind.type, "title": kind.__name__, "summary": (kind.__doc__ or "").strip(), "payload": envelope}


def _schema(kind: type[Message] | type[Envelope], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = kind.model_json_schema(ref_template=REF, mode="serialization")
    schemas.update(schema.pop("$defs", {}))
    return schema
