"""Identifiers: UUIDv7, so that they sort by the time they were made."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> str:
    """A fresh UUIDv7 as 32 hexadecimal digits."""
    return uuid_utils.uuid7().hex


def derived_id(*parts: str) -> str:
    """The same id for the same parts, whoever asks: what makes a redelivered notification harmless."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "packshot:" + "\x1f".join(parts)).hex
