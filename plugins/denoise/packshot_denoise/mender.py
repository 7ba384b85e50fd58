"""What the operations that mend JPEGs have in common: how the picture was compressed, and where there is nothing to mend."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from pydantic import Field, JsonValue

from packshot.imaging.adjustment import Adjustment
from packshot.imaging.mask import Where
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_denoise.compression import Compression, find_compression
from packshot_denoise.product import on_product

_GOOD = 92
"""Above this quality rounding took less than smoothing would."""


class JpegParams(Where):
    """What every operation that mends JPEGs takes."""

    strength: float = Field(
        1.0, ge=0, le=2, description="0 leaves the picture as it is; above 1 smooths more than is likely right"
    )
    quality: int | None = Field(None, ge=1, le=95, description="Quality the JPEG was saved with; none: read from the pixels")


class JpegMender(Adjustment[JpegParams]):
    """Mends what compression of the measured or given quality did. What is clear in a cutout neither changes nor bleeds in."""

    takes = Pixels.FLOAT
    halo: ClassVar[int]
    """How many rows beyond a band its result depends on, a multiple of 16."""

    def adjusted(self, frame: Frame, params: JpegParams, run: Run) -> Frame:
        """The finding gives the quality, or says that no trace of compression was found."""
        if params.strength == 0:
            return frame
        found = find_compression(frame.rgb)
        if found is None and params.quality is None:
            why = "The pixels show no trace of JPEG compression. Give the quality if you know it."
            return frame.with_finding(self.name, {"quality": None, "changed": False, "why": why})
        if found is not None and params.quality is None and found.quality > _GOOD:
            why = "The picture was compressed so lightly that there is nothing to mend."
            return frame.with_finding(self.name, {"quality": round(found.quality), "changed": False, "why": why})
        quality = found.quality if found is not None and params.quality is None else float(params.quality or 0)
        compression = Compression(quality, full_colour=found is not None and found.full_colour)
        mended = on_product(frame, self.halo, lambda band: self.mended(band, compression, params.strength))
        finding: dict[str, JsonValue] = {"quality": round(quality), "measured": params.quality is None, "changed": True}
        return mended.with_finding(self.name, finding)

    @abstractmethod
    def mended(self, rgb: Plane, compression: Compression, strength: float) -> Plane:
        """`rgb` (H×W×3 float32, sRGB-encoded) without what the compression did to it."""
