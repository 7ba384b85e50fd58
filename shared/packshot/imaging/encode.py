"""A frame as a file that people keep."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from typing import Any, Literal

import cv2
import numpy as np
from PIL import Image, ImageFile

from packshot.errors import BadParameters
from packshot.imaging import colour
from packshot.imaging.display_p3 import display_p3_icc, to_display_p3
from packshot.imaging.formats import PictureFormat
from packshot.imaging.metadata import exif_of, label_packet
from packshot.imaging.print_profile import to_cmyk
from packshot.imaging.tiff import write_tiff
from packshot.plugin.frame import File, Frame, Plane

OutputFormat = Literal["jpeg", "png", "webp", "avif", "tiff"]
Subsampling = Literal["4:4:4", "4:2:0"]
ColourSpace = Literal["srgb", "display-p3", "cmyk"]

PRODUCER = "packshot"
"""Who made generated pixels, where nobody says otherwise."""

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
    colour_space: ColourSpace = "srgb",
    cmyk_icc: bytes | None = None,
    dpi: tuple[float, float] | None = None,
    facts: bool = False,
    producer: str = PRODUCER,
) -> File:
    """`frame`, an integer sRGB frame, as a file.

    `quality`, 1 to 100, is for jpeg, webp and avif; `subsampling` for jpeg and avif; `progressive` for jpeg; `lossless` for webp.
    `colour_space` is what the colours are converted to, cmyk (8-bit jpeg and tiff) by the profile `cmyk_icc`; `icc` embeds the
    profile. `dpi`, by default the frame's, is written to jpeg, png and tiff.
    What the frame's provenance says of generated pixels is always written, as XMP, with `producer` as their maker; `facts` writes
    what else is kept of the photo's EXIF. uint16 and alpha are kept where the format has them; BadParameters says so where not.
    """
    _check_holds(frame, format, colour_space)
    colours, profile = _in_colour_space(frame.rgb, colour_space, cmyk_icc)
    embedded, resolution = profile if icc else None, dpi or frame.dpi
    xmp = label_packet(frame.provenance.source_type, frame.provenance.implicit_label(producer, _digest(frame)))
    exif = exif_of(frame.provenance.about) if facts else None
    if format == "tiff":
        texts = {int(tag): text for tag, text in (exif or {}).items() if isinstance(text, bytes)}
        content = write_tiff(colours, frame.alpha, dpi=resolution, icc=embedded, xmp=xmp, texts=texts)
    elif format == "png":
        content = _with_png_chunks(_encode_png(colours, frame.alpha), resolution, embedded, xmp, exif)
    else:
        settings: dict[str, Any] = {"quality": quality}
        if format == "jpeg":
            settings |= {"subsampling": subsampling, "progressive": progressive, "optimize": progressive}
            settings |= {} if resolution is None else {"dpi": resolution}
        elif format == "webp":
            settings |= {"lossless": lossless, "exact": lossless}
        else:
            settings |= {"subsampling": subsampling}
        settings |= {} if embedded is None else {"icc_profile": embedded}
        settings |= {} if xmp is None else {"xmp": xmp}
        settings |= {} if exif is None else {"exif": exif.tobytes()}
        content = _encode_by_pillow(colours, frame.alpha, format, settings)
    return File(content, PictureFormat(format).media_type)


def _in_colour_space(rgb: Plane, space: ColourSpace, cmyk_icc: bytes | None) -> tuple[Plane, bytes]:
    """The colours as the file stores them, and their profile."""
    if space == "display-p3":
        return to_display_p3(rgb), display_p3_icc()
    if space == "cmyk" and cmyk_icc is not None:
        return to_cmyk(rgb, cmyk_icc), cmyk_icc
    return rgb, colour.srgb_icc()


def _digest(frame: Frame) -> str:
    """Names the generated content; only read where a label is due."""
    return hashlib.sha256(np.ascontiguousarray(frame.rgb).data).hexdigest()[:32] if frame.provenance.generated else ""


def _check_holds(frame: Frame, format: OutputFormat, space: ColourSpace) -> None:
    depth = frame.rgb.dtype
    if depth not in (np.uint8, np.uint16):
        raise BadParameters(f"A {depth} frame cannot be encoded: convert it with packshot.imaging.pixels.to_depth first.")
    if frame.alpha is not None and format == "jpeg":
        raise BadParameters(
            "JPEG has no transparency: put the picture on a ground first, or export it as png, webp, avif or tiff."
        )
    if space == "cmyk" and (format not in ("jpeg", "tiff") or depth != np.uint8 or frame.alpha is not None):
        raise BadParameters("CMYK is for opaque pictures of 8 bits in jpeg or tiff: put the picture on a ground first.")
    if depth == np.uint16 and format not in ("png", "tiff"):
        raise BadParameters(f"{format} holds 8 bits a channel: convert the frame to uint8 first, or export it as png or tiff.")
    if max(frame.width, frame.height) > _MAX_SIDE.get(format, 1 << 31):
        raise BadParameters(
            f"A {format} picture has at most {_MAX_SIDE[format]:,} pixels on a side: make it smaller or export it as png."
        )


def _encode_by_pillow(rgb: Plane, alpha: Plane | None, format: str, settings: dict[str, Any]) -> bytes:
    mode = "CMYK" if rgb.shape[2] == 4 else None
    picture = Image.fromarray(np.ascontiguousarray(rgb if alpha is None else np.dstack((rgb, alpha))), mode)
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


def _with_png_chunks(
    content: bytes, dpi: tuple[float, float] | None, icc: bytes | None, xmp: bytes | None, exif: Image.Exif | None
) -> bytes:
    """`content` with iCCP, pHYs, iTXt and eXIf chunks behind its header (PNG third edition §11.3)."""
    chunks = b""
    if icc is not None:
        chunks += _chunk(b"iCCP", b"icc\0\0" + zlib.compress(icc))
    if dpi is not None:
        chunks += _chunk(b"pHYs", struct.pack(">IIB", round(dpi[0] / 0.0254), round(dpi[1] / 0.0254), 1))
    if xmp is not None:
        chunks += _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
    if exif is not None:
        chunks += _chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    return content[:_PNG_SIGNATURE_AND_IHDR] + chunks + content[_PNG_SIGNATURE_AND_IHDR:]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
