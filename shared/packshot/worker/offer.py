"""What a worker offers: its stage's operations, as far as they do not rest in quarantine."""

from __future__ import annotations

import socket

from packshot.contracts.messages import WorkerAnnounced
from packshot.contracts.operation import OperationSpec, Stage
from packshot.contracts.plan import PlannedStep
from packshot.plugin.host import PluginHost


class Offer:
    """The operations of one stage on one host."""

    def __init__(self, host: PluginHost, stage: Stage, worker: str) -> None:
        self._host = host
        self._stage = stage
        self._worker = worker
        self._specs = {(spec.name, spec.major): spec for spec in host.specs if spec.stage is stage}

    def awake(self) -> tuple[OperationSpec, ...]:
        """Those that can run now."""
        return tuple(spec for spec in self._specs.values() if not self._rests(spec))

    def find(self, step: PlannedStep) -> OperationSpec | None:
        """The operation for `step`, if it can run now."""
        spec = self._specs.get((step.operation, step.major))
        return None if spec is None or self._rests(spec) else spec

    @property
    def largest_batch(self) -> int:
        """The most frames that one of them takes at once."""
        return max((spec.batch.max for spec in self._specs.values()), default=1)

    def announcement(self) -> WorkerAnnounced:
        """What everybody is told."""
        names = {_key(spec) for spec in self._specs.values()}
        return WorkerAnnounced(
            worker=self._worker,
            service=self._stage.value,
            host=socket.gethostname(),
            devices=self._host.devices,
            operations=tuple(self._specs.values()),
            quarantined=tuple(failure for failure in self._host.quarantined if failure.operation in names),
        )

    def _rests(self, spec: OperationSpec) -> bool:
        return self._host.rests_s(_key(spec)) > 0


def _key(spec: OperationSpec) -> str:
    return f"{spec.name}@{spec.major}"
