"""A web site of a test's own, on this machine, that notes every request."""

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Request:
    path: str
    headers: dict
    began: float
    ended: float = 0.0


@dataclass
class Reply:
    """What a path answers. `drip`: seconds after each byte; `endless`: the body again and again."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html"
    headers: dict = field(default_factory=dict)
    drip: float = 0.0
    endless: bool = False


class Site:
    """Pages by path: bytes of HTML, a Reply, or a function of the request that answers one."""

    def __init__(self, pages):
        self.pages = pages
        self.requests = []
        self.news = asyncio.Event()
        self.port = 0

    def url(self, path=""):
        return f"http://127.0.0.1:{self.port}{path}"

    def asked(self, path):
        return [request for request in self.requests if request.path == path]

    async def serve(self, reader, writer):
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            request = Request(head[0].split()[1], headers, time.monotonic())
            self.requests.append(request)
            self.news.set()
            try:
                await self._answer(writer, self._reply(request))
            finally:
                request.ended = time.monotonic()
                writer.close()

    def _reply(self, request):
        path = request.path
        found = self.pages.get(path)
        if found is None:
            found = next(
                (page for start, page in self.pages.items() if start.endswith("*") and path.startswith(start[:-1])), None
            )
        if callable(found):
            found = found(request)
        if found is None:
            return Reply(status=404)
        return Reply(found) if isinstance(found, bytes) else found

    async def _answer(self, writer, reply):
        headers = {"Content-Type": reply.kind, "Connection": "close", **reply.headers}
        if not reply.endless and not reply.drip:
            headers["Content-Length"] = str(len(reply.body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {reply.status} Something\r\n{lines}\r\n".encode())
        if reply.drip:
            for byte in reply.body * 1000:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(reply.drip)
        while reply.endless:
            writer.write(reply.body)
            await writer.drain()
        writer.write(reply.body)
        await writer.drain()


@asynccontextmanager
async def serving(pages):
    site = Site(pages)
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()


def page(*links, pictures=(), head="", more=""):
    """HTML that links and shows."""
    inner = "".join(f'<a href="{link}">x</a>' for link in links) + "".join(f'<img src="{picture}">' for picture in pictures)
    return f"<!doctype html><html><head>{head}</head><body>{inner}{more}</body></html>".encode()


def picture(content, kind="image/jpeg", **headers):
    return Reply(content, kind=kind, headers=headers)


def to(where, status=302):
    return Reply(status=status, headers={"Location": where})
