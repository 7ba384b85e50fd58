"""The registry: every operation that the plugins of this process offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pluggy

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.operation import OperationSpec
from packshot.contracts.training import TrainerSpec
from packshot.errors import UnknownName, nearest
from packshot.plugin import hookspecs
from packshot.plugin.discovery import FoundPlugin, find_plugins
from packshot.plugin.operation import Operation
from packshot.settings import Settings


@dataclass(frozen=True)
class PluginFailure:
    """A plugin, or one operation of it, that cannot be used, and why."""

    plugin: str
    reason: str


@dataclass(frozen=True)
class Offered:
    """An operation that some plugin offers."""

    operation: type[Operation[Any]]
    spec: OperationSpec


class Registry:
    """Operations by name and major version, and what could not be loaded. Same plugins, same content."""

    def __init__(self, plugins: Iterable[FoundPlugin] = (), only: str = "") -> None:
        """Load `plugins`; with `only` (names, comma-separated) just these. A plugin that fails is in `failures`, never raised."""
        self.failures: list[PluginFailure] = []
        self.catalogue = Catalogue()
        self.trainers: dict[str, TrainerSpec] = {}
        """What can be trained, by name."""
        self._offered: dict[tuple[str, int], Offered] = {}
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        for plugin in self._wanted(list(plugins), {name.strip() for name in only.split(",") if name.strip()}):
            try:
                self._load(plugin)
            except Exception as error:
                self.failures.append(PluginFailure(plugin.label, f"{type(error).__name__}: {error}"))

    def find(self, operation: str) -> Offered:
        """The operation `name` (its highest major) or `name@major`; UnknownName says what is near."""
        try:
            spec = self.catalogue.find(operation)
        except UnknownName as error:
            # It may be one of these that has it.
            unusable = "".join(f" Not loaded: {failure.plugin}: {failure.reason}" for failure in self.failures)
            raise UnknownName(f"{error}{unusable}") from error
        return self._offered[spec.name, spec.major]

    def __iter__(self) -> Iterator[Offered]:
        return (self._offered[key] for key in sorted(self._offered))

    def __len__(self) -> int:
        return len(self._offered)

    def _wanted(self, plugins: list[FoundPlugin], only: set[str]) -> Iterator[FoundPlugin]:
        names = [plugin.name for plugin in plugins]
        for missing in sorted(only - set(names)):
            reason = f"PACKSHOT_PLUGINS names it, but it is not installed. {nearest(missing, names)}"
            self.failures.append(PluginFailure(missing, reason))
        return (plugin for plugin in plugins if not only or plugin.name in only)

    def _load(self, plugin: FoundPlugin) -> None:
        module = plugin.load()
        self._manager.register(module, _key(plugin))
        hooks = self._hooks_of(plugin, "packshot_operations")
        for operation in (operation for offered in hooks for operation in offered()):
            self._offer(operation, plugin)
        # A plugin that runs the models its users bring offers nothing before they bring one.
        if not hooks and not hasattr(module, "packshot_trainers"):
            reason = "It offers no operations; is @hookimpl missing before packshot_operations()?"
            self.failures.append(PluginFailure(plugin.label, reason))

        for trainer in (trainer for offered in self._hooks_of(plugin, "packshot_trainers") for trainer in offered()):
            self.trainers.setdefault(trainer.name, trainer.spec(plugin.label))

    def _hooks_of(self, plugin: FoundPlugin, name: str) -> list[Callable[[], list[type[Any]]]]:
        hook: Any = getattr(self._manager.hook, name)
        return [each.function for each in hook.get_hookimpls() if each.plugin_name == _key(plugin)]

    def _offer(self, operation: type[Operation[Any]], plugin: FoundPlugin) -> None:
        try:
            spec = operation.spec(plugin.label)
        except Exception as error:
            reason = f"Operation {getattr(operation, 'name', operation.__name__)!r} is not declared rightly: {error}"
            self.failures.append(PluginFailure(plugin.label, reason))
            return
        taken = self._offered.get((spec.name, spec.major))
        if taken is not None:
            reason = f"Both {taken.spec.plugin} and {plugin.label} offer {spec.name}@{spec.major}; the first is used."
            self.failures.append(PluginFailure(plugin.label, reason))
            return
        self._offered[spec.name, spec.major] = Offered(operation, spec)
        self.catalogue.add(spec)


def _key(plugin: FoundPlugin) -> str:
    # One distribution may bring several plugins.
    return f"{plugin.label}: {plugin.name}"


def load_registry(settings: Settings) -> Registry:
    """The plugins that are installed or lie in the plugins folder, as the settings allow."""
    return Registry(find_plugins(settings.resolved_plugins_dir), settings.plugins)
