"""The base of everything that travels: immutable, and deaf to fields that a newer service may add."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, JsonValue, SkipValidation

# What travels was JSON or becomes JSON: to look through all of it once more took half the time of wrapping a message.
Json: TypeAlias = dict[str, Annotated[JsonValue, SkipValidation]]


class Contract(BaseModel):
    """A value on the wire. Unknown fields are ignored so that services of two versions can run side by side."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Authored(BaseModel):
    """A value a person writes (a recipe, a rule). Unknown fields are errors, because they are typing mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
