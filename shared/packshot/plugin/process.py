"""One plugin-host child as its worker sees it: ask it, and survive whatever it does."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
from collections.abc import Callable
from typing import Any

from packshot.contracts.operation import OperationSpec
from packshot.errors import DeadlineExceeded, HostCrashed
from packshot.plugin.launch import Launch, spawn
from packshot.plugin.registry import PluginFailure
from packshot.plugin.scratch import Scratch
from packshot.plugin.wire import Message, packed, receive_async

START_S = 120.0
"""How long a child may take to import its plugins."""
READ_S = 60.0
"""How long it may take to decode its pictures, or, after the last step, to encode them."""
LOAD_S = 300.0
"""How long an operation may take to load its models."""
_LARGE = 4 << 20
"""Bytes from which copying is worth a thread."""


class ChildFailed(Exception):
    """The child crashed, or was killed because it ran too long, during step `step` (None: while it read or wrote pictures)."""

    def __init__(self, step: int | None, error: HostCrashed | DeadlineExceeded) -> None:
        super().__init__(str(error))
        self.step = step
        self.error = error


class HostProcess:
    """A running child. It does one request at a time."""

    def __init__(
        self, process: subprocess.Popen[bytes], streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], memory: list[Scratch]
    ) -> None:
        self._process = process
        self._reader, self._writer = streams
        self._inbox, self._outbox = memory
        self.specs: tuple[OperationSpec, ...] = ()
        self.failures: tuple[PluginFailure, ...] = ()
        self._ended: asyncio.Task[str] | None = None
        self.memory_mb = 0
        """Resident memory after its last request."""

    @staticmethod
    async def start(launch: Launch) -> HostProcess:
        """Start one, and wait until it has imported its plugins. Raises HostCrashed."""
        mine, theirs = socket.socketpair()
        memory = [Scratch.create(), Scratch.create()]
        with theirs:
            process = spawn(launch, theirs, *memory)
        child = HostProcess(process, await asyncio.open_connection(sock=mine), memory)
        try:
            async with asyncio.timeout(START_S):
                hello = await receive_async(child._reader)
        except TimeoutError:
            hello = None
        except BaseException:
            await child.kill()
            raise
        if hello is None:
            raise HostCrashed(f"A plugin host did not start ({await child.kill()}); its error output says why.")
        child.specs = tuple(OperationSpec.model_validate(spec) for spec in hello["specs"])
        child.failures = tuple(PluginFailure(**failure) for failure in hello["failures"])
        return child

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    async def ask(
        self, request: Message, blobs: list[bytes], timeouts: list[float], heard: Callable[[Message], None]
    ) -> list[Message]:
        """Have one request done: the outcomes of its items, each picture with its bytes as `content`.

        `timeouts` are the steps' own; `heard` gets progress messages. Raises ChildFailed; then, and when the caller is
        cancelled, the child is dead.
        """
        try:
            await _in_thread_if(sum(map(len, blobs)) > _LARGE, self._inbox.write, blobs)
            self._writer.write(packed(request))
            items = await self._listen(timeouts, heard)
            places = [place for item in items for place in (item.get("frame"), item.get("file")) if isinstance(place, dict)]
            await _in_thread_if(sum(place["size"] for place in places) > _LARGE, self._collect, places)
        except BaseException:
            await self.kill()
            raise
        return items

    async def _listen(self, timeouts: list[float], heard: Callable[[Message], None]) -> list[Message]:
        step: int | None = None
        allowed = READ_S
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(allowed) as limit:
                while (message := await receive_async(self._reader)) is not None and "items" not in message:
                    if "mark" not in message:
                        heard(message)
                        continue
                    step = message.get("step")
                    allowed = {"load": LOAD_S, "write": READ_S}.get(message["mark"]) or timeouts[message["step"]]
                    limit.reschedule(loop.time() + allowed)
        except TimeoutError:
            raise ChildFailed(step, DeadlineExceeded(f"It took longer than {allowed:g} s and was stopped.")) from None
        if message is None:
            raise ChildFailed(step, HostCrashed(f"The plugin host died ({await self.kill()}) while it worked on this picture."))
        self.memory_mb = message["memory_mb"]
        items: list[Message] = message["items"]
        return items

    def _collect(self, places: list[Message]) -> None:
        for place in places:
            place["content"] = self._outbox.read(place["at"], place["size"])
        self._inbox.trim()
        self._outbox.trim()

    async def kill(self) -> str:
        """End it at once and say how it ended. Its memory, on the device too, is free afterwards."""
        if self._ended is None:
            self._ended = asyncio.create_task(self._end())
        return await asyncio.shield(self._ended)

    async def _end(self) -> str:
        self._process.kill()
        self._writer.close()
        code = await asyncio.to_thread(self._process.wait)
        self._inbox.close()
        self._outbox.close()
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"it ended itself with status {code}"


async def _in_thread_if(large: bool, work: Callable[[Any], None], argument: Any) -> None:
    if large:
        await asyncio.to_thread(work, argument)
    else:
        work(argument)
