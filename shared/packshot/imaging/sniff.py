"""A picture's header, read without decoding: cheap enough for every upload, strict enough to refuse bombs."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import ExifTags, Image

from packshot.errors import BadPhoto, PackshotError
from packshot.imaging.formats import PictureFormat, format_of
from packshot.imaging.limits import DEFAULT_LIMITS, Limits

_TAIL = 1 << 16
_SIXTEEN_BIT_MODES = ("I;16", "I;16L", "I;16B", "I;16N")
_TIFF_BITS, _TIFF_STRIPS, _TIFF_STRIP_BYTES, _TIFF_TILES, _TIFF_TILE_BYTES = 258, 273, 279, 324, 325


@dataclass(frozen=True)
class PictureHeader:
    """What a picture's header says."""

    format: PictureFormat
    media_type: str
    width: int
    """Pixels, as the picture is meant to be seen: after the EXIF orientation."""
    height: int
    depth: int
    """Bits a channel: 1 to 16, or 32 for float and integer TIFF."""
    mode: str
    """Pillow's name of the stored colours: `RGB`, `L`, `P`, `CMYK`, `RGBA`, …"""
    exif_orientation: int
    """1 to 8 (EXIF 2.32, tag 0x0112); 1 is upright."""


def sniff(content: bytes | memoryview, limits: Limits = DEFAULT_LIMITS) -> PictureHeader:
    """The header of a picture of unknown origin. Nothing is decoded.

    Raises BadPhoto with a sentence for the merchant: not a picture, a kind that packshot does not take, animated, cut off,
    too large.
    """
    with sniffed(content, limits) as (header, _):
        return header


@contextmanager
def sniffed(content: bytes | memoryview, limits: Limits = DEFAULT_LIMITS) -> Iterator[tuple[PictureHeader, Image.Image]]:
    """The header, and the picture as Pillow opened it, for those who go on to decode it. Raises as sniff(), inside too."""
    kind = format_of(content)
    if limits.max_bytes is not None and len(content) > limits.max_bytes:
        raise BadPhoto(
            f"The file has {len(content) / 2**20:.0f} MB and at most {limits.max_bytes / 2**20:.0f} MB are allowed. "
            "Save it with a stronger compression or fewer pixels."
        )
    _check_whole(content, kind, limits)
    with open_picture(content, kind, limits) as picture:
        if kind is not PictureFormat.JPEG and kind is not PictureFormat.TIFF and getattr(picture, "is_animated", False):
            raise BadPhoto(f"The {kind.name} picture is animated. Upload a still picture: one photo a file.")
        check_size(picture.width, picture.height, limits)
        if kind is PictureFormat.TIFF:
            _check_tiff_whole(picture, len(content))
        orientation = orientation_of(picture)
        # Pillow reports a turned TIFF, and only a TIFF, as it is meant to be seen.
        turned = orientation >= 5 and kind is not PictureFormat.TIFF
        width, height = (picture.height, picture.width) if turned else picture.size
        depth = _depth(picture, content)
        yield PictureHeader(kind, kind.media_type, width, height, depth, picture.mode, orientation), picture


@contextmanager
def open_picture(content: bytes | memoryview, kind: PictureFormat, limits: Limits) -> Iterator[Image.Image]:
    """`content` opened by Pillow as `kind` and nothing else. Whatever Pillow raises inside becomes BadPhoto."""
    # Pillow's own guard raises at twice this figure. Raised, never lowered: it is one for the whole process.
    Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS or 0, limits.max_pixels)
    try:
        with Image.open(io.BytesIO(content), formats=[kind.name]) as picture:
            yield picture
    except PackshotError:
        raise
    except Image.DecompressionBombError as error:
        raise BadPhoto(f"The picture has far more than the {limits.max_pixels / 1e6:.0f} megapixels that are allowed.") from error
    except Exception as error:  # Decoders of hostile files raise SyntaxError, struct.error, KeyError, … besides OSError.
        reason = str(error).rstrip(".") or type(error).__name__
        raise BadPhoto(
            f"The {kind.name} picture is damaged or cut off ({_without_address(reason)}). Export or upload it again."
        ) from error


