"""Files as merchants really send them, made by code: odd ones that must work, and bad ones that must not hurt."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageCms

from packshot.imaging.colour import srgb_icc
from tests.pictures import product_photo, read_picture

P3_PRIMARIES = {b"rXYZ": (0.51512, 0.24120, -0.00105), b"gXYZ": (0.29198, 0.69225, 0.04189), b"bXYZ": (0.15710, 0.06657, 0.78407)}
"""Display P3, adapted to D50 (ICC.1:2022, annex E)."""


def upright() -> np.ndarray:
    """The photo that every odd file shows: RGB uint8, wider than high, with a saturated red patch left of the middle."""
    picture = read_picture(product_photo(40, 240, 180))
    picture[60:110, 100:130] = (200, 40, 40)
    return picture


def odd_files() -> dict[str, bytes]:
    """Files that must be accepted, and look like `upright()`, by name."""
    photo = Image.fromarray(upright())
    icc = display_p3()
    wide = ImageCms.profileToProfile(photo, ImageCms.ImageCmsProfile(io.BytesIO(srgb_icc())), io.BytesIO(icc))
    damaged = icc[:132] + b"\xff" * (len(icc) - 132)
    return {
        "plain.jpg": saved(photo, "JPEG", quality=95),
        "really a png.jpg": saved(photo, "PNG"),
        "no suffix": saved(photo, "JPEG", quality=95),
        "16 bit.png": sixteen_bit_png(),
        "cmyk.jpg": saved(photo.convert("CMYK"), "JPEG", quality=95),
        "palette.png": saved(photo.quantize(256), "PNG"),
        "turned by exif.jpg": turned(photo),
        "wide gamut.jpg": saved(wide, "JPEG", quality=95, icc_profile=icc, subsampling=0),
        "garbage profile.jpg": saved(photo, "JPEG", quality=95, icc_profile=b"no profile at all " * 20),
        "damaged profile.png": saved(photo, "PNG", icc_profile=damaged),
        "one frame.gif": saved(photo, "GIF"),
    }


def grey_file() -> bytes:
    """The photo without colour, in one channel."""
    return saved(Image.fromarray(upright()).convert("L"), "JPEG", quality=95)


def alpha_file() -> bytes:
    """The photo with its left quarter wholly transparent."""
    alpha = np.full(upright().shape[:2], 255, np.uint8)
    alpha[:, : alpha.shape[1] // 4] = 0
    return saved(Image.fromarray(np.dstack((upright(), alpha))), "PNG")


def one_pixel() -> bytes:
    """1×1."""
    return saved(Image.new("RGB", (1, 1), (10, 200, 30)), "PNG")


@dataclass(frozen=True)
class Bad:
    """A file that is turned away, and a word that the reason must have."""

    content: bytes
    says: str


def bad_files() -> dict[str, Bad]:
    """Files that must be rejected, by name."""
    jpeg, png = (saved(Image.fromarray(upright()), kind) for kind in ("JPEG", "PNG"))
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "green")]
    moving = {"save_all": True, "append_images": frames[1:], "duration": 100}
    return {
        "empty.jpg": Bad(b"", "empty"),
        "half.jpg": Bad(jpeg[: len(jpeg) // 2], "cut off"),
        "half.png": Bad(png[: len(png) // 2], "cut off"),
        "note.jpg": Bad(b"The blue mug, please, and the red one.\n", "text"),
        "drawing.png": Bad(b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        "page.jpg": Bad(b"<!doctype html><html><body>Sign in</body></html>", "HTML"),
        "moving.gif": Bad(saved(frames[0], "GIF", **moving), "animated"),
        "moving.webp": Bad(saved(frames[0], "WEBP", **moving), "animated"),
        "bomb.png": Bad(bomb_png(30_000, 30_000), "30,000"),
        "bomb.jpg": Bad(bomb_jpeg(30_000, 30_000), "30,000"),
    }


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """An encoded picture."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def sixteen_bit_png() -> bytes:
    """The photo with 16 bits a channel."""
    ok, content = cv2.imencode(".png", upright()[..., ::-1].astype(np.uint16) * 257)
    assert ok
    return content.tobytes()


def turned(photo: Image.Image) -> bytes:
    """As a phone held upright writes it: pixels lie on their side, EXIF orientation 6 says so."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    return saved(photo.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)


def display_p3() -> bytes:
    """A wide-gamut profile: sRGB's, with other primaries and another name."""
    profile = bytearray(srgb_icc().replace("sRGB".encode("utf-16-be"), "Wide".encode("utf-16-be")))
    (count,) = struct.unpack_from(">I", profile, 128)
    for entry in range(count):
        tag, offset, _ = struct.unpack_from(">4sII", profile, 132 + 12 * entry)
        if tag in P3_PRIMARIES:
            struct.pack_into(">3i", profile, offset + 8, *(round(value * 65536) for value in P3_PRIMARIES[tag]))
    return bytes(profile)


def bomb_png(width: int, height: int) -> bytes:
    """A small, whole PNG whose header claims an enormous picture, with a megabyte of packed zeros."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1 << 20))) + chunk(b"IEND", b"")


def bomb_jpeg(width: int, height: int) -> bytes:
    """A small, whole JPEG whose frame header (ITU-T T.81, B.2.2) claims an enormous picture."""
    jpeg = bytearray(saved(Image.new("RGB", (16, 16)), "JPEG"))
    struct.pack_into(">HH", jpeg, jpeg.index(b"\xff\xc0") + 5, height, width)
    return bytes(jpeg)


def sixty_megapixels() -> bytes:
    """A real photo of 9,000 × 6,700 pixels."""
    large = cv2.resize(upright()[..., ::-1], (9000, 6700), interpolation=cv2.INTER_LINEAR)
    ok, content = cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 85])
    assert ok
    return content.tobytes()
