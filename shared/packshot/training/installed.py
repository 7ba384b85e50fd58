"""Whether a training could run here."""

from __future__ import annotations

from importlib.util import find_spec


def can_train() -> bool:
    """Whether all that a training imports is installed. Nothing is imported here."""
    return all(find_spec(package) is not None for package in ("torch", "onnx"))
