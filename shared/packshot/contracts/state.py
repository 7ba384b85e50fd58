"""Where a piece of work is that somebody ordered."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a job, a collection or a training is. The last three are ends."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in {JobState.FINISHED, JobState.FAILED, JobState.CANCELLED}
