"""The base of everything that travels: immutable, and deaf to fields that a newer service may add."""

from __future__ import annotations

from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, JsonValue

Json: TypeAlias = dict[str, JsonValue]


class Contract(BaseModel):
    """A value on the wire. Unknown fields are ignored so that services of two versions can run side by side."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Authored(BaseModel):
    """A value a person writes (a recipe, a rule). Unknown fields are errors, because they are typing mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
