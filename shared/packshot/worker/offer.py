"""What a worker offers: its stage's operations, as far as they do not rest in quarantine. They come and go while it works."""

from __future__ import annotations

import socket

from packshot.contracts.messages import WorkerAnnounced
from packshot.contracts.operation import OperationSpec, Stage
from packshot.contracts.plan import PlannedStep
from packshot.errors import OperationAway, OperationQuarantined, TransientError
from packshot.plugin.host import PluginHost


class Offer:
    """The operations of one stage on one host."""

    def __init__(self, host: PluginHost, stage: Stage, worker: str) -> None:
        self._host = host
        self._stage = stage
        self._worker = worker

    def awake(self) -> tuple[OperationSpec, ...]:
        """Those that can run now, also what is only finishing what was planned with it."""
        return tuple(spec for spec in self._host.served if spec.stage is self._stage and not self._rests(spec))

    def find(self, step: PlannedStep) -> OperationSpec | None:
        """The operation for `step`, if it can run now."""
        spec = self._host.served_as(step.operation, step.major)
        return None if spec is None or spec.stage is not self._stage or self._rests(spec) else spec

    def refusal(self, step: PlannedStep) -> TransientError:
        """Why it cannot run `step` now."""
        operation = f"{step.operation}@{step.major}"
        if self._host.rests_s(operation) > 0:
            return OperationQuarantined(f"{operation} rests on this worker for now.")
        return OperationAway(f"{operation} has left this worker; the step waits for one that offers it.")

    @property
    def largest_batch(self) -> int:
        """The most frames that one of them takes at once."""
        return max((spec.batch.max for spec in self._specs()), default=1)

    def announcement(self) -> WorkerAnnounced:
        """What everybody is told."""
        specs = self._specs()
        names = {_key(spec) for spec in specs}
        return WorkerAnnounced(
            worker=self._worker,
            service=self._stage.value,
            host=socket.gethostname(),
            devices=self._host.devices,
            operations=specs,
            quarantined=tuple(failure for failure in self._host.quarantined if failure.operation in names),
            plugins=self._host.plugins,
        )

    def _specs(self) -> tuple[OperationSpec, ...]:
        return tuple(spec for spec in self._host.catalogue if spec.stage is self._stage)

    def _rests(self, spec: OperationSpec) -> bool:
        return self._host.rests_s(_key(spec)) > 0


def _key(spec: OperationSpec) -> str:
    return f"{spec.name}@{spec.major}"
