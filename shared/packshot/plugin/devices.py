"""Which devices this machine has, and which of them an operation runs on. Asks the driver's files, so no torch is needed."""

from __future__ import annotations

import os
import re
from pathlib import Path

from packshot.contracts.operation import OperationSpec
from packshot.errors import BadSettings

CPU = "cpu"


def find_devices(setting: str = "auto") -> tuple[str, ...]:
    """The devices that `PACKSHOT_DEVICE` allows, `cpu` first: `("cpu", "cuda:0")`. Raises BadSettings for a wrong setting."""
    if setting == CPU:
        return (CPU,)
    if setting == "auto":
        return (CPU, *_cuda_devices())
    if setting == "cuda":
        found = _cuda_devices()
        if not found:
            raise BadSettings("PACKSHOT_DEVICE is cuda, but this machine shows no CUDA device. Set it to auto or cpu.")
        return (CPU, *found)
    if re.fullmatch(r"cuda:\d+", setting):
        return (CPU, setting)
    raise BadSettings(f"PACKSHOT_DEVICE is {setting!r}; it must be auto, cpu, cuda or cuda:N.")


def device_for(spec: OperationSpec, devices: tuple[str, ...]) -> str | None:
    """The device of `devices` that `spec` runs on; None when it requires one that is not there."""
    fitting = [device for device in devices if device.split(":")[0] == spec.device.kind]
    if fitting:
        return fitting[0]
    return None if spec.device.required else CPU


def _cuda_devices() -> tuple[str, ...]:
    nodes = [path for path in Path("/dev").glob("nvidia*") if path.name.removeprefix("nvidia").isdigit()]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    count = len(nodes) if visible is None else min(len(nodes), sum(1 for part in visible.split(",") if part.strip()))
    return tuple(f"cuda:{index}" for index in range(count))
