"""The envelope of every message: CloudEvents 1.0 attributes and the W3C `traceparent` (distributed tracing extension)."""

from __future__ import annotations

import builtins
from datetime import UTC, datetime
from typing import ClassVar, Literal, TypeVar

from pydantic import Field

from packshot.contracts.ids import new_id
from packshot.contracts.model import Contract, Json

SCHEMA_ROOT = "https://packshot.dev/schemas/"

Body = TypeVar("Body", bound="Message")


class Message(Contract):
    """The body of a message. Each has one `type` and `version`."""

    type: ClassVar[str]
    version: ClassVar[int] = 1


class Envelope(Contract):
    """A message as it travels."""

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(default_factory=new_id)
    source: str
    type: str
    subject: str | None = None
    time: datetime = Field(default_factory=lambda: datetime.now(UTC))
    dataschema: str
    datacontenttype: Literal["application/json"] = "application/json"
    traceparent: str | None = None
    data: Json

    @classmethod
    def of(
        cls, body: Message, *, source: str, subject: str | None = None, traceparent: str | None = None, id: str | None = None
    ) -> Envelope:
        """Wrap `body`. Give `id` to send the same message again."""
        return cls(
            id=id or new_id(),
            source=source,
            type=body.type,
            subject=subject,
            dataschema=f"{SCHEMA_ROOT}{body.type}/{body.version}",
            traceparent=traceparent,
            data=body.model_dump(mode="json"),
        )

    def body(self, kind: builtins.type[Body]) -> Body:
        """The body as `kind`; pydantic's ValidationError if it is not one."""
        return kind.model_validate(self.data)
