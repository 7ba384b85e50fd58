"""`Operation`: the base class of every algorithm, and `Run`: what the host hands to one run of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from pydantic import BaseModel

from packshot.contracts.operation import Batch, Device, ModelUse, OperationSpec, Pixels, Stage, Touch
from packshot.contracts.recipe import Step
from packshot.plugin.frame import Frame

P = TypeVar("P", bound=BaseModel)


def _ignore_progress(fraction: float, note: str = "") -> None:
    """Nobody listens."""


@dataclass
class Run:
    """One run of an operation on one frame."""

    seed: int = 0
    inputs: Mapping[str, Frame] = field(default_factory=dict)
    """Further inputs by the names that the operation declares, in its pixel format. See `several`."""
    device: str = "cpu"
    """The device this run really uses: `cpu`, `cuda:0`, …"""
    progress: Callable[..., None] = _ignore_progress
    """`progress(fraction, note="")`: say how far a long run has come."""
    repairs: list[Step] = field(default_factory=list)
    """A check adds the steps that would mend what it found; the host sends the frame through them and checks once more."""

    def several(self, name: str) -> list[Frame]:
        """The pictures of an input that takes several, in their order: `name`, then `name.1`, `name.2`, …"""
        numbers = sorted(int(given.partition(".")[2] or 0) for given in self.inputs if given.partition(".")[0] == name)
        return [self.inputs[f"{name}.{number}" if number else name] for number in numbers]

    @property
    def random(self) -> np.random.Generator:
        """A fresh generator seeded by the step's seed: the same run draws the same numbers."""
        return np.random.default_rng(self.seed)


class Operation(Generic[P]):
    """One algorithm. Subclass it, fill in the class attributes, and write `run` (or `run_batch`).

    An instance lives in one process, is loaded once and runs one batch at a time. Given equal frames, parameters, seed and
    models, it must give equal results. It must not change the arrays it is given, and needs neither files nor network.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    stage: ClassVar[Stage | str]
    Params: type[P]
    title: ClassVar[str] = ""
    takes: ClassVar[Pixels] = Pixels.UINT8
    source: ClassVar[bool] = True
    inputs: ClassVar[Mapping[str, str]] = {}
    several: ClassVar[tuple[str, ...]] = ()
    touch: ClassVar[Touch] = Touch.NONE
    device: ClassVar[Device] = Device()
    batch: ClassVar[Batch] = Batch()
    timeout_s: ClassVar[float] = 60.0
    models: ClassVar[tuple[ModelUse, ...]] = ()

    def load(self, device: str) -> None:
        """Get ready to run on `device`: read weights, build sessions. Called once, before the first run."""

    def run(self, frame: Frame, params: P, run: Run) -> Frame:
        """Do it to one frame. A generator (source = False) is given a frame without planes.

        Raise packshot.errors.BadPhoto or BadParameters, with a message for the merchant, when the input cannot be used.
        """
        raise NotImplementedError(f"{type(self).__name__} must define run() or run_batch()")

    def run_batch(self, frames: Sequence[Frame], params: P, runs: Sequence[Run]) -> list[Frame]:
        """Do it to several frames of one shape with the same parameters. Override it where the device gains from batches."""
        return [self.run(frame, params, run) for frame, run in zip(frames, runs, strict=True)]

    def unload(self) -> None:
        """Let go of what `load` took. The process usually ends right after."""

    @classmethod
    def spec(cls, plugin: str = "") -> OperationSpec:
        """This operation as the catalogue shows it. pydantic's ValidationError if an attribute is missing or wrong."""
        summary, *more = [" ".join(paragraph.split()) for paragraph in (cls.__doc__ or "").strip().split("\n\n")]
        return OperationSpec(
            name=cls.name,
            version=cls.version,
            stage=Stage(cls.stage),
            title=cls.title or cls.name,
            summary=summary,
            explanation="\n\n".join(more),
            params_schema=_schema(cls.Params),
            takes=cls.takes,
            source=cls.source,
            inputs=dict(cls.inputs),
            several=cls.several,
            touch=cls.touch,
            device=cls.device,
            batch=cls.batch,
            timeout_s=cls.timeout_s,
            models=cls.models,
            plugin=plugin,
        )


def _schema(params: type[BaseModel]) -> dict[str, Any]:
    schema = params.model_json_schema()
    # A misspelt parameter must be an error, also where only the schema is known.
    return {**schema, "additionalProperties": False}
