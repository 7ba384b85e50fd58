"""Files that people keep."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from packshot.errors import BadParameters
from packshot.imaging.decode import decode
from packshot.imaging.encode import encode
from packshot.plugin.frame import Frame

RGB = data.astronaut()[:96, 100:228]
ALPHA = np.tile(np.linspace(0, 255, 128).astype(np.uint8), (96, 1))
FORMATS = ["jpeg", "png", "webp", "avif", "tiff"]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_is_of_its_kind_and_close_to_the_frame(kind: str):
    file = encode(Frame.of(RGB), kind)
    assert file.media_type == f"image/{kind}"
    assert opened(file.content).format == kind.upper()
    assert np.abs(decode(file.content).rgb.astype(int) - RGB).mean() < 3


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_lossless_formats_keep_every_pixel(kind: str):
    frame = decode(encode(Frame.of(RGB, ALPHA), kind).content)
    assert (frame.rgb == RGB).all()
    assert (frame.alpha == ALPHA).all()


def test_webp_can_be_lossless_under_clear_pixels_too():
    frame = decode(encode(Frame.of(RGB, ALPHA), "webp", lossless=True).content)
    assert (frame.rgb == RGB).all()


@pytest.mark.parametrize("kind", FORMATS)
def test_the_srgb_profile_is_embedded_on_request(kind: str):
    assert "icc_profile" in opened(encode(Frame.of(RGB), kind).content).info
    assert "icc_profile" not in opened(encode(Frame.of(RGB), kind, icc=False).content).info


@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff"])
def test_resolution_is_written(kind: str):
    assert decode(encode(Frame.of(RGB), kind, dpi=(300, 300)).content).dpi == pytest.approx((300, 300), abs=0.05)
    assert decode(encode(Frame({"rgb": RGB}, dpi=(72, 72)), kind).content).dpi == pytest.approx((72, 72), abs=0.05)


def test_jpeg_subsampling_and_scans_are_as_asked():
    fine, coarse = encode(Frame.of(RGB), "jpeg"), encode(Frame.of(RGB), "jpeg", subsampling="4:2:0", progressive=True)
    assert [layer[1:3] for layer in opened(fine.content).layer] == [(1, 1)] * 3
    assert opened(coarse.content).layer[0][1:3] == (2, 2)
    assert opened(coarse.content).info["progressive"]
    assert len(coarse.content) < len(fine.content)


def test_what_a_format_cannot_hold_is_said():
    with pytest.raises(BadParameters, match="ground first"):
        encode(Frame.of(RGB, ALPHA), "jpeg")
    with pytest.raises(BadParameters, match="8 bits"):
        encode(Frame.of(RGB.astype(np.uint16)), "webp")
    with pytest.raises(BadParameters, match="to_depth"):
        encode(Frame.of(RGB.astype(np.float32)), "png")
    with pytest.raises(BadParameters, match="16,383"):
        encode(Frame.of(np.zeros((1, 16384, 3), np.uint8)), "webp")


def test_equal_frames_make_equal_files():
    for kind in FORMATS:
        assert encode(Frame.of(RGB), kind).content == encode(Frame.of(RGB.copy()), kind).content


def test_a_progressive_jpeg_of_pure_noise_fits():
    noise = np.random.default_rng(2).integers(0, 256, (600, 800, 3)).astype(np.uint8)
    file = encode(Frame.of(noise), "jpeg", quality=100, progressive=True)
    assert decode(file.content).rgb.shape == noise.shape
