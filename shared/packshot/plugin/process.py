"""One plugin-host child as its worker sees it: ask it, and survive whatever it does."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from packshot.contracts.operation import OperationSpec
from packshot.contracts.training import TrainerSpec
from packshot.errors import DeadlineExceeded, HostCrashed
from packshot.plugin.launch import Launch, spawn
from packshot.plugin.registry import PluginFailure
from packshot.plugin.said import Said
from packshot.plugin.scratch import Scratch
from packshot.plugin.tree import end_tree
from packshot.plugin.wire import Message, packed, receive_async

READ_S = 60.0
"""How long it may take to decode its pictures, or, after the last step, to encode them."""
LOAD_S = 300.0
"""How long an operation may take to load its models."""
_ANSWER_S = 0.1
"""How long a child that hangs may take to say where."""
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
        assert process.stdout is not None
        self.said = Said(process.stdout, process.pid)
        self._why = ""
        self._reader, self._writer = streams
        self._inbox, self._outbox = memory
        self.specs: tuple[OperationSpec, ...] = ()
        self.trainers: tuple[TrainerSpec, ...] = ()
        self.failures: tuple[PluginFailure, ...] = ()
        self.families: frozenset[str] = frozenset()
        """Of models that its plugins run."""
        self._ended: asyncio.Task[str] | None = None
        self.memory_mb = 0
        """Resident memory after its last request."""

    @staticmethod
    async def start(launch: Launch, born: Callable[[HostProcess], None] = lambda _: None) -> HostProcess:
        """Start one, and wait until it has imported its plugins; `born` is given it before that. Raises HostCrashed."""
        mine, theirs = socket.socketpair()
        memory = [Scratch.create(), Scratch.create()]
        with theirs:
            process = spawn(launch, theirs, *memory)
        child = HostProcess(process, await asyncio.open_connection(sock=mine), memory)
        born(child)
        try:
            async with asyncio.timeout(launch.start_s):
                hello = await receive_async(child._reader)
        except TimeoutError:
            await child.tell_where()
            await child.kill()
            raise HostCrashed(f"It had not started after {launch.start_s:g} s and was stopped: {child.said.last_word}") from None
        except BaseException:
            await child.kill()
            raise
        if hello is None:
            how = await child.kill()
            raise HostCrashed(f"A plugin host did not start ({how}): {child.said.last_word}")
        child.specs = tuple(OperationSpec.model_validate(spec) for spec in hello["specs"])
        child.trainers = tuple(TrainerSpec.model_validate(spec) for spec in hello["trainers"])
        child.failures = tuple(PluginFailure(**failure) for failure in hello["failures"])
        child.families = frozenset(hello["families"])
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
            await self.tell_where()
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

    async def tell_where(self) -> None:
        """Have it print where in its code it is, for the log."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGUSR1)
        await asyncio.sleep(_ANSWER_S)

    async def kill(self, why: str = "") -> str:
        """End it at once, with all that it started, and say how it ended. Its memory, on the device too, is free afterwards."""
        self._why = self._why or why
        if self._ended is None:
            self._ended = asyncio.create_task(self._end())
        return await asyncio.shield(self._ended)

    async def _end(self) -> str:
        running = self._process.poll() is None
        end_tree(self.pid)
        self._writer.close()
        code = await asyncio.to_thread(self._process.wait)
        await self.said.end()
        self._inbox.close()
        self._outbox.close()
        if running and self._why:
            return self._why
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"it ended itself with status {code}"


async def _in_thread_if(large: bool, work: Callable[[Any], None], argument: Any) -> None:
    if large:
        await asyncio.to_thread(work, argument)
    else:
        work(argument)
