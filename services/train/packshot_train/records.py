"""What became of each leg, in the object store: a leg that is ordered again finds its end and is not run a second time."""

from __future__ import annotations

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.model import Contract
from packshot.contracts.training import Progress, Trained
from packshot.store.protocol import ArtifactStore


class LegRecord(Contract):
    """How a leg ended: with a checkpoint, or with the result."""

    progress: Progress
    """As it was at its end."""
    checkpoint: ArtifactRef | None = None
    trained: Trained | None = None
    weights: ArtifactRef | None = None
    graph: ArtifactRef | None = None
    sheet: ArtifactRef | None = None


async def find_record(store: ArtifactStore, training: str, leg: int) -> LegRecord | None:
    """How leg number `leg` ended; None if it has not."""
    content = await store.get_entry(_name(training, leg))
    return None if content is None else LegRecord.model_validate_json(content)


async def keep_record(store: ArtifactStore, training: str, leg: int, record: LegRecord) -> None:
    """Write down how leg number `leg` ended."""
    await store.put_entry(_name(training, leg), record.model_dump_json().encode())


def _name(training: str, leg: int) -> str:
    return f"trainings/{training}/{leg:06}"
