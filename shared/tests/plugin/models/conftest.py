"""A folder of models with one card, and a real server on loopback that sends its file."""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import asynccontextmanager

import pytest
import yaml

from packshot.plugin.models import ModelCard
from packshot.plugin.models.folder import ModelFolder

WEIGHTS = bytes(range(256)) * 4000


def write_card(folder, url="", content=WEIGHTS, name="net", **given):
    file = {"name": "net.onnx", "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "url": url}
    card = {"name": name, "family": "onnx.cutout", "licence": "MIT", "files": [file], **given}
    path = folder.card_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(card))
    return ModelCard.model_validate(card)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(tmp_path / "models"))
    return ModelFolder(tmp_path / "models")


class Server:
    """Sends `content`, from where a Range asks; `cut` bytes of it only, or elsewhere."""

    def __init__(self):
        self.content, self.cut, self.ranges, self.knows_ranges, self.moved_to, self.silent_length = (
            WEIGHTS,
            None,
            [],
            True,
            "",
            False,
        )
        self.port = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/net.onnx?key=secret"

    async def answer(self, reader, writer):
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        wanted = re.search(r"range: bytes=(\d+)-", request, re.IGNORECASE)
        self.ranges.append(int(wanted[1]) if wanted else None)
        try:
            writer.write(self._page(request, int(wanted[1]) if wanted and self.knows_ranges else None))
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    def _page(self, request, start):
        if self.moved_to and "/net.onnx" in request.split()[1]:
            return f"HTTP/1.1 302 Found\r\nLocation: {self.moved_to}\r\nContent-Length: 0\r\n\r\n".encode()
        if start is not None and start >= len(self.content):
            return b"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        body = self.content[start or 0 :]
        status = "200 OK" if start is None else "206 Partial Content"
        head = "" if start is None else f"Content-Range: bytes {start}-{len(self.content) - 1}/{len(self.content)}\r\n"
        head += "" if self.silent_length else f"Content-Length: {len(body)}\r\n"
        return f"HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n".encode() + body[: self.cut]


@asynccontextmanager
async def serving():
    server = Server()
    listener = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()


@pytest.fixture
async def server():
    async with serving() as running:
        yield running
