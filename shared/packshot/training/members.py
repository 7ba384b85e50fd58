"""The processes of a leg: this one leads, the others are started for it."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from packshot.contracts.artifact import Digest
from packshot.contracts.dataset import Manifest
from packshot.contracts.training import Progress, TrainingOrder
from packshot.errors import BadParameters, HostCrashed
from packshot.training.checkpoint import furthest
from packshot.training.device import device_for
from packshot.training.examples import TrainerRef
from packshot.training.going import go
from packshot.training.job import Bounds, Job
from packshot.training.leg import Leg, Limit
from packshot.training.pictures import Pictures
from packshot.training.processes import Member, join, leave
from packshot.training.reader import Reader
from packshot.training.trainer import Trainer


@dataclass(frozen=True)
class Asked:
    """What a leg is of; all processes are told the same."""

    order: TrainingOrder
    ref: TrainerRef
    folder: Path
    reader: Reader
    cache: Path


def run_members(
    asked: Asked, checkpoint: Path | None, limit: Limit, tell: Callable[[Progress], None], stop: Callable[[], bool]
) -> Leg:
    """The leg, with as many processes as the order wants. Raises what run_leg raises, and HostCrashed when one has died."""
    device = device_for(asked.order)
    start = furthest(asked.folder, checkpoint)
    count = asked.order.processes
    bounds = Bounds(limit.steps, limit.seconds, stop)
    if count == 1:
        return go(_job(asked, device, Member(), bounds, tell), start)
    with tempfile.TemporaryDirectory() as folder:
        meeting = Path(folder) / "meeting"
        others = _started(asked, start, meeting)
        try:
            member = join(0, count, meeting, device)
            try:
                return go(_job(asked, device, member, bounds, tell), start)
            finally:
                leave(member)
        except RuntimeError as error:
            if all(other.is_alive() for other in others):
                raise
            raise HostCrashed("One of the processes that share the training has died; see its log.") from error
        finally:
            for other in others:
                other.kill()
                other.join()


def _started(asked: Asked, start: Path | None, meeting: Path) -> list[SpawnProcess]:
    spawn = multiprocessing.get_context("spawn")
    others = [
        # Loaders are processes of theirs, so they may not be daemons.
        spawn.Process(target=_follow, args=(asked, start, meeting, rank))
        for rank in range(1, asked.order.processes)
    ]
    for other in others:
        other.start()
    return others


def _follow(asked: Asked, start: Path | None, meeting: Path, rank: int) -> None:
    """Another process than the leader: it goes as far as the leader says."""
    device = device_for(asked.order, rank)
    member = join(rank, asked.order.processes, meeting, device)
    try:
        go(_job(asked, device, member, Bounds(None, None, lambda: False), lambda progress: None), start)
    finally:
        leave(member)


def _job(asked: Asked, device: str, member: Member, bounds: Bounds, tell: Callable[[Progress], None]) -> Job:
    reader, trainer = asked.reader, asked.ref.trainer
    manifest = _manifest(reader, asked.order.data) if asked.order.data else None
    order = asked.order if manifest is None else _informed(asked.order, trainer, manifest)
    return Job(
        order=order,
        trainer=trainer,
        folder=asked.folder,
        pictures=Pictures(reader, asked.cache if order.cache_mb else None),
        manifest=manifest,
        grounds={one.grounds: _manifest(reader, one.grounds) for one in order.synthetic if one.grounds},
        device=device,
        member=member,
        bounds=bounds,
        tell=tell,
    )


def _informed(order: TrainingOrder, trainer: Trainer[Any], manifest: Manifest) -> TrainingOrder:
    """The order with what its trainer reads of the data set."""
    said = trainer.params(order.params)
    found = trainer.of_data(said, manifest)
    return order if found == said else order.model_copy(update={"params": found.model_dump(mode="json")})


def _manifest(reader: Reader, digest: Digest) -> Manifest:
    try:
        return Manifest.model_validate_json(reader.read(digest))
    except ValidationError as error:
        raise BadParameters(f"{digest} is no data set's manifest; name one by its digest.") from error
