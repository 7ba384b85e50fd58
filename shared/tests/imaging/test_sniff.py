"""Which uploads are taken, and what a merchant is told about the others."""

from __future__ import annotations

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image
from skimage import data

from packshot.errors import BadPhoto
from packshot.imaging.formats import PictureFormat
from packshot.imaging.limits import Limits
from packshot.imaging.sniff import sniff

PHOTO = Image.fromarray(data.astronaut()[:120, :160])


def saved(picture: Image.Image = PHOTO, kind: str = "JPEG", **settings) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **settings)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header claims to be huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(exif=exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF"])
def test_the_content_counts_and_not_the_name(kind: str):
    header = sniff(saved(kind=kind))
    assert header.format is PictureFormat(kind.lower())
    assert (header.width, header.height, header.media_type) == (160, 120, f"image/{kind.lower()}")


def test_a_memoryview_is_sniffed_like_bytes():
    assert sniff(memoryview(saved(kind="PNG"))) == sniff(saved(kind="PNG"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"just some text, no picture", "is text"),
        ("Größe: 10 cm ".encode() * 1000, "is text"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b"\n <html>", "web page"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\xef\xbb\xbf<svg/>", "SVG"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"8BPS\0\1", "Photoshop"),
        (bytes(range(256)), "unknown kind"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "iPhone"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video"),
        (b"\xff\xd8\xff", "cut off"),
        (b"\x89PNG\r\n\x1a\n", "cut off"),
    ],
)
def test_what_is_no_picture_is_named(content: bytes, message: str):
    with pytest.raises(BadPhoto, match=message):
        sniff(content)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_animations_are_refused(kind: str):
    frames = [PHOTO, PHOTO.transpose(Image.Transpose.ROTATE_180)]
    with pytest.raises(BadPhoto, match="animated"):
        sniff(saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))


@pytest.mark.parametrize("share", [0.2, 0.6, 0.98])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_truncated_upload_is_noticed(kind: str, share: float):
    content = saved(kind=kind)
    with pytest.raises(BadPhoto, match=r"cut off|damaged"):
        sniff(content[: int(len(content) * share)])


def test_a_truncated_photo_with_a_whole_thumbnail_is_still_truncated():
    thumbnail = b"Exif\0\0" + saved(PHOTO.resize((16, 12)))
    photo = saved()
    content = photo[:2] + b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail + photo[2:]
    assert content.count(b"\xff\xd9") == 2
    sniff(content)
    with pytest.raises(BadPhoto, match="cut off"):
        sniff(content[:-200])


def test_a_film_behind_the_photo_is_no_truncation():
    sniff(saved() + b"\0\0\0\x18ftypmp42" + b"\1" * 300_000)


@pytest.mark.alone
def test_a_header_bomb_is_refused_before_anything_decodes():
    start = time.perf_counter()
    with pytest.raises(BadPhoto, match=r"30,000 × 30,000 pixels \(900 megapixels\).*100 megapixels"):
        sniff(bomb(30_000, 30_000))
    assert time.perf_counter() - start < 0.1


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "GIF", "WEBP"])
def test_every_format_is_held_to_the_limits(kind: str):
    with pytest.raises(BadPhoto, match="megapixels"):
        sniff(saved(kind=kind), Limits(max_pixels=100))


def test_a_long_side_and_a_zero_side_are_refused():
    with pytest.raises(BadPhoto, match="at most 32,000"):
        sniff(bomb(33_000, 10))
    with pytest.raises(BadPhoto, match="width or height of 0"):
        sniff(bomb(0, 10))


def test_too_many_bytes_are_refused_with_both_figures():
    with pytest.raises(BadPhoto, match="2 MB and at most 1 MB"):
        sniff(saved() + b"\0" * (2 << 20), Limits(max_bytes=1 << 20))


def test_60_megapixels_pass():
    assert sniff(bomb(9504, 6336)).width == 9504


def test_size_is_told_as_seen_not_as_stored():
    assert [(sniff(turned(o)).width, sniff(turned(o)).height) for o in (1, 3, 6, 8)] == [
        (160, 120),
        (160, 120),
        (120, 160),
        (120, 160),
    ]


def test_an_orientation_that_makes_no_sense_is_upright():
    assert sniff(turned(77)).exif_orientation == 1


def test_depth_and_mode_are_told():
    assert sniff(saved(PHOTO.convert("P"), "PNG")).mode == "P"
    assert sniff(saved(PHOTO.convert("CMYK"), "JPEG")).mode == "CMYK"
    assert sniff(saved(Image.fromarray(np.zeros((4, 4), np.uint16)), "PNG")).depth == 16


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_sniffing_takes_under_a_millisecond(kind: str):
    content = saved(PHOTO.resize((1600, 1200)), kind, exif=Image.Exif())
    times = []
    for _ in range(20):
        start = time.perf_counter()
        sniff(content)
        times.append(time.perf_counter() - start)
    assert min(times) < 1e-3
