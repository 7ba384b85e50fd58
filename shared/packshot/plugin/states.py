"""What has become of each plugin, for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from packshot.contracts.plugin import PluginCondition, PluginState
from packshot.errors import nearest
from packshot.plugin.plugin_set import PluginSet
from packshot.plugin.roster import Roster


def states_of(installed: PluginSet, plugged: Iterable[PluginSet], roster: Roster) -> Iterator[PluginState]:
    """Of all sets that are there."""
    yield from _installed(installed)
    for one in plugged:
        clashes = [failure.reason for failure in roster.clashes if failure.plugin == one.label]
        reason = " ".join([one.trouble, *(failure.reason for failure in one.failures), *clashes]).strip()
        if one.trouble:
            condition = PluginCondition.FAILING
        elif clashes and len(clashes) == len(one.specs):
            condition = PluginCondition.REFUSED
        else:
            condition = PluginCondition.READY
        yield one.state(condition, reason)


def unknown_names(names: Iterable[str], known: list[str]) -> Iterator[PluginState]:
    """Of names that PACKSHOT_PLUGINS has and nobody else."""
    for name in sorted(names):
        reason = f"PACKSHOT_PLUGINS names it, but it is not installed. {nearest(name, known)}"
        yield PluginState(name=name, source=name, condition=PluginCondition.REFUSED, reason=reason)


def _installed(one: PluginSet) -> Iterator[PluginState]:
    """One for each distribution."""
    operations: dict[str, list[str]] = defaultdict(list)
    for spec in one.specs:
        operations[spec.plugin].append(f"{spec.name}@{spec.version}")
    reasons: dict[str, list[str]] = defaultdict(list)
    for failure in one.failures:
        reasons[failure.plugin].append(failure.reason)
    for label in sorted(operations.keys() | reasons.keys()):
        usable = label in operations
        condition = PluginCondition.FAILING if one.trouble else PluginCondition.READY if usable else PluginCondition.REFUSED
        reason = " ".join([one.trouble, *reasons[label]]).strip()
        name = label.partition(" ")[0]
        yield PluginState(name=name, source=label, condition=condition, reason=reason, operations=tuple(operations[label]))
