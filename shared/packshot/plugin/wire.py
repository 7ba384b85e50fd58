"""Messages between a worker and its plugin-host children: length-prefixed JSON over a socket pair. Nothing is ever pickled."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

Message = dict[str, Any]

_LENGTH = struct.Struct("<I")


def packed(message: Mapping[str, Any]) -> bytes:
    """`message` as bytes. NumPy numbers and arrays become plain ones; NaN and infinities, which JSON lacks, become null."""
    body = to_json(message, inf_nan_mode="null", fallback=_plain)
    return _LENGTH.pack(len(body)) + body


def receive(sock: socket.socket) -> Message | None:
    """The next message on the child's side; None when the worker has gone."""
    head = _exactly(sock, _LENGTH.size)
    body = head and _exactly(sock, _LENGTH.unpack(head)[0])
    return json.loads(body) if body else None


async def receive_async(reader: asyncio.StreamReader) -> Message | None:
    """The next message on the worker's side; None when the child has gone."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        message: Message = json.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return message


def _exactly(sock: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = sock.recv(size - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
