"""Which steps of an order go to one child in one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packshot.contracts.operation import Batch
from packshot.errors import BadSettings
from packshot.plugin.devices import CPU, device_for
from packshot.plugin.order import Kind, Order
from packshot.plugin.plugin_set import PluginSet
from packshot.plugin.roster import Roster


@dataclass(frozen=True)
class Segment:
    """Steps `first` up to but not including `end` of an order."""

    first: int
    end: int
    set: PluginSet
    """Whose children do it."""
    device: str = CPU
    batch: Batch | None = None
    """Set for a single step that may run together with other orders'."""

    @property
    def apart(self) -> bool:
        """Whether it neither decodes nor encodes: its device is for the step alone, and planes come and go raw."""
        return self.batch is not None or self.device != CPU


def segments_of(order: Order, roster: Roster, devices: Sequence[str], base: PluginSet) -> list[Segment]:
    """The segments of `order`; `base` does what is no step. Raises UnknownName, VersionGone or BadSettings."""
    segments: list[Segment] = []
    for index, step in enumerate(order.steps):
        spec, one = roster.find(step.operation, step.version)
        device = device_for(spec, tuple(devices))
        if device is None:
            raise BadSettings(f"{spec.name} needs a {spec.device.kind} device, and this machine offers none.")
        batch = spec.batch if spec.batch.max > 1 else None
        last = segments[-1] if segments else None
        if batch is None and last and last.batch is None and last.device == device and last.set is one:
            segments[-1] = Segment(last.first, index + 1, one, device)
        else:
            segments.append(Segment(index, index + 1, one, device, batch))
    encoded = order.picture is not None and order.picture.kind is not Kind.RAW
    if not segments or (segments[0].apart and encoded):
        segments.insert(0, Segment(0, 0, base))
    return segments
