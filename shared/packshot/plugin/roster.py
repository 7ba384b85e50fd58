"""The roster: which plugin set does which version of which operation now. Never changed, only replaced by another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.operation import OperationSpec
from packshot.errors import VersionGone
from packshot.plugin.devices import device_for
from packshot.plugin.plugin_set import PluginSet
from packshot.plugin.registry import PluginFailure


class Roster:
    """The operations of some plugin sets. Where two offer the same operation and major version, the senior one does it."""

    def __init__(self, sets: Sequence[PluginSet] = (), devices: tuple[str, ...] = (), leaving: Sequence[PluginSet] = ()) -> None:
        """`sets` by seniority; `leaving` ones do what was planned with them and nobody else does, and take nothing new.

        Operations that need a device which is not in `devices` are left out.
        """
        self.catalogue = Catalogue()
        """What new work may be planned with."""
        self.clashes: list[PluginFailure] = []
        self._sets: dict[tuple[str, int], tuple[OperationSpec, PluginSet]] = {}
        for one in sets:
            for spec in _usable(one, devices):
                self._offer(spec, one)
        for one in leaving:
            for spec in _usable(one, devices):
                self._sets.setdefault((spec.name, spec.major), (spec, one))

    @property
    def served(self) -> tuple[OperationSpec, ...]:
        """What is done here, also of what is leaving."""
        return tuple(self._sets[key][0] for key in sorted(self._sets))

    def __iter__(self) -> Iterator[tuple[OperationSpec, PluginSet]]:
        return iter(self._sets.values())

    def get(self, name: str, major: int) -> OperationSpec | None:
        """The operation as it is done here, if it is."""
        found = self._sets.get((name, major))
        return found and found[0]

    def find(self, operation: str, version: str = "") -> tuple[OperationSpec, PluginSet]:
        """Who does `name@major` (or `name`, in its highest major), in exactly this `version` if one is given.

        Raises UnknownName if nobody does, and VersionGone if it is another version by now.
        """
        name, _, major = operation.partition("@")
        found = self._sets.get((name, int(major))) if major else None
        if found is None and version:
            raise VersionGone(f"{operation} in version {version} was withdrawn before its turn came.")
        if found is None:
            wanted = self.catalogue.find(operation)
            found = self._sets[wanted.name, wanted.major]
        if version not in ("", found[0].version):
            raise VersionGone(f"{operation} in version {version} was replaced by {found[0].version} before its turn came.")
        return found

    def _offer(self, spec: OperationSpec, one: PluginSet) -> None:
        taken = self._sets.get((spec.name, spec.major))
        if taken is not None:
            reason = f"Both {taken[0].plugin} and {spec.plugin} offer {spec.name}@{spec.major}; the first is used."
            self.clashes.append(PluginFailure(one.label, reason))
            return
        self._sets[spec.name, spec.major] = (spec, one)
        self.catalogue.add(spec)


def _usable(one: PluginSet, devices: tuple[str, ...]) -> Iterator[OperationSpec]:
    return (spec for spec in one.specs if not one.trouble and device_for(spec, devices) is not None)
