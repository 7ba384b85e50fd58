"""A visit: how far one worker goes with a frame before it goes back to the bus. Decided from the command alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from packshot.contracts.messages import StepRun
from packshot.contracts.operation import OperationSpec
from packshot.contracts.plan import PlannedBranch, PlannedStep
from packshot.contracts.recipe import Input
from packshot.contracts.result import ResultRecord, StepRecord, result_key
from packshot.errors import BadRecipe

Mine = Callable[[PlannedStep], OperationSpec | None]
"""The operation that this worker would run a step with; None if it has none."""


@dataclass(frozen=True)
class VisitedStep:
    """A step of a visit."""

    planned: PlannedStep
    spec: OperationSpec
    key: str
    """The result key of the frame after it."""
    further: dict[str, str]
    """Digests of its further inputs, by name."""

    def record(self, *, seconds: float, device: str, worker: str, cached: bool = False) -> StepRecord:
        """Its line of lineage."""
        return StepRecord(
            id=self.planned.id,
            key=self.key,
            operation=self.spec.name,
            version=self.spec.version,
            params=self.planned.params,
            seed=self.planned.seed,
            inputs=tuple(self.further.values()),
            models=tuple(model.digest for model in self.spec.models),
            touch=self.spec.touch,
            plugin=self.spec.plugin,
            device=device,
            seconds=seconds,
            cached=cached,
            worker=worker,
        )


@dataclass(frozen=True)
class Visit:
    """Consecutive steps for one worker, and what is left after them."""

    command: StepRun
    steps: tuple[VisitedStep, ...]
    remaining: PlannedBranch

    @property
    def key(self) -> str:
        """The result key of the frame at its end."""
        return self.steps[-1].key

    @property
    def ready(self) -> tuple[str, ...]:
        """The outputs that need no further step."""
        return tuple(branch.output for branch in _open_ends(self.remaining) if not branch.steps and branch.output is not None)

    @property
    def next(self) -> tuple[PlannedBranch, ...]:
        """The branches that go back to the bus."""
        return tuple(branch for branch in _open_ends(self.remaining) if branch.steps)

    def answered_by(self, record: ResultRecord) -> bool:
        """Whether a stored result saves this visit its work."""
        frame = record.frame
        has_frame = frame.planes is not None or frame.photo is not None
        if record.repairs:
            return self.command.repairs_left > 0 and has_frame
        return (not self.ready or frame.file is not None) and (not self.next or has_frame)


def plan_visit(command: StepRun, mine: Mine) -> Visit | None:
    """The longest visit that the operations of this worker allow; None if it cannot do even the first step.

    Raises BadRecipe for a further input that the listing does not have.
    """
    steps: list[VisitedStep] = []
    key = command.frame.key
    for planned in command.branch.steps:
        spec = mine(planned)
        if spec is None:
            break
        further = dict(_further(command, planned))
        key = result_key(key, spec, planned, [f"{name}={digest}" for name, digest in further.items()])
        steps.append(VisitedStep(planned, spec, key, further))
    if not steps:
        return None
    return Visit(command, tuple(steps), command.branch.model_copy(update={"steps": command.branch.steps[len(steps) :]}))


def _further(command: StepRun, step: PlannedStep) -> Iterator[tuple[str, str]]:
    """Names and digests of a step's further inputs."""
    for name, given in sorted(step.inputs.items()):
        if given.photos is None:
            yield name, _digest(command, step, given)
        else:
            yield from ((f"{name}.{number}", digest) for number, digest in enumerate(_others(command), start=1))


def _others(command: StepRun) -> list[str]:
    # Ingest puts a good photo in the place of a rejected one, so one that comes twice is taken once.
    return list(dict.fromkeys(photo.digest for photo in command.photos))[1:]


def _digest(command: StepRun, step: PlannedStep, given: Input) -> str:
    if given.artifact is not None:
        return given.artifact
    if given.own:
        own = command.frame.own or command.frame.photo
        if own is None:
            raise BadRecipe(f"{step.operation} needs the photo that the picture was made of, and this one was generated.")
        return own.digest
    assert given.photo is not None
    if given.photo >= len(command.photos):
        have = len(command.photos)
        raise BadRecipe(f"{step.operation} needs photo {given.photo} of the listing (counted from 0), which has {have}.")
    return command.photos[given.photo].digest


def _open_ends(branch: PlannedBranch) -> Iterator[PlannedBranch]:
    """`branch` itself, or where it has no step of its own the branches it splits into."""
    if branch.steps or branch.output is not None:
        yield branch
    else:
        for below in branch.branches:
            yield from _open_ends(below)
