"""`layout.export`: the finished file."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, Field

from packshot.errors import BadParameters
from packshot.imaging.decode import decode
from packshot.imaging.encode import OutputFormat, Subsampling
from packshot.imaging.pixels import to_depth
from packshot.imaging.ssim import ssim
from packshot.plugin import File, Frame, Operation, Pixels, Run
from packshot_layout.compress import Encoding, smallest_loss
from packshot_layout.xmp import DigitalSourceType, source_packet


class ExportParams(BaseModel):
    """What `layout.export` takes."""

    format: OutputFormat = Field("jpeg", description="Kind of file")
    quality: int = Field(
        92, ge=1, le=100, description="jpeg, webp, avif: the quality, or the highest one where max_bytes is given"
    )
    max_bytes: int | None = Field(None, ge=1024, description="The file gets the best quality that keeps it at or under this size")
    min_quality: int = Field(40, ge=1, le=100, description="The lowest quality that max_bytes may lead to")
    min_side: int | None = Field(
        None,
        ge=1,
        description="If the lowest quality is still too large, shrink, but keep the longer side at this many pixels or more",
    )
    depth: Literal[8, 16] = Field(8, description="Bits of a channel; 16 for png and tiff")
    subsampling: Subsampling = Field("4:4:4", description="jpeg, avif: resolution of the colour; 4:2:0 is smaller and softer")
    progressive: bool = Field(True, description="jpeg: comes up step by step in a browser, and is a little smaller")
    lossless: bool = Field(False, description="webp: keep every pixel")
    dpi: float | None = Field(None, gt=0, le=10_000, description="Written into the file; none: as in the photo")
    digital_source_type: DigitalSourceType | None = Field(None, description="IPTC term written as XMP: how the picture was made")
    measure: bool = Field(True, description="Report how alike file and picture are (SSIM)")


class Export(Operation[ExportParams]):
    """Makes the file: JPEG, PNG, WebP, AVIF or TIFF in sRGB with its profile, under a byte limit, free of the photo's metadata.

    With `max_bytes`, the best quality that fits is searched by bisection.
    """

    name, version, stage, Params = "layout.export", "1.0.0", "edit", ExportParams
    title = "Export"
    takes = Pixels.FLOAT
    timeout_s = 180.0

    def run(self, frame: Frame, params: ExportParams, run: Run) -> Frame:
        """BadParameters when the format cannot hold the picture, or the limit cannot be kept. The finding has its figures."""
        stored = _as_stored(frame, params)
        encoding = Encoding(
            format=params.format,
            subsampling=params.subsampling,
            progressive=params.progressive,
            lossless=params.lossless,
            dpi=None if params.dpi is None else (params.dpi, params.dpi),
            xmp=None if params.digital_source_type is None else source_packet(params.digital_source_type),
        )
        if params.max_bytes is None:
            quality, file, kept = params.quality, encoding.encoded(stored, params.quality), stored
        else:
            qualities = (min(params.min_quality, params.quality), params.quality)
            quality, file, kept = smallest_loss(stored, encoding, params.max_bytes, qualities, params.min_side)
        finding = _finding(file, kept, params, quality if encoding.lossy else None)
        return frame.with_finding(self.name, finding).with_file(file)


def _as_stored(frame: Frame, params: ExportParams) -> Frame:
    if params.depth == 16 and params.format not in ("png", "tiff"):
        raise BadParameters(f"{params.format} has 8 bits a channel; 16 need png or tiff.")
    stored = to_depth(frame, np.uint8 if params.depth == 8 else np.uint16, have=Pixels.FLOAT)
    alpha = stored.alpha
    if alpha is not None and alpha.min() == np.iinfo(alpha.dtype).max:
        return stored.with_planes(alpha=None)
    return stored


def _finding(file: File, kept: Frame, params: ExportParams, quality: int | None) -> dict[str, Any]:
    finding: dict[str, Any] = {
        "format": params.format,
        "width": kept.width,
        "height": kept.height,
        "bytes": len(file.content),
        "quality": quality,
        "digital_source_type": params.digital_source_type,
    }
    if params.measure:
        finding["ssim"] = _likeness(file, kept)
    return finding


def _likeness(file: File, kept: Frame) -> float:
    """SSIM of luma between the file, decoded, and the picture it was made of."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    full = 255 if kept.rgb.dtype == np.uint8 else 65535
    return round(ssim(kept.rgb @ weights, decode(file.content).rgb @ weights, full), 5)
