"""Photos of every kind become upright sRGB planes."""

from __future__ import annotations

import io
import struct
from contextlib import suppress

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms
from skimage import data

from packshot.errors import BadPhoto
from packshot.imaging.colour import srgb_icc
from packshot.imaging.decode import decode, decode_colours
from packshot.imaging.encode import encode
from packshot.plugin.frame import Frame

RGB = data.astronaut()[:96, 100:228]


def saved(picture: Image.Image, kind: str, **settings) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **settings)
    return file.getvalue()


def matrix_profile(gamma: float, red: tuple, green: tuple, blue: tuple) -> bytes:
    """A minimal ICC v2 display profile: D50 primaries and one gamma."""

    def xyz(values: tuple) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in values))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    name = b"Wide test\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 79
    described += b"\0" * (-len(described) % 4)
    tags = [
        (b"desc", described),
        (b"wtpt", xyz((0.9642, 1, 0.8249))),
        (b"rXYZ", xyz(red)),
        (b"gXYZ", xyz(green)),
        (b"bXYZ", xyz(blue)),
    ]
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    offset, table, body = 132 + 12 * len(tags), b"", b""
    for tag, content in tags:
        table += struct.pack(">4sII", tag, offset + len(body), len(content))
        body += content
    header = struct.pack(">I4sI4s4s4s", 132 + len(table) + len(body), b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += b"\0" * 12 + b"acsp" + b"\0" * 28 + struct.pack(">3i", 63190, 65536, 54061) + b"\0" * 48
    return header + struct.pack(">I", len(tags)) + table + body


ADOBE = matrix_profile(2.19921875, (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
"""The colour space Adobe RGB (1998), adapted to D50."""


def test_a_plain_jpeg_is_what_libjpeg_says():
    content = saved(Image.fromarray(RGB), "JPEG", quality=90)
    frame = decode(content)
    assert (frame.rgb == np.asarray(Image.open(io.BytesIO(content)))).all()
    assert (frame.alpha, frame.profile, frame.rgb.dtype) == (None, "sRGB", np.uint8)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "WEBP"])
def test_lossless_formats_come_back_exactly(kind: str):
    assert (decode(saved(Image.fromarray(RGB), kind, **({"lossless": True} if kind == "WEBP" else {}))).rgb == RGB).all()


def test_avif_and_still_gif_are_taken():
    for kind, tolerance in (("AVIF", 4), ("GIF", 12)):
        rgb = decode(saved(Image.fromarray(RGB), kind)).rgb
        assert np.abs(rgb.astype(int) - RGB).mean() < tolerance


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_every_exif_orientation_is_undone(kind: str, orientation: int):
    as_seen = np.zeros((40, 64, 3), np.uint8)
    as_seen[:20, :32] = (250, 20, 20)  # red at the upper left, green at the upper right
    as_seen[:20, 32:] = (20, 250, 20)
    # Inverse of each orientation, written out from the standard's words "0th row is …, 0th column is …".
    stored = {
        1: as_seen,
        2: as_seen[:, ::-1],
        3: as_seen[::-1, ::-1],
        4: as_seen[::-1],
        5: as_seen.swapaxes(0, 1),
        6: np.rot90(as_seen, 1),
        7: as_seen[::-1, ::-1].swapaxes(0, 1),
        8: np.rot90(as_seen, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    settings = {"lossless": True} if kind == "WEBP" else {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    frame = decode(saved(Image.fromarray(np.ascontiguousarray(stored)), kind, exif=exif, **settings))
    assert frame.rgb.shape == as_seen.shape
    assert np.abs(frame.rgb.astype(int) - as_seen).max() < 12


def test_grey_palette_and_bilevel_become_rgb():
    grey = Image.fromarray(data.camera()[:64, :64])
    for picture in (grey, grey.convert("P"), grey.convert("1")):
        frame = decode(saved(picture, "PNG"))
        assert frame.rgb.shape == (64, 64, 3)
        assert (frame.rgb == np.asarray(picture.convert("RGB"))).all()
    assert decode(saved(grey, "JPEG")).rgb.shape == (64, 64, 3)


def test_alpha_is_straight_and_dropped_where_opaque():
    alpha = np.tile(np.linspace(0, 255, 128).astype(np.uint8), (96, 1))
    frame = decode(saved(Image.fromarray(np.dstack((RGB, alpha))), "PNG"))
    assert frame.alpha is not None
    assert (frame.alpha == alpha).all()
    assert (frame.rgb == RGB).all(), "colours under clear pixels are kept"
    assert decode(saved(Image.fromarray(RGB).convert("RGBA"), "PNG")).alpha is None


def test_a_transparent_palette_colour_becomes_alpha():
    picture = Image.fromarray(np.array([[0, 1], [1, 0]], np.uint8), "P")
    picture.putpalette([255, 0, 0, 0, 0, 255])
    frame = decode(saved(picture, "PNG", transparency=1))
    assert frame.alpha is not None
    assert frame.alpha.tolist() == [[255, 0], [0, 255]]


@pytest.mark.parametrize("kind", ["png", "tiff"])
@pytest.mark.parametrize("with_alpha", [False, True])
def test_16_bits_are_kept(kind: str, with_alpha: bool):
    rgb = np.random.default_rng(1).integers(0, 65536, (20, 30, 3)).astype(np.uint16)
    alpha = np.linspace(0, 65535, 600).astype(np.uint16).reshape(20, 30) if with_alpha else None
    frame = decode(encode(Frame.of(rgb, alpha), kind).content)
    assert (frame.rgb == rgb).all()
    assert frame.alpha is None if alpha is None else (frame.alpha == alpha).all()


def test_16_bit_grey_is_kept():
    grey = np.arange(256, dtype=np.uint16).reshape(16, 16) * 257
    assert (decode(saved(Image.fromarray(grey), "PNG")).rgb == grey[:, :, None]).all()


def test_a_wide_gamut_photo_is_converted_and_its_profile_named():
    colours = np.array([[[128, 128, 128], [100, 150, 90], [200, 60, 60]]], np.uint8).repeat(16, 0).repeat(16, 1)
    frame = decode(saved(Image.fromarray(colours), "PNG", icc_profile=ADOBE))
    assert frame.profile == "Wide test"
    # Reference: Adobe RGB (1998) to sRGB by the definitions of both (CIE XYZ, no library).
    assert np.abs(frame.rgb[0, ::16].astype(int) - adobe_to_srgb(colours[0, ::16] / 255)).max() <= 1


def test_16_bits_with_a_wide_gamut_profile_stay_16_bits():
    colours = np.array([[[32896, 32896, 32896], [25700, 38550, 23130], [40000, 30001, 20003]]], np.uint16)
    plain = encode(Frame.of(colours), "png", icc=False).content
    with_profile = saved(Image.new("RGB", (1, 1)), "PNG", icc_profile=ADOBE)
    start = with_profile.index(b"iCCP") - 4
    chunk = with_profile[start : start + 12 + int.from_bytes(with_profile[start : start + 4], "big")]
    frame = decode(plain[:33] + chunk + plain[33:])
    assert frame.rgb.dtype == np.uint16
    assert np.abs(frame.rgb[0].astype(float) / 257 - adobe_to_srgb(colours[0] / 65535)).max() < 0.1


def adobe_to_srgb(encoded: np.ndarray) -> np.ndarray:
    """sRGB 0..255 of Adobe RGB 0..1; both have the white D65."""
    to_xyz = np.array([[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]])
    from_xyz = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
    linear = np.clip(encoded**2.19921875 @ to_xyz.T @ from_xyz.T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255


def test_an_srgb_profile_and_a_broken_one_leave_pixels_alone():
    for icc in (srgb_icc(), b"not a profile", ADOBE[:200]):
        assert (decode(saved(Image.fromarray(RGB), "PNG", icc_profile=icc)).rgb == RGB).all()


def test_a_profile_of_another_colour_space_is_ignored():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert (decode(saved(Image.fromarray(RGB), "PNG", icc_profile=lab)).rgb == RGB).all()


def test_cmyk_jpeg_is_not_inverted():
    frame = decode(saved(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG", quality=95))
    assert frame.rgb.shape == (32, 32, 3)
    red, green, blue = frame.rgb[16, 16].astype(int)
    assert red > 200
    assert max(green, blue) < 60


def test_lab_tiff_is_converted():
    picture = Image.new("LAB", (8, 8), (137, 128, 128))  # L* 53.7: sRGB grey 128
    assert np.abs(decode(saved(picture, "TIFF")).rgb.astype(int) - 128).max() <= 2


def test_metadata_is_dropped_and_resolution_kept():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "Camera"
    frame = decode(saved(Image.fromarray(RGB), "JPEG", exif=exif, dpi=(300, 300), comment=b"home address"))
    assert frame.dpi == (300, 300)
    again = encode(frame, "jpeg").content
    assert b"Exif" not in again
    assert b"Camera" not in again
    assert b"home" not in again


def test_one_pixel_is_a_picture():
    assert decode(saved(Image.new("RGB", (1, 1), (1, 2, 3)), "PNG")).rgb.tolist() == [[[1, 2, 3]]]


def test_32_bits_a_channel_are_refused():
    with pytest.raises(BadPhoto, match="32 bits"):
        decode(saved(Image.fromarray(np.ones((4, 4), np.float32)), "TIFF"))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "GIF", "AVIF", "JPEG"])
def test_damage_in_the_middle_ends_in_a_picture_or_a_clear_refusal(kind: str):
    content = saved(Image.fromarray(RGB), kind)
    random = np.random.default_rng(5)
    for _ in range(60):
        damaged = bytearray(content)
        for place in random.integers(8, len(content), 12):
            damaged[place] = random.integers(256)
        with suppress(BadPhoto):
            assert decode(bytes(damaged)).rgb.ndim == 3


def test_a_photo_that_was_let_in_is_decoded_however_many_bytes_it_has():
    """PACKSHOT_MAX_PHOTO_MB is asked for at the door alone, so whoever raises it need not raise anything else."""
    white = np.full((8, 8, 3), 255, np.uint8)
    padded = saved(Image.fromarray(white), "JPEG") + b"\0" * (65 << 20)
    assert decode(padded).rgb.shape == (8, 8, 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("longest", [None, 130, 60, 20, 999])
@pytest.mark.parametrize("orientation", [1, 6])
def test_colours_alone_are_those_of_decode_brought_down(kind, longest, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(Image.fromarray(data.astronaut()[:304, :200]), kind, exif=exif)
    whole, colours = decode(content).rgb, decode_colours(content, longest)
    if longest in (None, 999):
        assert np.array_equal(colours, whole)
        return
    height, width = (round(side * longest / 304) for side in whole.shape[:2])
    wanted = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    assert colours.shape == wanted.shape
    # Reduced by libjpeg first, and then by areas: as light in the same places, but not the same to the last step.
    soft, softly = (cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 1.5) for picture in (colours, wanted))
    assert np.abs(soft - softly).mean() < (1.5 if kind == "JPEG" else 0.01)
