"""The plugin sets of a host: those of the folder come, are replaced and leave while others work. Nothing is ever reloaded.

A change is a new generation: its children start and say what they offer, the roster flips to it, the old one finishes what it has
in hand and ends. If the new one cannot be used, the old one stays.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import structlog

from packshot.contracts.plugin import PluginCondition, PluginState
from packshot.contracts.training import TrainerSpec
from packshot.errors import BadPlugin, PackshotError
from packshot.plugin.census import Census
from packshot.plugin.discovery import find_installed
from packshot.plugin.folder import Candidate
from packshot.plugin.generations import Generations
from packshot.plugin.launch import Launch
from packshot.plugin.models.card import ModelCard
from packshot.plugin.models.folder import models_folder
from packshot.plugin.models.watch import CardWatch
from packshot.plugin.places import Places
from packshot.plugin.plugin_set import PluginSet
from packshot.plugin.prepared import Prepared, Preparing, StillChanging
from packshot.plugin.process import HostProcess
from packshot.plugin.roster import Roster
from packshot.plugin.states import states_of, unknown_names
from packshot.plugin.watch import Changes, Watch
from packshot.settings import Settings

_log = structlog.get_logger(__name__)

_INSTALLED = ""
"""Instead of a name: no plugin of the folder has it."""
_FIRST_S = 30.0
"""How long a start waits for plugins of the folder."""
_THIN_EVERY_S = 20.0


class Sets:
    """The installed plugins, and one set for each plugin of the folder."""

    def __init__(
        self, settings: Settings, devices: tuple[str, ...], processes: int, changed: Callable[[Sequence[str]], None]
    ) -> None:
        """`changed` is called with the `name@major` of operations that come, go or change, and with none for other news."""
        self._settings = settings
        self._devices = devices
        self._processes = processes
        self._changed = changed
        self._only = frozenset(name.strip() for name in settings.plugins.split(",") if name.strip())
        self._places = Places(processes)
        self._preparing = Preparing(settings.home / "prepared-plugins", settings.plugins_pip_args)
        self._watch = Watch(settings.resolved_plugins_dir)
        self._refused: dict[str, PluginState] = {}
        self._arriving: dict[str, asyncio.Task[None]] = {}
        self._newborn: set[PluginSet] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._away = False
        self._installed_names = frozenset(plugin.name for plugin in find_installed())
        self._generations = Generations(devices, settings.plugins_linger_s, changed)
        self._cards = CardWatch(models_folder(settings))
        self._tried: dict[str, tuple[ModelCard, ...]] = {}

    async def start(self) -> None:
        """Start what is there, then follow the folder. Raises HostCrashed if the installed plugins' children do not start."""
        census = Census(lambda: self.children, self._settings.host_limit_processes, 2 * self._settings.host_memory_mb)
        self._tasks.append(asyncio.create_task(census.run()))
        await self._look_at_cards(settled=True)
        self._generations.live[_INSTALLED] = self._set(self._installed())
        looked = asyncio.create_task(self._look(settled=True))
        self._tasks.append(looked)
        await self.installed.start()
        await looked
        if self._arriving:
            # One that hangs, or has much to install, comes later, like one that is dropped later.
            await asyncio.wait(self._arriving.values(), timeout=_FIRST_S)
        await asyncio.to_thread(self._preparing.sweep)
        self._generations.refresh()
        self._tasks += [asyncio.create_task(work) for work in (self._follow(), self._thin())]

    async def stop(self) -> None:
        """End everything. What was in hand is lost."""
        tasks = [*self._tasks, *self._arriving.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._generations.stop()

    @property
    def installed(self) -> PluginSet:
        """The installed plugins together, as new work finds them."""
        return self._generations.live[_INSTALLED]

    @property
    def families(self) -> frozenset[str]:
        """Of models that plugins run."""
        return frozenset().union(*(one.families for one in self._generations.live.values()))

    @property
    def trainers(self) -> tuple[TrainerSpec, ...]:
        """What can be trained; of two of one name that of the senior set."""
        by_name = {spec.name: spec for one in reversed(self._generations.live.values()) for spec in one.trainers}
        return tuple(by_name[name] for name in sorted(by_name))

    @property
    def roster(self) -> Roster:
        """Who does what now."""
        return self._generations.roster

    @property
    def children(self) -> list[HostProcess]:
        """All that run."""
        return [child for one in (*self._generations, *self._newborn) for child in one.children]

    @property
    def states(self) -> tuple[PluginState, ...]:
        """What has become of each plugin."""
        installed, *plugged = self._generations.live.values()
        known = self._installed_names | {one.name for one in plugged}
        unknown = unknown_names(self._only - known - self._refused.keys(), sorted(known))
        strange = (
            PluginState(name=name, source=f"{name} in the plugins folder", condition=PluginCondition.REFUSED, reason=reason)
            for name, reason in self._watch.refused.items()
        )
        living = states_of(installed, plugged, self.roster)
        starting = (one.state(PluginCondition.STARTING) for one in self._newborn)
        draining = (one.state(PluginCondition.DRAINING) for one in self._generations.draining)
        return (*living, *starting, *draining, *self._refused.values(), *strange, *unknown)

    def _set(self, launch: Launch, prepared: Prepared | None = None) -> PluginSet:
        settings = self._settings
        threads = settings.host_threads or max(1, (os.cpu_count() or 1) // self._processes)
        more = {
            "threads": threads,
            "network": settings.host_network,
            "start_s": settings.host_start_s,
            "models": settings.resolved_models_dir,
            "cards": self._cards.cards,
        }
        return PluginSet(
            settings,
            launch.model_copy(update=more),
            devices=self._devices,
            processes=self._processes,
            places=self._places,
            changed=self._generations.refresh,
            prepared=prepared,
        )

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._settings.plugins_poll_s)
            await self._look_at_cards()
            await self._look()
            self._restock()

    async def _look_at_cards(self, *, settled: bool = False) -> None:
        with suppress(OSError):
            # A folder that is away for a while takes no model with it.
            await asyncio.to_thread(self._cards.look, settled=settled)

    def _restock(self) -> None:
        """Start anew what runs models whose cards have come, changed or gone."""
        cards = self._cards.cards
        for key, one in self._generations.live.items():
            if one.is_stocked(cards) or self._tried.get(key) is cards or key in self._arriving:
                continue
            self._tried[key] = cards
            if key == _INSTALLED:
                self._after(key, self._start(key, self._set(self._installed())))
            else:
                self._watch.forget(key)

    def _installed(self) -> Launch:
        return Launch(only=self._only & self._installed_names if self._only else None)

    async def _look(self, *, settled: bool = False) -> None:
        before = self._watch.refused
        try:
            changes = await asyncio.to_thread(self._watch.look, settled=settled)
        except OSError as error:
            # A network folder that is away for a while takes no plugin with it.
            if not self._away:
                _log.warning("plugins_folder.away", folder=str(self._watch.folder), reason=str(error))
            self._away = True
            return
        self._away = False
        self._take_in(changes)
        if self._watch.refused != before:
            self._changed(())

    def _take_in(self, changes: Changes) -> None:
        for candidate in changes.arrived:
            if not self._only or candidate.name in self._only:
                self._after(candidate.name, self._arrive(candidate))
        for name in changes.left:
            self._after(name, self._leave(name))

    def _after(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` on the plugin `name` instead of what is being done to it."""
        earlier = self._arriving.get(name)
        if earlier is not None:
            earlier.cancel()
        task = self._arriving[name] = asyncio.create_task(_in_turn(earlier, work))
        task.add_done_callback(lambda done: self._arriving.pop(name) if self._arriving.get(name) is done else None)

    async def _arrive(self, candidate: Candidate) -> None:
        name = candidate.name
        try:
            prepared = await self._prepare(candidate)
        except StillChanging:
            self._watch.forget(name)
            return
        except Exception as error:
            self._refuse(PluginState(name=name, source=candidate.label, condition=PluginCondition.REFUSED, reason=_said(error)))
            return
        old = self._generations.live.get(name)
        if old is not None and old.digest == prepared.digest and old.is_stocked(self._cards.cards):
            prepared.release()
            self._refused.pop(name, None)
            return
        await self._start(name, self._set(Launch(source=prepared.source, python=prepared.python), prepared))

    async def _start(self, name: str, one: PluginSet) -> None:
        self._newborn.add(one)
        try:
            await one.start()
            _check(one, self._generations.live.get(name))
        except Exception as error:
            state = one.state(PluginCondition.REFUSED, _said(error))
            await one.stop(forget=True)
            self._refuse(state)
        except BaseException:
            await one.stop(forget=True)
            raise
        else:
            self._refused.pop(one.name, None)
            self._generations.flip(name, one)
        finally:
            self._newborn.discard(one)

    async def _prepare(self, candidate: Candidate) -> Prepared:
        preparing = asyncio.ensure_future(asyncio.to_thread(self._preparing.prepare, candidate))
        try:
            return await asyncio.shield(preparing)
        except asyncio.CancelledError:
            # The thread goes on; what it makes is let go of.
            preparing.add_done_callback(lambda done: None if done.exception() else done.result().release(forget=True))
            raise

    async def _leave(self, name: str) -> None:
        self._refused.pop(name, None)
        self._generations.flip(name, None)

    def _refuse(self, state: PluginState) -> None:
        _log.error("plugin.refused", plugin=state.source, reason=state.reason)
        self._refused[state.name] = state
        self._changed(())

    async def _thin(self) -> None:
        while True:
            await asyncio.sleep(_THIN_EVERY_S)
            for one in list(self._generations):
                await one.thin()


async def _in_turn(earlier: asyncio.Task[None] | None, work: Coroutine[Any, Any, None]) -> None:
    try:
        if earlier is not None:
            await asyncio.wait({earlier})
    except asyncio.CancelledError:
        work.close()
        raise
    await work


def _check(one: PluginSet, before: PluginSet | None) -> None:
    """Raise BadPlugin if it offers nothing, or if the same plugins offer less than before because one fails with other cards."""
    failed = " ".join(failure.reason for failure in one.failures)
    if failed and not one.specs and not one.trainers:
        raise BadPlugin(failed)
    if before is not None and one.digest == before.digest and not set(one.failures) <= set(before.failures):
        lost = {(spec.name, spec.major) for spec in before.specs} - {(spec.name, spec.major) for spec in one.specs}
        if lost:
            raise BadPlugin(f"It would lose {', '.join(f'{name}@{major}' for name, major in sorted(lost))}: {failed}")


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, PackshotError) else f"{type(error).__name__}: {error}"
