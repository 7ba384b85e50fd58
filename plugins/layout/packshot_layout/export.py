"""`layout.export`: the finished file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, Field

from packshot.contracts.provenance import DigitalSourceType
from packshot.errors import BadParameters
from packshot.imaging.encode import PRODUCER, ColourSpace, OutputFormat, Subsampling
from packshot.imaging.pixels import to_depth
from packshot.imaging.print_profile import print_profile
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_layout.compress import Encoding, Written, best_of


class ExportParams(BaseModel):
    """What `layout.export` takes."""

    format: OutputFormat | Literal["auto"] = Field(
        "jpeg", description="Kind of file; auto: of `formats`, the one that keeps the most under max_bytes"
    )
    formats: tuple[OutputFormat, ...] = Field(
        ("jpeg", "png", "webp", "avif"), min_length=1, description="auto: the kinds to choose from"
    )
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
    color_space: ColourSpace = Field(
        "srgb", description="srgb for shops, display-p3 for wide screens, cmyk (jpeg, tiff) for print"
    )
    cmyk_profile: str | None = Field(
        None,
        pattern=r"^[^/\\]+\.[iI][cC][cCmM]$",
        description="cmyk: the profile's file name, in the system's profile folder or the one that PACKSHOT_ICC_DIR names",
    )
    dpi: float | None = Field(None, gt=0, le=10_000, description="Written into the file; none: as in the photo")
    metadata: Literal["strip", "keep"] = Field(
        "strip",
        description="keep: also camera, date, author and rights. The place is never kept, a mark of generated pixels always",
    )
    digital_source_type: DigitalSourceType | None = Field(
        None, description="IPTC term: how the picture was made, where that is more than is known already"
    )
    producer: str = Field(
        PRODUCER, max_length=128, description="Who made generated pixels, for China's implicit label (ContentProducer)"
    )
    measure: bool = Field(True, description="Report how alike file and picture are (SSIM)")


class Export(Operation[ExportParams]):
    """Makes the file: JPEG, PNG, WebP, AVIF or TIFF in sRGB, Display P3 or CMYK with its profile, under a byte limit.

    With `max_bytes`, the best quality that fits is searched by bisection; with format auto, for several kinds of file, of which
    the one most like the picture by SSIM (Wang et al. 2004) is taken. That is slower than half a second a megapixel: each kind is
    encoded some seven times, and AVIF alone takes that long for one.
    What the photo said of itself is dropped or kept as `metadata` says; that a model made pixels is always written.
    Up to 59 bytes a pixel are needed: picture, file and what it decodes to are held together.
    """

    name, version, stage, Params = "layout.export", "1.1.0", "edit", ExportParams
    title = "Export"
    takes = Pixels.FLOAT
    timeout_s = 180.0

    def run(self, frame: Frame, params: ExportParams, run: Run) -> Frame:
        """BadParameters when the format cannot hold the picture, or the limit cannot be kept. The finding has its figures."""
        stored = _as_stored(frame, params)
        encodings = _encodings(params)
        if params.max_bytes is None:
            written = Written(encodings[0].encoded(stored, params.quality), stored, encodings[0], params.quality)
        else:
            qualities = (min(params.min_quality, params.quality), params.quality)
            written = best_of(stored, encodings, params.max_bytes, qualities, params.min_side)
        return frame.with_finding(self.name, _finding(written, params)).with_file(written.file)


def _as_stored(frame: Frame, params: ExportParams) -> Frame:
    if params.depth == 16 and params.format not in ("png", "tiff"):
        raise BadParameters(f"{params.format} has 8 bits a channel; 16 need png or tiff.")
    stored = to_depth(frame, np.uint8 if params.depth == 8 else np.uint16, have=Pixels.FLOAT)
    stored = replace(stored, provenance=frame.provenance.at_least(params.digital_source_type))
    alpha = stored.alpha
    if alpha is not None and alpha.min() == np.iinfo(alpha.dtype).max:
        return stored.with_planes(alpha=None)
    return stored


def _encodings(params: ExportParams) -> list[Encoding]:
    """The ways of writing to choose from."""
    if params.format == "auto" and params.max_bytes is None:
        raise BadParameters("format auto chooses what fits under a size: give max_bytes, or a format.")
    if params.color_space == "cmyk" and params.cmyk_profile is None:
        raise BadParameters("CMYK depends on ink and paper: name the printing house's profile in cmyk_profile.")
    icc = print_profile(params.cmyk_profile) if params.color_space == "cmyk" and params.cmyk_profile else None
    kinds = params.formats if params.format == "auto" else (params.format,)
    made = [
        Encoding(
            format=kind,
            subsampling=params.subsampling,
            progressive=params.progressive,
            lossless=params.lossless,
            colour_space=params.color_space,
            cmyk_icc=icc,
            dpi=None if params.dpi is None else (params.dpi, params.dpi),
            facts=params.metadata == "keep",
            producer=params.producer,
        )
        for kind in kinds
    ]
    lossless = [replace(each, lossless=True) for each in made if each.format == "webp" and not each.lossless]
    return made + lossless if params.format == "auto" else made


def _finding(written: Written, params: ExportParams) -> dict[str, Any]:
    provenance = written.frame.provenance
    finding: dict[str, Any] = {
        "format": written.encoding.format,
        "width": written.frame.width,
        "height": written.frame.height,
        "bytes": len(written.file.content),
        "quality": written.quality if written.encoding.lossy else None,
        "color_space": params.color_space,
        "digital_source_type": provenance.source_type,
        "aigc_label": provenance.generated,
    }
    if params.measure:
        finding["ssim"] = written.likeness()
    if provenance.credentials:
        finding["note"] = (
            "The photo carries Content Credentials (C2PA), which this file does not yet have: "
            "sign it with label.credentials, which takes the photo as its input `original`."
        )
    return finding
