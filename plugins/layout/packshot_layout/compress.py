"""The best quality that keeps a file under a number of bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from packshot.errors import BadParameters
from packshot.imaging.encode import OutputFormat, Subsampling, encode
from packshot.imaging.pixels import as_pixels, to_depth
from packshot.plugin import File, Frame, Pixels
from packshot_layout.resample import resize_frame


@dataclass(frozen=True)
class Encoding:
    """How to write a file, all but its quality."""

    format: OutputFormat
    subsampling: Subsampling = "4:4:4"
    progressive: bool = False
    lossless: bool = False
    dpi: tuple[float, float] | None = None
    xmp: bytes | None = None

    @property
    def lossy(self) -> bool:
        """Whether quality changes anything."""
        return self.format in ("jpeg", "avif") or (self.format == "webp" and not self.lossless)

    def encoded(self, frame: Frame, quality: int) -> File:
        """`frame` (integer) as a file."""
        return encode(
            frame,
            self.format,
            quality=quality,
            subsampling=self.subsampling,
            progressive=self.progressive,
            lossless=self.lossless,
            dpi=self.dpi,
            xmp=self.xmp,
        )


def smallest_loss(
    frame: Frame, encoding: Encoding, max_bytes: int, qualities: tuple[int, int], min_side: int | None
) -> tuple[int, File, Frame]:
    """The highest quality within `qualities` whose file has at most `max_bytes`, the file, and the frame in it.

    The frame is shrunk only if the lowest quality does not fit, and never below `min_side` on its longer side (None: never).
    BadParameters when nothing fits.
    """
    while True:
        found = _best_quality(frame, encoding, max_bytes, qualities)
        if found is not None:
            return (*found, frame)
        lowest = len(encoding.encoded(frame, qualities[0]).content)
        longer = max(frame.width, frame.height)
        smaller = max(min_side or longer, math.floor(longer * min(0.95, math.sqrt(max_bytes / lowest))))
        if smaller >= longer:
            raise BadParameters(
                f"The {encoding.format} file has {lowest:,} bytes at its smallest, more than max_bytes = {max_bytes:,}. "
                "Allow more bytes, a lower min_quality, another format, or a smaller min_side."
            )
        frame = _shrunk(frame, smaller)


def _best_quality(frame: Frame, encoding: Encoding, max_bytes: int, qualities: tuple[int, int]) -> tuple[int, File] | None:
    """Bisection: files grow with quality, but for a few bytes."""
    low, high = qualities if encoding.lossy else (qualities[1], qualities[1])
    best = None
    quality = high
    while low <= high:
        file = encoding.encoded(frame, quality)
        if len(file.content) <= max_bytes:
            best, low = (quality, file), quality + 1
        else:
            high = quality - 1
        quality = (low + high) // 2
    return best


def _shrunk(frame: Frame, longer: int) -> Frame:
    scale = longer / max(frame.width, frame.height)
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    resized = resize_frame(as_pixels(frame, Pixels.FLOAT), width, height)
    return to_depth(resized, np.uint8 if frame.rgb.dtype == np.uint8 else np.uint16, have=Pixels.FLOAT)
