"""`layout.export`: real files, under their limits, that look like the picture."""

from __future__ import annotations

import io
import struct
import time

import numpy as np
import pytest
from PIL import Image
from skimage import color, data
from skimage.metrics import structural_similarity

from packshot.contracts.provenance import Provenance
from packshot.errors import BadParameters
from packshot.imaging.colour import is_srgb, srgb_icc
from packshot.imaging.decode import decode
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

FORMATS = ["jpeg", "png", "webp", "avif", "tiff"]


def make_cmyk_profile() -> bytes:
    """A printer that prints what its inks say: ICC.1:2001-04 with lut8 tables both ways, for these tests alone."""

    def lab_of(rgb):
        lab = color.rgb2lab(rgb, illuminant="D50")
        return np.clip(np.rint(lab * [2.55, 1, 1] + [0, 128, 128]), 0, 255).astype(np.uint8)

    c, m, y, k = np.meshgrid(*[np.linspace(0, 1, 9)] * 4, indexing="ij")
    to_lab = lab_of(np.stack([(1 - ink) * (1 - k) for ink in (c, m, y)], axis=-1).reshape(-1, 1, 3))
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, 33)] * 3, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    rgb = np.clip(color.lab2rgb(grid * [100, 255, 255] - [0, 128, 128], illuminant="D50"), 0, 1)
    black = 1 - rgb.max(axis=-1, keepdims=True)
    inks = np.concatenate([(1 - rgb - black) / np.maximum(1 - black, 1e-6), black], axis=-1)
    from_lab = np.rint(np.clip(inks, 0, 1) * 255).astype(np.uint8)

    def lut8(table, inputs, outputs, points):
        identity = np.arange(256, dtype=np.uint8).tobytes()
        matrix = struct.pack(">9i", *(65536 * value for value in (1, 0, 0, 0, 1, 0, 0, 0, 1)))
        return (
            b"mft1\0\0\0\0"
            + bytes([inputs, outputs, points, 0])
            + matrix
            + identity * inputs
            + table.tobytes()
            + identity * outputs
        )

    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 6) + b"house\0" + bytes(78),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061),
        b"A2B0": lut8(to_lab, 4, 3, 9),
        b"B2A0": lut8(from_lab, 3, 4, 33),
    }
    start, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", start + len(body), bytes(4), 0x02400000, b"prtr", b"CMYK", b"Lab ")
    head += struct.pack(">6H4s", 2000, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body


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


def test_auto_takes_the_kind_that_keeps_the_most():
    photo = Frame.of(data.chelsea())
    best = apply_frame("layout.export", photo, format="auto", max_bytes=20_000, min_quality=1).findings["layout.export"]
    assert best["bytes"] <= 20_000
    for kind in ("jpeg", "webp", "avif"):
        alone = apply_frame("layout.export", photo, format=kind, max_bytes=20_000, min_quality=1).findings["layout.export"]
        assert best["ssim"] >= alone["ssim"]
    drawing = np.zeros((200, 200, 3), np.uint8)
    drawing[50:150, 60:120] = (200, 30, 40)
    flat = apply_frame("layout.export", Frame.of(drawing), format="auto", max_bytes=20_000).findings["layout.export"]
    assert (flat["format"], flat["ssim"]) in [("png", 1), ("webp", 1)]


def test_auto_leaves_out_what_cannot_hold_the_picture():
    clear = Frame.of(data.chelsea(), np.tile(np.arange(451) % 256, (300, 1)).astype(np.uint8))
    found = apply_frame("layout.export", clear, format="auto", formats=["jpeg", "webp"], max_bytes=60_000, min_quality=1)
    assert found.findings["layout.export"]["format"] == "webp"
    with pytest.raises(BadParameters, match="no transparency"):
        apply_frame("layout.export", clear, format="auto", formats=["jpeg"], max_bytes=60_000)
    with pytest.raises(BadParameters, match="max_bytes"):
        apply_frame("layout.export", clear, format="auto")


@pytest.mark.parametrize(("format", "depth"), [("jpeg", 8), ("png", 8), ("png", 16), ("webp", 8), ("avif", 8), ("tiff", 16)])
def test_display_p3_looks_the_same_and_says_what_it_is(format, depth):
    photo = data.chelsea()
    frame = apply_frame("layout.export", Frame.of(photo), format=format, depth=depth, quality=98, color_space="display-p3")
    assert frame.file is not None
    assert decode(frame.file.content).profile == "Display P3"
    shown = decode(frame.file.content).rgb.astype(float) / (257 if depth == 16 else 1)
    assert np.abs(shown - photo).mean() < 1.5
    raw = np.array(Image.open(io.BytesIO(frame.file.content)).convert("RGB"))
    assert np.abs(raw.astype(float) - photo).mean() > 2
    grey = apply_frame("layout.export", Frame.of(np.full((9, 9, 3), 119, np.uint8)), format="png", color_space="display-p3")
    assert (np.array(opened(grey)) == 119).all()


@pytest.mark.parametrize("format", ["jpeg", "tiff"])
def test_cmyk_is_made_by_the_profile_of_the_printing_house(format, monkeypatch, tmp_path):
    (tmp_path / "house.icc").write_bytes(make_cmyk_profile())
    monkeypatch.setenv("PACKSHOT_ICC_DIR", str(tmp_path))
    photo = data.chelsea()
    frame = apply_frame(
        "layout.export", Frame.of(photo), format=format, quality=98, color_space="cmyk", cmyk_profile="house.icc", dpi=300
    )
    picture = opened(frame)
    assert picture.mode == "CMYK"
    assert picture.info["icc_profile"] == make_cmyk_profile()
    assert picture.info["dpi"] == (300, 300)
    assert frame.file is not None
    assert np.abs(decode(frame.file.content).rgb.astype(float) - photo).mean() < 4
    white = apply_frame(
        "layout.export", Frame.of(np.full((9, 9, 3), 255, np.uint8)), format="tiff", color_space="cmyk", cmyk_profile="house.icc"
    )
    assert np.array(opened(white)).max() <= 3


def test_cmyk_without_its_profile_says_where_to_get_one(monkeypatch, tmp_path):
    monkeypatch.setenv("PACKSHOT_ICC_DIR", str(tmp_path))
    (tmp_path / "srgb.icc").write_bytes(srgb_icc())
    photo = Frame.of(data.chelsea()[:9, :9])
    with pytest.raises(BadParameters, match="PACKSHOT_ICC_DIR"):
        apply_frame("layout.export", photo, format="tiff", color_space="cmyk", cmyk_profile="srgb.icc")
    with pytest.raises(BadParameters, match="cmyk_profile"):
        apply_frame("layout.export", photo, format="tiff", color_space="cmyk")
    with pytest.raises(BadParameters):
        apply_frame("layout.export", photo, format="tiff", color_space="cmyk", cmyk_profile="../srgb.icc")
    (tmp_path / "house.icc").write_bytes(make_cmyk_profile())
    with pytest.raises(BadParameters, match="jpeg or tiff"):
        apply_frame("layout.export", photo, format="png", color_space="cmyk", cmyk_profile="house.icc")


def test_facts_of_the_photo_are_kept_only_where_asked_for():
    photo = Frame({"rgb": data.chelsea()[:9, :9]}, provenance=Provenance(about={"artist": "Ann", "copyright": "© 安"}))
    assert not opened(apply_frame("layout.export", photo)).getexif()
    kept = opened(apply_frame("layout.export", photo, metadata="keep")).getexif()
    assert kept[315] == "Ann"


@pytest.mark.parametrize("format", FORMATS)
def test_a_mark_of_generated_pixels_cannot_be_left_out_or_lowered(format):
    made = Frame({"rgb": data.chelsea()[:40, :40]}, provenance=Provenance(source_type="trainedAlgorithmicMedia"))
    frame = apply_frame("layout.export", made, format=format, digital_source_type="digitalCapture", producer="shop 9")
    assert frame.file is not None
    again = decode(frame.file.content).provenance
    assert again.source_type == "trainedAlgorithmicMedia"
    assert again.aigc is not None
    assert (again.aigc["Label"], again.aigc["ContentProducer"]) == ("1", "shop 9")
    assert frame.findings["layout.export"]["aigc_label"] is True


def test_content_credentials_that_stay_behind_are_told():
    signed = Frame({"rgb": data.chelsea()[:9, :9]}, provenance=Provenance(credentials=True))
    assert "label.credentials" in apply_frame("layout.export", signed).findings["layout.export"]["note"]
