"""Loaded operations of this process: one instance each, loaded at its first run, and their errors put into our words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from packshot.contracts.model import Json
from packshot.errors import BadParameters, BadSettings, DeviceOutOfMemory, OperationFailed, PackshotError
from packshot.plugin.devices import CPU, device_for
from packshot.plugin.frame import Frame
from packshot.plugin.operation import Operation, Run
from packshot.plugin.registry import Offered, Registry


class Instance:
    """One loaded operation."""

    def __init__(self, offered: Offered, devices: tuple[str, ...]) -> None:
        """Load it on the best of `devices`; a preferred device that cannot be used falls back to the CPU."""
        self.spec = offered.spec
        self._operation: Operation[Any] = offered.operation()
        self.device = self._load(devices)

    def params(self, params: Json) -> BaseModel:
        """`params` as the operation's own model. Raises BadParameters."""
        try:
            read: BaseModel = self._operation.Params.model_validate(params)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadParameters(f"{self.spec.name}: {where + ': ' if where else ''}{first['msg']}.") from error
        return read

    def run(self, frames: Sequence[Frame], params: BaseModel, runs: Sequence[Run]) -> list[Frame]:
        """Run one batch. Raises PackshotErrors only: the operation's own, DeviceOutOfMemory or OperationFailed."""
        try:
            answers = list(self._operation.run_batch(frames, params, runs))
        except Exception as error:
            raise in_our_words(error, self.spec.name) from error
        if len(answers) != len(frames) or not all(isinstance(answer, Frame) for answer in answers):
            raise OperationFailed(f"{self.spec.name} must return one Frame for each it was given; tell {self.spec.plugin}.")
        return [self._with_provenance(*each) for each in zip(frames, answers, runs, strict=True)]

    def _with_provenance(self, given: Frame, answer: Frame, run: Run) -> Frame:
        """`answer` with how it was made; an operation that hands the colours back as they were has added nothing."""
        provenance = given.provenance
        if answer.planes.get("rgb") is not given.planes.get("rgb"):
            provenance = provenance.joined(other.provenance for other in run.inputs.values()).touched(self.spec.touch)
        return replace(answer, provenance=provenance)

    def _load(self, devices: tuple[str, ...]) -> str:
        device = device_for(self.spec, devices)
        if device is None:
            raise BadSettings(f"{self.spec.name} needs a {self.spec.device.kind} device, and this machine offers none.")
        try:
            self._operation.load(device)
        except Exception as error:
            if device == CPU or self.spec.device.required:
                raise in_our_words(error, self.spec.name) from error
            self._operation.load(CPU)
            return CPU
        return device


class Instances:
    """The operations of this process, each loaded once."""

    def __init__(self, registry: Registry, devices: tuple[str, ...]) -> None:
        self._registry = registry
        self._devices = devices
        self._loaded: dict[str, Instance] = {}

    def is_loaded(self, operation: str) -> bool:
        """Whether `name@major` can run at once."""
        return operation in self._loaded

    def get(self, operation: str) -> Instance:
        """The instance of `name@major`, loaded if it was not yet."""
        instance = self._loaded.get(operation)
        if instance is None:
            instance = self._loaded[operation] = Instance(self._registry.find(operation), self._devices)
        return instance


def in_our_words(error: Exception, operation: str) -> PackshotError:
    """What `operation` raised, as the PackshotError that says who can mend it."""
    if isinstance(error, PackshotError):
        return error
    # torch and ONNX Runtime raise their own classes, and neither may be imported here.
    said = f"{type(error).__name__}: {error}"
    if (
        isinstance(error, MemoryError)
        or "OutOfMemory" in said
        or "Insufficient memory" in said
        or "Failed to allocate memory" in said
    ):
        return DeviceOutOfMemory(f"{operation} had no memory left for this picture ({said}).")
    return OperationFailed(f"{operation} failed on this picture ({said}).")
