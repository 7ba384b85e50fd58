"""packshot: from a merchant's photo to a finished product image."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from packshot.plugin.local import apply as apply

__all__ = ["__version__", "apply"]


def __getattr__(name: str) -> Any:
    # Deferred: `import packshot` must stay free of NumPy and OpenCV, or `packshot --help` would wait for them.
    if name == "apply":
        return resolve_name("packshot.plugin.local:apply")
    raise AttributeError(f"module 'packshot' has no attribute {name!r}")
