"""Result keys and records: why a repeated step does no work, and what lineage is made of.

A step's key is the digest of (key of its input, further inputs, operation, version, parameters, seed, model digests).
The key of an uploaded photo is the digest of its bytes, so equal photos share results across listings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from packshot.contracts.artifact import ArtifactRef
from packshot.contracts.model import Contract, Json
from packshot.contracts.operation import OperationSpec, Touch
from packshot.contracts.plan import PlannedStep
from packshot.contracts.recipe import Step


class StepRecord(Contract):
    """One operation that was done to a frame: a line of its lineage. `seconds`, `device` and `worker` are not in the key."""

    id: str
    key: str
    operation: str
    version: str
    params: Json
    seed: int = 0
    inputs: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    touch: Touch = Touch.NONE
    plugin: str = ""
    device: str = "cpu"
    seconds: float = 0.0
    cached: bool = False
    worker: str = ""


class FrameRef(Contract):
    """A frame on the wire: references to its parts, its findings and its lineage."""

    key: str
    """The result key of its last step, or the photo's digest before the first."""
    photo: ArtifactRef | None = None
    """The uploaded file, until the first visit has decoded it; a generator starts without one."""
    own: ArtifactRef | None = None
    """The uploaded file that this frame was made of, for steps that take it as a further input; a generator has none."""
    planes: ArtifactRef | None = None
    """All planes in one blob of packshot's frame codec."""
    file: ArtifactRef | None = None
    """The finished file, once an operation has exported one."""
    width: int = 0
    height: int = 0
    findings: Json = {}
    """What operations measured or decided, by operation name."""
    history: tuple[StepRecord, ...] = ()


class ResultRecord(Contract):
    """What the store keeps under a result key: the frame as it left the visit that ended with this step."""

    key: str
    frame: FrameRef
    repairs: tuple[Step, ...] = ()
    """What the visit's last step asked for: then the visit ended with it, and what was to follow has not been done."""


def result_key(parent: str, spec: OperationSpec, step: PlannedStep, further: Sequence[str] = ()) -> str:
    """The key of `step` run as `spec` on the frame with key `parent` and the `further` input digests."""
    parts = {
        "parent": parent,
        "further": list(further),
        "operation": spec.name,
        "version": spec.version,
        "params": step.params,
        "seed": step.seed,
        "models": sorted(model.digest for model in spec.models),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
