"""The frame: what flows between steps inside a plugin host. Immutable; an operation returns a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import JsonValue

from packshot.contracts.provenance import Provenance

Plane = npt.NDArray[Any]


@dataclass(frozen=True)
class File:
    """A finished, encoded picture."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Frame:
    """A picture's planes with what is known of them.

    `planes["rgb"]` is H×W×3 in the pixel format that the operation declared (see `Pixels`), `planes["alpha"]` H×W in the
    same depth (0 clear, full scale opaque), `planes["depth"]` H×W float32; other planes are H×W or H×W×C of any numeric dtype.
    Treat arrays as read-only: other steps may hold the same ones.
    """

    planes: Mapping[str, Plane]
    findings: Mapping[str, JsonValue] = field(default_factory=dict)
    """What earlier operations measured or decided, by operation name."""
    dpi: tuple[float, float] | None = None
    profile: str = "sRGB"
    """The name of the colour profile that the photo came with; planes are always sRGB."""
    file: File | None = None
    """The finished file, once an operation has exported one; of a further input that is an uploaded photo, the photo's own."""
    provenance: Provenance = field(default_factory=Provenance)
    """How the picture was made. The host keeps it and adds what each operation declares as its `touch`."""

    @property
    def rgb(self) -> Plane:
        """H×W×3."""
        return self.planes["rgb"]

    @property
    def alpha(self) -> Plane | None:
        """H×W, or None for a picture that was not cut out."""
        return self.planes.get("alpha")

    @property
    def cutout(self) -> Plane | None:
        """H×W uint8, 0 ground, 255 product: the alpha that a picture had before it was put on white; None where it is not known
        or no longer of the picture's size.
        """
        kept = self.planes.get("cutout")
        return kept if kept is not None and kept.shape == self.planes["rgb"].shape[:2] else None

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.planes["rgb"].shape[0])

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.planes["rgb"].shape[1])

    def with_rgb(self, rgb: Plane) -> Frame:
        """This frame with other colours; what was exported before no longer holds, so `file` is dropped."""
        return self.with_planes(rgb=rgb)

    def with_planes(self, **planes: Plane | None) -> Frame:
        """This frame with planes replaced, added, or (None) removed. Drops `file`."""
        merged = {**self.planes, **planes}
        return replace(self, planes={name: plane for name, plane in merged.items() if plane is not None}, file=None)

    def with_finding(self, operation: str, finding: JsonValue) -> Frame:
        """This frame with what `operation` found.

        Of a mapping, `verdict` is shown as the result, `checks` as a list, and an `alert`, a sentence, is raised as the event
        inspection.alerted.
        """
        return replace(self, findings={**self.findings, operation: finding})

    def with_file(self, file: File) -> Frame:
        """This frame with its finished file."""
        return replace(self, file=file)

    @staticmethod
    def of(rgb: npt.ArrayLike, alpha: npt.ArrayLike | None = None) -> Frame:
        """A frame from arrays."""
        planes: dict[str, Plane] = {"rgb": np.asarray(rgb)}
        if alpha is not None:
            planes["alpha"] = np.asarray(alpha)
        return Frame(planes)
