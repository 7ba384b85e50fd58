"""The plugin host as a worker sees it: give it an order, get an outcome. Plugins and pixels stay in child processes.

Steps that run on the CPU one picture at a time go to one child in one request. A step that batches or runs on another device
is a request of its own, and planes go raw between the children. Why it is built so: docs/decisions/0003-plugin-host.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import structlog

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.messages import Failure
from packshot.contracts.operation import OperationSpec
from packshot.errors import PackshotError
from packshot.plugin.batcher import Batcher
from packshot.plugin.devices import CPU, device_for, find_devices
from packshot.plugin.lane import Lane
from packshot.plugin.launch import Launch
from packshot.plugin.order import Order, OrderedStep, Outcome
from packshot.plugin.process import ChildFailed, HostProcess
from packshot.plugin.quarantine import Quarantine
from packshot.plugin.registry import PluginFailure
from packshot.plugin.request import Part, Request
from packshot.plugin.segments import Segment, segments_of
from packshot.plugin.wire import Message
from packshot.settings import Settings

_log = structlog.get_logger(__name__)


class PluginHost:
    """Runs orders in child processes. A plugin that raises, crashes, hangs or leaks harms only its own picture."""

    def __init__(self, settings: Settings, *, quarantine: Quarantine | None = None) -> None:
        self.devices = find_devices(settings.device)
        self.processes = settings.host_processes or os.cpu_count() or 1
        self.specs: tuple[OperationSpec, ...] = ()
        """The operations that plugins offer and this machine can run."""
        self.failures: tuple[PluginFailure, ...] = ()
        """Plugins that could not be loaded."""
        self.on_quarantine: list[Callable[[], None]] = []
        """Called when an operation is put into quarantine."""
        self._quarantine = quarantine or Quarantine(settings.quarantine_s)
        self._catalogue = Catalogue()
        threads = settings.host_threads or max(1, (os.cpu_count() or 1) // self.processes)
        self._lanes: dict[str, Lane] = {}
        for device in self.devices:
            devices = (CPU,) if device == CPU else (CPU, device)
            launch = Launch(plugins=settings.plugins, plugins_dir=settings.plugins_dir, devices=devices, threads=threads)
            self._lanes[device] = Lane(launch, self.processes if device == CPU else 1, settings.host_memory_mb)
        self._batcher: Batcher[Request, Part, HostProcess] = Batcher(self._child_for, self._ask)

    async def start(self) -> None:
        """Start the children and learn what their plugins offer. Raises HostCrashed."""
        for device, lane in self._lanes.items():
            child = await lane.start()
            if device == CPU:
                self.failures = child.failures
                self.specs = tuple(spec for spec in child.specs if device_for(spec, self.devices) is not None)
                self._catalogue = Catalogue(self.specs)

    async def stop(self) -> None:
        """End all children. What they were doing is lost."""
        await self._batcher.stop()
        for lane in self._lanes.values():
            await lane.stop()

    @property
    def quarantined(self) -> tuple[Failure, ...]:
        """The operations that rest now, and why."""
        return self._quarantine.resting()

    def rests_s(self, operation: str) -> float:
        """Seconds that `name@major` still rests in quarantine; 0 if it may run."""
        return self._quarantine.rests_s(operation)

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that run."""
        return [pid for lane in self._lanes.values() for pid in lane.pids]

    async def run(self, order: Order) -> Outcome:
        """Run the steps of `order`. Cancelling kills the child that does it.

        Raises what the operation raised (BadPhoto, BadParameters, …), OperationFailed, DeviceOutOfMemory, HostCrashed,
        DeadlineExceeded, OperationQuarantined, or UnknownName.
        """
        for step in order.steps:
            self._quarantine.check(step.operation)
        part = Part.start(order)
        for segment in segments_of(order, self._catalogue, self.devices):
            part = await self._run(Request(order, segment, part))
            if part.repairs and order.may_repair:
                break
        if part.raw:
            # The last step ran apart; packing or encoding its result is the CPU's.
            part = await self._run(Request(order, Segment(len(part.done), len(part.done)), part))
        return part.outcome()

    async def _run(self, request: Request) -> Part:
        if request.segment.batch is not None:
            return await self._batcher.add(request.batch_key, request, request.segment.batch)
        async with self._child_for(request) as child:
            (result,) = await self._ask(child, [request])
        if isinstance(result, Exception):
            raise result
        return result

    def _child_for(self, request: Request) -> AbstractAsyncContextManager[HostProcess]:
        return self._lanes[request.segment.device].child(request.order.urgent)

    async def _ask(self, child: HostProcess, requests: Sequence[Request]) -> list[Part | Exception]:
        """Have `child` do equal requests. Raises HostCrashed or DeadlineExceeded, naming the operation."""

        def heard(message: Message) -> None:
            request = requests[message["item"]]
            request.order.progress(request.segment.first + message["step"], message["progress"], message["note"])

        steps = requests[0].steps
        blobs: list[bytes] = []
        message = {**requests[0].head(), "items": [request.item(blobs) for request in requests]}
        try:
            answers = await child.ask(message, blobs, [step.timeout_s for step in steps], heard)
        except ChildFailed as failed:
            raise requests[0].blamed(self._judged(failed, steps), failed.step) from failed
        for step in steps:
            self._quarantine.succeeded(step.operation)
        return [request.after(answer) for request, answer in zip(requests, answers, strict=True)]

    def _judged(self, failed: ChildFailed, steps: Sequence[OrderedStep]) -> PackshotError:
        if failed.step is None:
            return failed.error
        operation = steps[failed.step].operation
        error = type(failed.error)(f"{operation}: {failed.error}")
        if self._quarantine.failed(operation, str(failed.error)):
            _log.warning("operation.quarantined", operation=operation, reason=str(failed.error))
            for tell in self.on_quarantine:
                tell()
        return error
