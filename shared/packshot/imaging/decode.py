"""A picture of unknown origin as a frame: upright, sRGB, and of its metadata the resolution and how it was made."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from packshot.errors import BadPhoto
from packshot.imaging import colour
from packshot.imaging.formats import PictureFormat
from packshot.imaging.limits import DEFAULT_LIMITS, Limits
from packshot.imaging.metadata import provenance_of
from packshot.imaging.sixteen_bit import decode_sixteen_bit
from packshot.imaging.sniff import PictureHeader, sniffed
from packshot.plugin.frame import Frame, Plane

_ALPHA_MODES = ("LA", "La", "PA", "RGBA", "RGBa")
_COLOUR_MODES = ("L", "RGB", "CMYK", "LAB")
_GREY_MODES = ("1", "I;16", "I;16L", "I;16B", "I;16N")


def decode(content: bytes | memoryview, limits: Limits = DEFAULT_LIMITS) -> Frame:
    """The frame in `content`: rgb uint8 or (16-bit PNG and TIFF) uint16, sRGB, EXIF orientation applied.

    `alpha`, straight and of the same depth, is there where the picture is not wholly opaque. The resolution is kept as `dpi`, the
    source profile's name as `profile`, what the file says of its making as `provenance`; location and all other metadata are
    dropped. Raises BadPhoto as sniff() does, and where a decoder finds the picture damaged.
    """
    with sniffed(content, limits) as (header, picture):
        icc = picture.info.get("icc_profile") or None
        dpi = _resolution(picture)
        rgb, alpha = _planes(content, header, picture, icc)
        provenance = provenance_of(content, picture)
    _check_shape(rgb, header)
    planes = {"rgb": rgb} if alpha is None else {"rgb": rgb, "alpha": alpha}
    return Frame(planes, dpi=dpi, profile=colour.profile_name(icc), provenance=provenance)


def decode_colours(content: bytes | memoryview, longest: int | None = None, limits: Limits = DEFAULT_LIMITS) -> Plane:
    """As decode(), but the colours only, and nothing that the file says of them: for those who read many pictures.

    With `longest`, a picture whose longer side has more pixels is brought down to it; a JPEG is then decoded at about that size.
    """
    with sniffed(content, limits) as (header, picture):
        icc = picture.info.get("icc_profile") or None
        factor = _reduction(header, longest) if header.format is PictureFormat.JPEG and picture.mode == "RGB" else 1
        if factor == 1:
            rgb, _ = _planes(content, header, picture, icc)
        else:
            rgb = _upright(_decode_jpeg(content, icc, factor), header.exif_orientation)
    _check_shape(rgb, header, factor)
    return rgb if longest is None else _within(rgb, header.height, header.width, longest)


def within(plane: Plane, longest: int) -> Plane:
    """`plane`, brought down where its longer side has more than `longest` pixels: means of areas."""
    return _within(plane, plane.shape[0], plane.shape[1], longest)


def _within(plane: Plane, height: int, width: int, longest: int) -> Plane:
    """Of a picture that has `height` × `width` pixels, and of which `plane` may be a smaller one."""
    scale = longest / max(height, width)
    if scale >= 1:
        return plane
    return np.asarray(
        cv2.resize(plane, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA)
    )


def _reduction(header: PictureHeader, longest: int | None) -> int:
    """By how much libjpeg may reduce while it decodes, without a wanted pixel lost or moved: 1, 2, 4 or 8."""
    height, width = header.height, header.width
    if longest is None:
        return 1
    fits = (factor for factor in (8, 4, 2) if height % factor == width % factor == 0 and max(height, width) >= factor * longest)
    return next(fits, 1)


def _check_shape(rgb: Plane, header: PictureHeader, factor: int = 1) -> None:
    if rgb.shape[:2] != (header.height // factor, header.width // factor):
        raise BadPhoto(f"The {header.format.name} picture is damaged: its size is not what its header says. Export it again.")


def _planes(
    content: bytes | memoryview, header: PictureHeader, picture: Image.Image, icc: bytes | None
) -> tuple[Plane, Plane | None]:
    """rgb and alpha, upright; alpha None where the picture is wholly opaque."""
    orientation = header.exif_orientation
    if header.format is PictureFormat.JPEG and picture.mode == "RGB":
        return _upright(_decode_jpeg(content, icc), orientation), None
    if header.depth == 32 or picture.mode in ("I", "F"):
        raise BadPhoto("The picture has 32 bits a channel. Save it with 8 or 16 bits.")
    deep = decode_sixteen_bit(content, picture, icc) if header.depth == 16 else None
    if deep is not None:
        rgb, alpha = deep
    else:
        rgb, alpha = _decode_eight_bit(picture, icc)
        # Pillow turns TIFF pictures itself.
        orientation = 1 if header.format is PictureFormat.TIFF else orientation
    opaque = alpha is None or bool((alpha == np.iinfo(alpha.dtype).max).all())
    return _upright(rgb, orientation), None if alpha is None or opaque else _upright(alpha, orientation)


_REDUCED = {2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8}


def _decode_jpeg(content: bytes | memoryview, icc: bytes | None, factor: int = 1) -> Plane:
    # OpenCV decodes in two thirds of Pillow's time, to the same pixels: both are libjpeg-turbo.
    way = _REDUCED.get(factor, cv2.IMREAD_COLOR_RGB) | cv2.IMREAD_IGNORE_ORIENTATION
    rgb: Plane | None = cv2.imdecode(np.frombuffer(content, np.uint8), way)
    if rgb is None:
        raise BadPhoto("The JPEG picture is damaged and cannot be decoded. Export or upload it again.")
    if factor > 1:
        rgb = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_BGR2RGB))
    return rgb if icc is None or colour.is_srgb(icc) else colour.rgb_to_srgb(rgb, icc)


def _decode_eight_bit(picture: Image.Image, icc: bytes | None) -> tuple[Plane, Plane | None]:
    alpha = None
    if picture.mode in _ALPHA_MODES or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        alpha = np.array(picture.getchannel("A"))
        picture = picture.convert("RGB")
    elif picture.mode not in _COLOUR_MODES:
        picture = picture.convert("L" if picture.mode in _GREY_MODES else "RGB")
    return np.array(colour.to_srgb(picture, icc)), alpha


def _upright(plane: Plane, orientation: int) -> Plane:
    """`plane` as seen: EXIF 2.32, tag 0x0112."""
    turned = plane
    if orientation >= 5:
        turned = turned.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)


def _resolution(picture: Image.Image) -> tuple[float, float] | None:
    """Dots per inch, if they are believable."""
    try:
        across, down = (round(float(value), 2) for value in picture.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 10 <= across <= 10_000 and 10 <= down <= 10_000 else None
