"""What a worker says of its plugins: what it runs, and what it refuses and why."""

from __future__ import annotations

from enum import StrEnum

from packshot.contracts.model import Contract


class PluginCondition(StrEnum):
    """What has become of a plugin."""

    STARTING = "starting"
    """Seen, and being checked, copied and started."""
    READY = "ready"
    """Its operations are offered."""
    DRAINING = "draining"
    """Replaced or removed; what it has in hand is finished."""
    REFUSED = "refused"
    """It cannot be used as it is. A new file is looked at again."""
    FAILING = "failing"
    """It worked once, and its process does not start any more."""


class PluginState(Contract):
    """One plugin on one worker."""

    name: str
    """What `packshot plugin remove` and PACKSHOT_PLUGINS call it."""
    source: str
    """Its file, or the distribution that brought it."""
    digest: str = ""
    """SHA-256 of a file's bytes, or of a folder's names and contents; empty for an installed distribution."""
    condition: PluginCondition
    reason: str = ""
    """What its author has to mend: of the whole plugin if it is refused, else of a part of it."""
    operations: tuple[str, ...] = ()
    """`name@version`."""
