"""A plugin set: what runs in one kind of child. One generation of it, from its first child to its last."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from packshot.contracts.operation import OperationSpec
from packshot.contracts.plugin import PluginCondition, PluginState
from packshot.contracts.training import TrainerSpec
from packshot.plugin.devices import CPU
from packshot.plugin.lane import Lane
from packshot.plugin.launch import Launch
from packshot.plugin.models.card import ModelCard
from packshot.plugin.places import Places
from packshot.plugin.prepared import Prepared
from packshot.plugin.process import HostProcess
from packshot.plugin.registry import PluginFailure
from packshot.settings import Settings

INSTALLED = "installed"


class PluginSet:
    """The installed plugins together, or one plugin of the folder, in children of its own."""

    def __init__(
        self,
        settings: Settings,
        launch: Launch,
        *,
        devices: tuple[str, ...],
        processes: int,
        places: Places,
        changed: Callable[[], None],
        prepared: Prepared | None = None,
    ) -> None:
        """`prepared` is what a plugin of the folder loads; without it, it is the installed ones. `changed` hears of trouble."""
        self.name = prepared.source.name if prepared else INSTALLED
        self.label = prepared.source.label if prepared else INSTALLED
        self.specs: tuple[OperationSpec, ...] = ()
        self.trainers: tuple[TrainerSpec, ...] = ()
        self.failures: tuple[PluginFailure, ...] = ()
        self.families: frozenset[str] = frozenset()
        """Of models that its plugins run."""
        self._cards = launch.cards
        self.trouble = ""
        """Why its children do not start any more."""
        self._proven: set[str] = set()
        self._prepared = prepared
        self._changed = changed
        self.used_at = time.monotonic()
        """When an order last had it in hand."""
        self._in_hand = 0
        self._drained = asyncio.Event()
        self._drained.set()
        self._lanes: dict[str, Lane] = {}
        self._bare = launch.only is not None and not launch.only
        # A stranger's plugin may be one of many and rarely used: one child waits, others come when they are wanted.
        self._keep = (1, 0) if prepared else (0, 0) if self._bare else (processes, 1)
        for device in devices:
            cpu = device == CPU
            self._lanes[device] = Lane(
                launch.model_copy(update={"devices": (CPU,) if cpu else (CPU, device)}),
                processes if cpu else 1,
                settings.host_memory_mb,
                keep=self._keep[0 if cpu else 1],
                places=places if cpu else None,
                troubled=self._troubled,
            )

    @property
    def digest(self) -> str:
        """Of its content; empty for the installed ones."""
        return self._prepared.digest if self._prepared else ""

    async def start(self) -> None:
        """Start its first children and hear what they offer. Raises HostCrashed."""
        if self._bare:
            return
        child = await self._lanes[CPU].start()
        self.specs, self.trainers, self.failures, self.families = child.specs, child.trainers, child.failures, child.families
        for device, lane in self._lanes.items():
            if device != CPU and self._keep[1]:
                await lane.start()

    def is_stocked(self, cards: Sequence[ModelCard]) -> bool:
        """Whether it was started with those of `cards` that its plugins can run."""
        return self._mine(cards) == self._mine(self._cards)

    def _mine(self, cards: Sequence[ModelCard]) -> list[ModelCard]:
        return [card for card in cards if card.family in self.families]

    def prove(self, operation: str) -> None:
        """It has worked once."""
        self._proven.add(operation)

    def has_proven(self, operation: str) -> bool:
        """Whether `name@major` has ever worked; of installed plugins that is taken for granted."""
        return self.name == INSTALLED or operation in self._proven

    def lane(self, device: str) -> Lane:
        """Its children on this device."""
        return self._lanes[device]

    @property
    def children(self) -> list[HostProcess]:
        """Those that run."""
        return [child for lane in self._lanes.values() for child in lane.children]

    async def thin(self) -> None:
        """End children that nobody has wanted for long."""
        for lane in self._lanes.values():
            await lane.thin()

    @contextmanager
    def held(self) -> Iterator[None]:
        """While an order has it in hand."""
        self._in_hand += 1
        self._drained.clear()
        try:
            yield
        finally:
            self._in_hand -= 1
            self.used_at = time.monotonic()
            if not self._in_hand:
                self._drained.set()

    async def unused(self, seconds: float) -> None:
        """Wait until no order has had it in hand for so long, counted from now."""
        self.used_at = time.monotonic()
        while self._in_hand or self.used_at + seconds > time.monotonic():
            await self._drained.wait()
            await asyncio.sleep(max(0.0, self.used_at + seconds - time.monotonic()))

    async def retire(self) -> None:
        """Finish what it has in hand, then end its children and forget its files."""
        await self._drained.wait()
        await self.stop(forget=True)

    async def stop(self, *, forget: bool = False) -> None:
        """End its children, whatever they do."""
        for lane in self._lanes.values():
            await lane.stop()
        if self._prepared is not None:
            await asyncio.to_thread(self._prepared.release, forget=forget)
            self._prepared = None

    def state(self, condition: PluginCondition, reason: str = "") -> PluginState:
        """How it is told of."""
        operations = tuple(f"{spec.name}@{spec.version}" for spec in self.specs)
        return PluginState(
            name=self.name, source=self.label, digest=self.digest, condition=condition, reason=reason, operations=operations
        )

    def _troubled(self, reason: str) -> None:
        self.trouble = reason
        self._changed()
