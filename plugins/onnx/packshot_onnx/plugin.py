"""What this plugin offers: an operation for each card of its families."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from packshot.errors import BadSettings
from packshot.plugin import Operation, hookimpl
from packshot_onnx.cutout import OnnxCutout
from packshot_onnx.inpaint import OnnxInpaint
from packshot_onnx.restore import OnnxRestore
from packshot_onnx.upscale import OnnxUpscale


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Nothing while there are no cards. BadSettings if there are some, and ONNX Runtime is not installed."""
    operations: list[type[Operation[Any]]] = [
        *OnnxCutout.for_cards(),
        *OnnxRestore.for_cards(),
        *OnnxUpscale.for_cards(),
        *OnnxInpaint.for_cards(),
    ]
    if operations and find_spec("onnxruntime") is None:
        raise BadSettings("ONNX Runtime is not installed: pip install 'packshot-onnx[cpu]', or 'packshot-onnx[cuda]' for a GPU.")
    return operations
