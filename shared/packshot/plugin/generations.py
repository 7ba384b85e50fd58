"""The generations of plugin sets: which of them offer operations now, which only finish what they have, and who does what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

import structlog

from packshot.contracts.operation import OperationSpec
from packshot.plugin.plugin_set import INSTALLED, PluginSet
from packshot.plugin.roster import Roster

_log = structlog.get_logger(__name__)

Specs = dict[tuple[str, int], OperationSpec]


class Generations:
    """Of the installed plugins (their name is empty) and of each of the folder: the one that is live, and those that drain."""

    def __init__(self, devices: tuple[str, ...], linger_s: float, changed: Callable[[Sequence[str]], None]) -> None:
        """`changed` is called with the `name@major` of operations that come, go or change, and with none for other news."""
        self.roster = Roster()
        self.live: dict[str, PluginSet] = {}
        """By name, in order of seniority."""
        self.draining: dict[PluginSet, asyncio.Task[None]] = {}
        self._leaving: list[PluginSet] = []
        self._devices = devices
        self._linger_s = linger_s
        self._changed = changed

    def __iter__(self) -> Iterator[PluginSet]:
        yield from self.live.values()
        yield from self.draining

    def flip(self, name: str, new: PluginSet | None) -> None:
        """From now on `new` does what the plugin `name` offers; the earlier generation finishes what it has in hand."""
        old = self.live.get(name)
        if new is not None:
            # In its place: seniority decides where two plugins offer the same.
            self.live[name] = new
        elif old is not None:
            del self.live[name]
        if old is not None and new is not None:
            # What was planned with a major version that the new one lacks is still on its way, or in a queue.
            self._leaving.append(old)
        if old is not None:
            self.draining[old] = asyncio.create_task(self._drain(old))
        _log.info("plugin.flipped", plugin=name or INSTALLED, now=new.label if new else None, before=old.label if old else None)
        self.refresh()

    def refresh(self) -> None:
        """Decide anew who does what, and tell what has changed."""
        before = self.roster
        self.roster = Roster(tuple(self.live.values()), self._devices, self._leaving)
        was, now = _by_major(before), _by_major(self.roster)
        _warn_of_unnamed_changes(was, now)
        other = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
        self._changed([f"{name}@{major}" for name, major in other])

    async def stop(self) -> None:
        """End all of them, whatever they do."""
        for task in self.draining.values():
            task.cancel()
        await asyncio.gather(*self.draining.values(), return_exceptions=True)
        await asyncio.gather(*(one.stop() for one in self))
        self.live.clear()

    async def _drain(self, old: PluginSet) -> None:
        if old in self._leaving:
            if any(one is old for _, one in self.roster):
                await old.unused(self._linger_s)
            self._leaving.remove(old)
            self.refresh()
        await old.retire()
        del self.draining[old]
        self._changed(())


def _by_major(roster: Roster) -> Specs:
    return {(spec.name, spec.major): spec for spec in roster.served}


def _warn_of_unnamed_changes(was: Specs, now: Specs) -> None:
    for key in was.keys() & now.keys():
        if was[key].version == now[key].version and was[key].plugin != now[key].plugin:
            hint = "stored results of this version still answer; give it a new version"
            _log.warning("operation.changed_without_a_version", operation=now[key].name, version=now[key].version, hint=hint)
