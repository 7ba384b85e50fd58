"""The plugin host as a worker sees it: give it an order, get an outcome. Plugins and pixels stay in child processes.

Consecutive steps of one plugin set that run on the CPU one picture at a time go to one child in one request. A step of another
set, one that batches or one for another device is a request of its own, and planes go raw between the children. Why it is built
so: docs/decisions/0003-plugin-host.md; how sets come and go: 0007-plugins-come-and-go.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack

import structlog

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.messages import Failure
from packshot.contracts.operation import OperationSpec
from packshot.contracts.plugin import PluginState
from packshot.contracts.training import TrainerSpec
from packshot.errors import PackshotError
from packshot.plugin.batcher import Batcher
from packshot.plugin.devices import find_devices
from packshot.plugin.order import Order, OrderedStep, Outcome
from packshot.plugin.process import ChildFailed, HostProcess
from packshot.plugin.quarantine import Quarantine
from packshot.plugin.registry import PluginFailure
from packshot.plugin.request import Part, Request
from packshot.plugin.segments import Segment, segments_of
from packshot.plugin.sets import Sets
from packshot.plugin.wire import Message
from packshot.settings import Settings

_log = structlog.get_logger(__name__)


class PluginHost:
    """Runs orders in child processes. A plugin that raises, crashes, hangs or leaks harms only its own picture."""

    def __init__(self, settings: Settings, *, quarantine: Quarantine | None = None) -> None:
        self.devices = find_devices(settings.device)
        self.processes = settings.host_processes or os.cpu_count() or 1
        self.on_change: list[Callable[[], None]] = []
        """Called when operations come or go, and when one is put into quarantine."""
        self._quarantine = quarantine or Quarantine(settings.quarantine_s)
        self._sets = Sets(settings, self.devices, self.processes, self._changed)
        self._batcher: Batcher[Request, Part, HostProcess] = Batcher(self._child_for, self._ask)

    async def start(self) -> None:
        """Start children and learn what their plugins offer; from then on, follow the plugins folder. Raises HostCrashed."""
        await self._sets.start()

    async def stop(self) -> None:
        """End all children. What they were doing is lost."""
        await self._batcher.stop()
        await self._sets.stop()

    @property
    def catalogue(self) -> Catalogue:
        """The operations that plugins offer to new work and this machine can run, as they are now."""
        return self._sets.roster.catalogue

    @property
    def specs(self) -> tuple[OperationSpec, ...]:
        """The operations of the catalogue."""
        return tuple(self.catalogue)

    @property
    def served(self) -> tuple[OperationSpec, ...]:
        """What is done here: those of the catalogue, and what was replaced and still finishes what was planned with it."""
        return self._sets.roster.served

    def served_as(self, name: str, major: int) -> OperationSpec | None:
        """The operation as it is done here, if it is."""
        return self._sets.roster.get(name, major)

    @property
    def plugins(self) -> tuple[PluginState, ...]:
        """What has become of each plugin."""
        return self._sets.states

    @property
    def trainers(self) -> tuple[TrainerSpec, ...]:
        """What plugins can train, by name."""
        return self._sets.trainers

    @property
    def families(self) -> frozenset[str]:
        """Families of models that plugins run."""
        return self._sets.families

    @property
    def failures(self) -> tuple[PluginFailure, ...]:
        """Plugins that cannot be used, or not wholly, and why."""
        return tuple(PluginFailure(state.source, state.reason) for state in self.plugins if state.reason)

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
        return [child.pid for child in self._sets.children]

    async def run(self, order: Order) -> Outcome:
        """Run the steps of `order`. Cancelling kills the child that does it.

        Raises what the operation raised (BadPhoto, BadParameters, …), OperationFailed, DeviceOutOfMemory, HostCrashed,
        DeadlineExceeded, OperationQuarantined, VersionGone, or UnknownName.
        """
        for step in order.steps:
            self._quarantine.check(step.operation)
        base = self._sets.installed
        segments = segments_of(order, self._sets.roster, self.devices, base)
        with ExitStack() as stack:
            # From here on these generations do it, also when others take over meanwhile.
            for one in {base, *(segment.set for segment in segments)}:
                stack.enter_context(one.held())
            part = Part.start(order)
            for segment in segments:
                part = await self._run(Request(order, segment, part))
                if part.repairs and order.may_repair:
                    break
            if part.raw:
                # The last step ran apart, or a check stopped the rest; packing or encoding its result is the CPU's.
                part = await self._run(Request(order, Segment(len(part.done), len(part.done), base), part))
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
        one = request.segment.set

        def on_trial() -> bool:
            names = [step.operation for step in request.steps]
            return any(not one.has_proven(name) or self._quarantine.suspects(name) for name in names)

        return one.lane(request.segment.device).child(request.order.urgent, on_trial)

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
            raise requests[0].blamed(self._judged(failed, steps, child.said.last_word), failed.step) from failed
        for step in steps:
            self._quarantine.succeeded(step.operation)
            requests[0].segment.set.prove(step.operation)
        return [request.after(answer) for request, answer in zip(requests, answers, strict=True)]

    def _judged(self, failed: ChildFailed, steps: Sequence[OrderedStep], last_word: str) -> PackshotError:
        if failed.step is None:
            return failed.error
        operation = steps[failed.step].operation
        error = type(failed.error)(f"{operation}: {failed.error}")
        reason = f"{failed.error} {last_word}".strip()
        _log.warning("operation.ended_its_host", operation=operation, reason=reason)
        if self._quarantine.failed(operation, reason):
            _log.warning("operation.quarantined", operation=operation, reason=reason)
            self._tell()
        return error

    def _changed(self, operations: Sequence[str]) -> None:
        """Other versions of these operations are there, or none any more."""
        for operation in operations:
            self._quarantine.forget(operation)
        self._tell()

    def _tell(self) -> None:
        for tell in self.on_change:
            tell()
