"""The best quality that keeps a file under a number of bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from packshot.errors import BadParameters
from packshot.imaging.decode import decode
from packshot.imaging.encode import PRODUCER, ColourSpace, OutputFormat, Subsampling, encode
from packshot.imaging.pixels import as_pixels, to_depth
from packshot.imaging.ssim import ssim
from packshot.plugin import File, Frame, Pixels
from packshot_layout.resample import resize_frame

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Encoding:
    """How to write a file, all but its quality."""

    format: OutputFormat
    subsampling: Subsampling = "4:4:4"
    progressive: bool = False
    lossless: bool = False
    colour_space: ColourSpace = "srgb"
    cmyk_icc: bytes | None = None
    dpi: tuple[float, float] | None = None
    facts: bool = False
    producer: str = PRODUCER

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
            colour_space=self.colour_space,
            cmyk_icc=self.cmyk_icc,
            dpi=self.dpi,
            facts=self.facts,
            producer=self.producer,
        )


@dataclass(frozen=True)
class Written:
    """A finished file and what is in it."""

    file: File
    frame: Frame
    """The picture that was encoded: smaller than the one given where it had to shrink."""
    encoding: Encoding
    quality: int

    def likeness(self) -> float:
        """SSIM of luma between the file, decoded, and the picture it was made of."""
        full = 255 if self.frame.rgb.dtype == np.uint8 else 65535
        return round(ssim(self.frame.rgb @ _LUMA, decode(self.file.content).rgb @ _LUMA, full), 5)


def best_of(
    frame: Frame, encodings: Sequence[Encoding], max_bytes: int, qualities: tuple[int, int], min_side: int | None
) -> Written:
    """The file that looks most like `frame` of those that each encoding can make under the limit: most pixels first, then SSIM.

    BadParameters when none fits.
    """
    made: list[Written] = []
    refused: BadParameters | None = None
    for encoding in encodings:
        try:
            made.append(smallest_loss(frame, encoding, max_bytes, qualities, min_side))
        except BadParameters as error:
            refused = refused or error
    if not made:
        assert refused is not None
        raise refused
    if len(made) == 1:
        return made[0]
    return max(made, key=lambda each: (each.frame.width, each.likeness(), -len(each.file.content)))


def smallest_loss(frame: Frame, encoding: Encoding, max_bytes: int, qualities: tuple[int, int], min_side: int | None) -> Written:
    """The file of the highest quality within `qualities` that has at most `max_bytes`.

    The frame is shrunk only if the lowest quality does not fit, and never below `min_side` on its longer side (None: never).
    BadParameters when nothing fits.
    """
    while True:
        found = _best_quality(frame, encoding, max_bytes, qualities)
        if found is not None:
            return Written(found[1], frame, encoding, found[0])
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
