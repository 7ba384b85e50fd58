"""Which trainers there are: those of installed plugins and of the plugins folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pluggy

from packshot.contracts.training import TrainerSpec
from packshot.errors import UnknownName, nearest
from packshot.plugin import hookspecs
from packshot.plugin.discovery import FoundPlugin, find_plugins
from packshot.plugin.registry import PluginFailure
from packshot.settings import Settings
from packshot.training.trainer import Trainer


class Trainers:
    """Trainers by name. Of two of one name the first is used; a plugin that fails is in `failures`, never raised."""

    def __init__(self, plugins: Iterable[FoundPlugin]) -> None:
        self.failures: list[PluginFailure] = []
        self.specs: dict[str, TrainerSpec] = {}
        self._trainers: dict[str, Trainer[Any]] = {}
        for plugin in plugins:
            try:
                self._load(plugin)
            except Exception as error:  # plugins are strangers
                self.failures.append(PluginFailure(plugin.label, f"{type(error).__name__}: {error}"))

    def find(self, name: str) -> Trainer[Any]:
        """The trainer `denoise.cnn`, or the only one of its kind: `denoise`. Raises UnknownName with what is near."""
        found = [known for known in sorted(self._trainers) if known == name or known.startswith(name + ".")]
        if name in found or len(found) == 1:
            return self._trainers[name if name in found else found[0]]
        if found:
            raise UnknownName(f"There are several trainers {name}: {', '.join(found)}. Name one of them.")
        raise UnknownName(f"There is no trainer {name!r}. {nearest(name, sorted(self._trainers))}{self._unusable()}")

    def _load(self, plugin: FoundPlugin) -> None:
        # A manager of its own for each: a plugin that fails half-way leaves nothing behind.
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        manager.register(plugin.load())
        hook: Any = manager.hook.packshot_trainers
        for trainer in (trainer for offered in hook() for trainer in offered):
            self.specs.setdefault(trainer.name, trainer.spec(plugin.label))
            self._trainers.setdefault(trainer.name, trainer())

    def _unusable(self) -> str:
        return "".join(f" Not loaded: {failure.plugin}: {failure.reason}" for failure in self.failures)


def load_trainers(settings: Settings | None = None) -> Trainers:
    """The trainers of all plugins that the settings allow; no torch is imported."""
    settings = settings or Settings.read()
    only = {name.strip() for name in settings.plugins.split(",") if name.strip()}
    return Trainers(plugin for plugin in find_plugins(settings.resolved_plugins_dir) if not only or plugin.name in only)


def find_trainer(name: str) -> Trainer[Any]:
    """The trainer of this name, or the only one of its kind, of all plugins. Raises UnknownName with what is near."""
    return load_trainers().find(name)
