"""A frame as a file that people keep."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any, Literal

import cv2
import numpy as np
from PIL import Image, ImageFile

from packshot.errors import BadParameters
from packshot.imaging import colour
from packshot.imaging.formats import PictureFormat
from packshot.imaging.tiff import write_tiff
from packshot.plugin.frame import File, Frame, Plane

OutputFormat = Literal["jpeg", "png", "webp", "avif", "tiff"]
Subsampling = Literal["4:4:4", "4:2:0"]

_MAX_SIDE = {"jpeg": 65_500, "webp": 16_383, "avif": 65_535}
_PNG_SIGNATURE_AND_IHDR = 33


def encode(
    frame: Frame,
    format: OutputFormat,
    *,
    quality: int = 92,
    subsampling: Subsampling = "4:4:4",
    progressive: bool = False,
    lossless: bool = False,
    icc: bool = True,
    dpi: tuple[float, float] | None = None,
    xmp: bytes | None = None,
) -> File:
    """`frame`, an integer sRGB frame, as a file.

    `quality`, 1 to 100, is for jpeg, webp and avif; `subsampling` for jpeg and avif; `progressive` for jpeg; `lossless` for webp.
    `icc` embeds an sRGB profile. `dpi`, by default the frame's, is written to jpeg, png and tiff. `xmp` is a whole XMP packet.
    uint16 and alpha are kept where the format has them; BadParameters says so where it has not.
    """
    _check_holds(frame, format)
    profile = colour.srgb_icc() if icc else None
    resolution = dpi or frame.dpi
    if format == "tiff":
        content = write_tiff(frame.rgb, frame.alpha, dpi=resolution, icc=profile, xmp=xmp)
    elif format == "png":
        content = _with_png_chunks(_encode_png(frame.rgb, frame.alpha), resolution, profile, xmp)
    else:
        settings: dict[str, Any] = {"quality": quality}
        if format == "jpeg":
            settings |= {"subsampling": subsampling, "progressive": progressive, "optimize": progressive}
            settings |= {} if resolution is None else {"dpi": resolution}
        elif format == "webp":
            settings |= {"lossless": lossless, "exact": lossless}
        else:
            settings |= {"subsampling": subsampling}
        settings |= {} if profile is None else {"icc_profile": profile}
        settings |= {} if xmp is None else {"xmp": xmp}
        content = _encode_by_pillow(frame.rgb, frame.alpha, format, settings)
    return File(content, PictureFormat(format).media_type)


def _check_holds(frame: Frame, format: OutputFormat) -> None:
    depth = frame.rgb.dtype
    if depth not in (np.uint8, np.uint16):
        raise BadParameters(f"A {depth} frame cannot be encoded: convert it with packshot.imaging.pixels.to_depth first.")
    if frame.alpha is not None and format == "jpeg":
        raise BadParameters(
            "JPEG has no transparency: put the picture on a ground first, or export it as png, webp, avif or tiff."
        )
    if depth == np.uint16 and format not in ("png", "tiff"):
        raise BadParameters(f"{format} holds 8 bits a channel: convert the frame to uint8 first, or export it as png or tiff.")
    if max(frame.width, frame.height) > _MAX_SIDE.get(format, 1 << 31):
        raise BadParameters(
            f"A {format} picture has at most {_MAX_SIDE[format]:,} pixels on a side: make it smaller or export it as png."
        )


def _encode_by_pillow(rgb: Plane, alpha: Plane | None, format: str, settings: dict[str, Any]) -> bytes:
    picture = Image.fromarray(np.ascontiguousarray(rgb if alpha is None else np.dstack((rgb, alpha))))
    file = io.BytesIO()
    # An optimised JPEG must fit into one buffer, and Pillow's own guess is too small for noise at high quality.
    ImageFile.MAXBLOCK = max(ImageFile.MAXBLOCK, 4 * picture.width * picture.height)
    picture.save(file, format=format.upper(), **settings)
    return file.getvalue()


def _encode_png(rgb: Plane, alpha: Plane | None) -> bytes:
    # OpenCV, because Pillow writes no 16-bit colour.
    stored = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2BGR) if alpha is None else np.dstack((rgb[:, :, ::-1], alpha))
    encoded, content = cv2.imencode(".png", np.ascontiguousarray(stored), [cv2.IMWRITE_PNG_COMPRESSION, 6])
    assert encoded
    return content.tobytes()


def _with_png_chunks(content: bytes, dpi: tuple[float, float] | None, icc: bytes | None, xmp: bytes | None) -> bytes:
    """`content` with iCCP, pHYs and iTXt chunks behind its header (PNG third edition §11.3)."""
    chunks = b""
    if icc is not None:
        chunks += _chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(icc))
    if dpi is not None:
        chunks += _chunk(b"pHYs", struct.pack(">IIB", round(dpi[0] / 0.0254), round(dpi[1] / 0.0254), 1))
    if xmp is not None:
        chunks += _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
    return content[:_PNG_SIGNATURE_AND_IHDR] + chunks + content[_PNG_SIGNATURE_AND_IHDR:]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
