"""Opening a model in ONNX Runtime on one device."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from packshot.errors import BadSettings
from packshot.plugin.models.net import Floats

CPU = "CPUExecutionProvider"


def open_session(name: str, model: str | bytes, device: str, weights: Mapping[str, Floats] | None = None) -> Any:
    """An `onnxruntime.InferenceSession` of `model` (a path, or its content) on `cpu` or `cuda:N`; `name` is what errors call it.

    `weights` are those that the model leaves to others, by name. Raises BadSettings for a file that ONNX Runtime cannot use, or
    a device that it cannot.
    """
    import onnxruntime  # noqa: PLC0415 - an extra: hosts without it import this module too

    options = onnxruntime.SessionOptions()
    # The host shares the cores among its children and says so by this variable.
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or 0)
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    if weights:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
        options.add_external_initializers(list(weights), values)
    providers = _providers(name, device, onnxruntime.get_available_providers())
    try:
        session = onnxruntime.InferenceSession(model, options, providers=providers)
    except Exception as error:  # ONNX Runtime has a dozen classes for a file it cannot use
        raise BadSettings(f"ONNX Runtime cannot load the model {name}: {error}.") from error
    if providers[0] != CPU and session.get_providers()[0] == CPU:
        # It falls back in silence; the host falls back and says so.
        raise BadSettings(f"ONNX Runtime could not start on {device} for {name}; are its CUDA libraries installed?")
    return session


def _providers(name: str, device: str, available: Sequence[str]) -> list[Any]:
    if device == "cpu":
        return [CPU]
    if "CUDAExecutionProvider" not in available:
        raise BadSettings(f"This ONNX Runtime has no CUDA, which {name} was to run on: pip install 'packshot-onnx[cuda]'.")
    return [("CUDAExecutionProvider", {"device_id": int(device.partition(":")[2] or 0)}), CPU]
