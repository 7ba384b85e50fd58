"""What a leg leaves to the next: one safetensors file, with where the training stands as JSON in its header. Never a pickle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pydantic import Field, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from packshot.contracts.model import Contract
from packshot.contracts.training import RunRecord
from packshot.errors import ArtifactDamaged

KEPT = 2
_HEADER = "packshot"


class Position(Contract):
    """Where a training stands."""

    order: str
    """The order's digest: a checkpoint of another one is refused."""
    ended: tuple[RunRecord, ...] = ()
    looks_of_ended: tuple[dict[int, float], ...] = ()
    """For each run that ended: the aim at the steps where it was judged."""
    step: int = 0
    """Steps done in the run that goes on now."""
    looks: dict[int, float] = Field(default_factory=dict)
    best: float | None = None
    best_step: int = 0
    best_figures: dict[str, float] = Field(default_factory=dict)
    over: bool = False
    """Whether the run has ended, by its length, for want of improvement, or because it was pruned."""
    pruned: bool = False
    seconds: float = 0.0
    """That all legs took until now."""
    notes: tuple[str, ...] = ()

    @property
    def run(self) -> int:
        """The number of the run that goes on now."""
        return len(self.ended)

    @property
    def steps_done(self) -> int:
        """Of all runs together."""
        return sum(record.steps for record in self.ended) + self.step


def save(folder: Path, position: Position, tensors: Mapping[str, Tensor]) -> Path:
    """Write a checkpoint, whole or not at all, and delete all but the last two."""
    path = folder / f"checkpoint-{position.run:05d}-{position.step:08d}-{int(position.over)}.safetensors"
    aside = folder / f".{path.name}.part"
    plain = {name: tensor.contiguous() for name, tensor in tensors.items()}
    save_file(plain, aside, metadata={_HEADER: position.model_dump_json()})
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    aside.replace(path)
    for old in checkpoints(folder)[:-KEPT]:
        old.unlink()
    return path


def checkpoints(folder: Path) -> list[Path]:
    """Those in `folder`, oldest first."""
    return sorted(folder.glob("checkpoint-*.safetensors"))


def furthest(folder: Path, given: Path | None) -> Path | None:
    """The last of `folder`, or the one that was `given` where that is further; None where there is none at all.

    What a leg left when it was stopped may be further than what its order was sent on with. A damaged one counts only where there
    is no other.
    """
    last = next(reversed(checkpoints(folder)), None)
    if given is None or last is None:
        return given or last
    with suppress(ArtifactDamaged):
        return max(given, last, key=_progress)
    return given


def _progress(path: Path) -> tuple[int, int, bool]:
    position = _position(path)
    return position.run, position.step, position.over


def load(path: Path) -> tuple[Position, dict[str, Tensor]]:
    """What `save` wrote. Raises ArtifactDamaged."""
    position = _position(path)
    try:
        return position, load_file(path)
    except (OSError, SafetensorError) as error:
        raise _unreadable(path, error) from error


def _position(path: Path) -> Position:
    try:
        with safe_open(path, "pt") as file:
            return Position.model_validate_json((file.metadata() or {})[_HEADER])
    except (OSError, KeyError, SafetensorError, ValidationError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> ArtifactDamaged:
    return ArtifactDamaged(f"The checkpoint {path} cannot be read: {error}. Delete it to go on from the one before.")
