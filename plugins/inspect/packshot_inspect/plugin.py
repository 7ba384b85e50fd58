"""What this plugin offers."""

from __future__ import annotations

from typing import Any

from packshot.plugin import Operation, hookimpl
from packshot_inspect.background import Background
from packshot_inspect.compare import Compare, DeltaE, MsSsim, Psnr, Ssim
from packshot_inspect.compliance import Compliance
from packshot_inspect.cutout import Cutout
from packshot_inspect.framing import Framing
from packshot_inspect.golden import Golden
from packshot_inspect.measures import Blockiness, Exposure, Measures, Noise, Resolution, Sharpness
from packshot_inspect.overlay import Overlay
from packshot_inspect.quality import Quality
from packshot_inspect.sameness import Sameness

_MEASURES: list[type[Operation[Any]]] = [Sharpness, Exposure, Noise, Blockiness, Resolution, Measures, Quality]
_COMPARISONS: list[type[Operation[Any]]] = [Psnr, Ssim, MsSsim, DeltaE, Compare, Sameness, Golden]
_JUDGEMENTS: list[type[Operation[Any]]] = [Cutout, Framing, Background, Overlay, Compliance]


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Measures, comparisons, judgements and marketplace rules."""
    return [*_MEASURES, *_COMPARISONS, *_JUDGEMENTS]