def check_size(width: int, height: int, limits: Limits) -> None:
    """BadPhoto for a picture of more pixels than `limits` allow."""
    if width < 1 or height < 1:
        raise BadPhoto("The picture's header claims a width or height of 0. Export it again.")
    if width * height > limits.max_pixels:
        raise BadPhoto(
            f"The picture has {width:,} × {height:,} pixels ({width * height / 1e6:,.0f} megapixels) and at most "
            f"{limits.max_pixels / 1e6:,.0f} megapixels are allowed. Make it smaller."
        )
    if max(width, height) > limits.max_side:
        raise BadPhoto(
            f"The picture has {width:,} × {height:,} pixels and a side may have at most {limits.max_side:,}. Make it smaller."
        )


def orientation_of(picture: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 where there is none or it makes no sense. Reads the header only."""
    # Not picture.getexif(): for PNG that decodes the picture.
    exif = Image.Exif()
    if picture.format == "TIFF":
        exif = picture.getexif()
    elif isinstance(raw := picture.info.get("exif"), bytes):
        try:
            exif.load(raw)
        except Exception:  # A broken EXIF block does not make a photo useless.
            return 1
    value = exif.get(ExifTags.Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _check_whole(content: bytes | memoryview, kind: PictureFormat, limits: Limits) -> None:
    match kind:
        case PictureFormat.JPEG:
            _check_jpeg_whole(content, limits)
        case PictureFormat.PNG:
            _check_png_whole(content, limits)
        case PictureFormat.WEBP:
            _check(len(content) >= 8 + int.from_bytes(content[4:8], "little"), kind)
        case PictureFormat.GIF:
            _check(b";" in bytes(content[-16:]), kind)


def _check(whole: bool, kind: PictureFormat) -> None:
    if not whole:
        raise BadPhoto(f"The {kind.name} picture is cut off: its end is missing. Upload it again.")


def _check_png_whole(content: bytes | memoryview, limits: Limits) -> None:
    # PNG (W3C REC, third edition) §5.6: IHDR comes first, IEND last.
    _check(len(content) >= 33, PictureFormat.PNG)
    width, height = struct.unpack(">II", content[16:24])
    check_size(width, height, limits)
    end = b"IEND\xaeB`\x82"
    _check(end in bytes(content[-_TAIL:]) or end in bytes(content), PictureFormat.PNG)


def _check_jpeg_whole(content: bytes | memoryview, limits: Limits) -> None:
    # ITU-T T.81 annex B: segments up to the first scan. In a scan 0xFF is followed by 0x00, so FF D9 after it is the end.
    at = 2
    while True:
        while bytes(content[at : at + 2]) == b"\xff\xff":
            at += 1
        segment = bytes(content[at : at + 9])
        _check(len(segment) == 9 and segment[0] == 0xFF, PictureFormat.JPEG)
        marker, length = segment[1], int.from_bytes(segment[2:4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", segment[5:9])
            check_size(width, height, limits)
        if marker == 0xDA:
            break
        at += 2 + length
    # Phones append films and depth maps after the picture, so the end may be far from the end of the file.
    end = b"\xff\xd9"
    _check(end in bytes(content[max(at, len(content) - _TAIL) :]) or end in bytes(content[at:]), PictureFormat.JPEG)


def _check_tiff_whole(picture: Image.Image, size: int) -> None:
    tags = getattr(picture, "tag_v2", {})
    for offsets, counts in ((_TIFF_STRIPS, _TIFF_STRIP_BYTES), (_TIFF_TILES, _TIFF_TILE_BYTES)):
        parts = zip(tags.get(offsets, ()), tags.get(counts, ()), strict=False)
        _check(all(offset + count <= size for offset, count in parts), PictureFormat.TIFF)


def _depth(picture: Image.Image, content: bytes | memoryview) -> int:
    if picture.format == "PNG":
        return int(content[24])
    if picture.format == "TIFF":
        return int(max(getattr(picture, "tag_v2", {}).get(_TIFF_BITS, (1,))))
    return 16 if picture.mode in _SIXTEEN_BIT_MODES else 8


def _without_address(reason: str) -> str:
    # Pillow's messages may name the stream object, which tells a merchant nothing.
    return "it cannot be read" if "<_io." in reason else reason
