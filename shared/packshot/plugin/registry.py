"""The registry: every operation that the plugins of this process offer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pluggy

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.operation import OperationSpec
from packshot.errors import nearest
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
        spec = self.catalogue.find(operation)
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
        self._manager.register(module, plugin.label)
        operations = self._operations_of(plugin)
        for operation in operations:
            self._offer(operation, plugin)
        if not operations:
            reason = "It offers no operations; is @hookimpl missing before packshot_operations()?"
            self.failures.append(PluginFailure(plugin.label, reason))

    def _operations_of(self, plugin: FoundPlugin) -> list[type[Operation[Any]]]:
        hook: Any = self._manager.hook.packshot_operations
        mine = (each.function for each in hook.get_hookimpls() if each.plugin_name == plugin.label)
        return [operation for offered in mine for operation in offered()]

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


def load_registry(settings: Settings) -> Registry:
    """The plugins that are installed or lie in the plugins folder, as the settings allow."""
    return Registry(find_plugins(settings.plugins_dir), settings.plugins)
