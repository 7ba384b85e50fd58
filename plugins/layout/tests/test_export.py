"""`layout.export`: real files, under their limits, that look like the picture."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest
from PIL import Image
from skimage import data
from skimage.metrics import structural_similarity

from packshot.errors import BadParameters
from packshot.imaging.colour import is_srgb, srgb_icc
from packshot.imaging.decode import decode
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

FORMATS = ["jpeg", "png", "webp", "avif", "tiff"]


def opened(frame: Frame) -> Image.Image:
    assert frame.file is not None
    return Image.open(io.BytesIO(frame.file.content))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_what_it_says_and_looks_like_the_picture(format):
    photo = data.chelsea()
    frame = apply_frame("layout.export", Frame.of(photo), format=format, quality=95)
    assert frame.file is not None
    assert frame.file.media_type == f"image/{format}"
    picture = opened(frame)
    assert picture.format == format.upper()
    assert picture.size == (photo.shape[1], photo.shape[0])
    assert is_srgb(picture.info["icc_profile"])
    assert structural_similarity(photo, decode(frame.file.content).rgb, channel_axis=2) > 0.93
    assert np.array_equal(frame.rgb, photo)


@pytest.mark.parametrize("format", ["png", "tiff"])
def test_lossless_formats_keep_every_pixel_and_sixteen_bits(format):
    deep = np.random.default_rng(1).integers(0, 65536, (20, 30, 3)).astype(np.uint16)
    frame = apply_frame("layout.export", Frame.of(deep), format=format, depth=16)
    assert frame.file is not None
    assert np.array_equal(decode(frame.file.content).rgb, deep)
    assert frame.findings["layout.export"]["ssim"] == 1


@pytest.mark.parametrize("format", ["jpeg", "webp", "avif"])
@pytest.mark.parametrize("max_bytes", [12_000, 30_000])
def test_the_best_quality_under_the_limit_is_found(format, max_bytes):
    photo = Frame.of(data.chelsea())
    limited = apply_frame("layout.export", photo, format=format, max_bytes=max_bytes, min_quality=1, quality=98)
    assert limited.file is not None
    found = limited.findings["layout.export"]
    assert found["bytes"] == len(limited.file.content) <= max_bytes
    better = apply_frame("layout.export", photo, format=format, quality=found["quality"] + 1)
    assert better.file is not None
    assert len(better.file.content) > max_bytes


def test_a_picture_that_fits_keeps_its_quality():
    assert apply_frame("layout.export", Frame.of(data.chelsea()), max_bytes=10_000_000).findings["layout.export"]["quality"] == 92


def test_a_limit_that_cannot_be_kept_is_an_error_that_says_what_to_do():
    with pytest.raises(BadParameters, match="Allow more bytes"):
        apply_frame("layout.export", Frame.of(data.chelsea()), max_bytes=2_000)


@pytest.mark.parametrize("format", ["jpeg", "png"])
def test_where_shrinking_is_allowed_the_picture_shrinks_but_not_below_the_least_side(format):
    frame = apply_frame("layout.export", Frame.of(data.chelsea()), format=format, max_bytes=20_000, min_side=100)
    assert frame.file is not None
    assert len(frame.file.content) <= 20_000
    assert 100 <= max(opened(frame).size) <= 451
    with pytest.raises(BadParameters, match="min_side"):
        apply_frame("layout.export", Frame.of(data.chelsea()), format=format, max_bytes=5_000, min_side=400)


def test_the_reported_likeness_is_that_of_wang_2004():
    photo = data.chelsea()
    frame = apply_frame("layout.export", Frame.of(photo), quality=30)
    assert frame.file is not None
    weights = np.array([0.299, 0.587, 0.114])
    ours = frame.findings["layout.export"]["ssim"]
    decoded = decode(frame.file.content).rgb @ weights
    _, likeness = structural_similarity(
        photo @ weights, decoded, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True
    )
    assert ours == pytest.approx(likeness.mean(), abs=1e-4)


@pytest.mark.parametrize("format", FORMATS)
def test_the_mark_of_a_generated_picture_is_in_the_file(format):
    frame = apply_frame(
        "layout.export", Frame.of(data.chelsea()[:40, :40]), format=format, digital_source_type="trainedAlgorithmicMedia"
    )
    assert frame.file is not None
    assert b"digitalsourcetype/trainedAlgorithmicMedia" in frame.file.content
    plain = apply_frame("layout.export", Frame.of(data.chelsea()[:40, :40]), format=format)
    assert plain.file is not None
    assert b"digitalsourcetype" not in plain.file.content


def test_resolution_is_written():
    assert opened(apply_frame("layout.export", Frame.of(data.chelsea()[:9, :9]), dpi=300)).info["dpi"] == (300, 300)


def test_transparency_is_kept_or_refused_never_lost():
    rgb = np.full((10, 10, 3), 90, np.uint8)
    alpha = np.tile(np.linspace(0, 255, 10).astype(np.uint8), (10, 1))
    kept = apply_frame("layout.export", Frame.of(rgb, alpha), format="png")
    assert kept.file is not None
    assert np.array_equal(decode(kept.file.content).alpha, alpha)
    with pytest.raises(BadParameters, match="no transparency"):
        apply_frame("layout.export", Frame.of(rgb, alpha), format="jpeg")
    opaque = apply_frame("layout.export", Frame.of(rgb, np.full_like(alpha, 255)), format="jpeg")
    assert opaque.file is not None


def test_sixteen_bits_do_not_fit_a_jpeg():
    with pytest.raises(BadParameters, match="8 bits"):
        apply_frame("layout.export", Frame.of(data.chelsea()), depth=16)


def test_files_do_not_depend_on_the_time_of_day():
    first = apply_frame("layout.export", Frame.of(data.chelsea()[:9, :9]))
    srgb_icc.cache_clear()
    time.sleep(1.1)
    assert apply_frame("layout.export", Frame.of(data.chelsea()[:9, :9])).file == first.file
