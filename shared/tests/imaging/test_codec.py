"""The frame codec: lossless, deterministic, and deaf to hostile blobs."""

from __future__ import annotations

import json
import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from packshot.errors import BadFrame
from packshot.imaging.codec import pack, unpack
from packshot.plugin.frame import File, Frame

DTYPES = ["bool", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8", ">u2", ">f4"]
SHAPES = st.one_of(
    npst.array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=9),
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([3, 4])),
)
PLANES = st.sampled_from(DTYPES).flatmap(lambda dtype: npst.arrays(dtype, SHAPES))
FRAMES = st.builds(
    Frame,
    st.dictionaries(st.text(min_size=1, max_size=8), PLANES, max_size=4),
    dpi=st.none() | st.tuples(st.floats(1, 1e4), st.floats(1, 1e4)),
    profile=st.text(max_size=12),
)  # fmt: skip


@settings(deadline=None)
@given(FRAMES)
def test_what_is_packed_comes_back_bit_for_bit(frame: Frame):
    back = unpack(pack(frame))
    assert back.planes.keys() == frame.planes.keys()
    for name, plane in frame.planes.items():
        assert back.planes[name].dtype == plane.dtype.newbyteorder("=")
        np.testing.assert_array_equal(back.planes[name], plane)
    assert (back.dpi, back.profile) == (frame.dpi, frame.profile)


@settings(deadline=None)
@given(FRAMES)
def test_equal_frames_pack_to_equal_bytes(frame: Frame):
    backwards = Frame(dict(reversed([(n, p.copy()) for n, p in frame.planes.items()])), dpi=frame.dpi, profile=frame.profile)
    assert pack(backwards) == pack(frame)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_clearly(blob: bytes):
    for content in (blob, b"PKSF\x01" + blob):
        with pytest.raises(BadFrame):
            unpack(content)


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_damaged_byte_never_crashes(place: int, change: int):
    blob = bytearray(EXAMPLE)
    blob[place % len(blob)] ^= change
    with suppress(BadFrame):
        unpack(bytes(blob))


RAMP = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
EXAMPLE = pack(Frame.of(RAMP, RAMP[:, :, 0]))


def header_of(blob: bytes) -> dict:
    (length,) = struct.unpack_from("<I", blob, 5)
    return json.loads(blob[9 : 9 + length])


def with_header(**changes: object) -> bytes:
    """EXAMPLE with its first plane's header (alpha, delta-zstd) changed."""
    (length,) = struct.unpack_from("<I", EXAMPLE, 5)
    header = header_of(EXAMPLE)
    header["planes"][0] |= changes
    raw = json.dumps(header).encode()
    return EXAMPLE[:5] + struct.pack("<I", len(raw)) + raw + EXAMPLE[9 + length :]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dtype": "object"}, "unknown dtype"),
        ({"dtype": "<U8"}, "unknown dtype"),
        ({"codec": "pickle"}, "unknown codec"),
        ({"codec": "qoi"}, "QOI picture is not of shape"),
        ({"shape": [8, -8]}, "damaged header"),
        ({"shape": [8]}, "damaged header"),
        ({"shape": [1 << 20, 1 << 20]}, "too large"),
        ({"shape": [8, 9]}, "does not fill"),
        ({"shape": [8, 7]}, "does not fill"),
        ({"offset": -1}, "damaged header"),
        ({"offset": 1 << 40}, "cut off"),
        ({"size": 1 << 40}, "cut off"),
        ({"name": "rgb"}, "two planes"),
    ],
)
def test_hostile_headers_are_refused(change: dict, message: str):
    with pytest.raises(BadFrame, match=message):
        unpack(with_header(**change))


def test_another_magic_and_a_newer_version_are_told_apart():
    with pytest.raises(BadFrame, match="not a stored frame"):
        unpack(b"\x89PNG" + EXAMPLE[4:])
    with pytest.raises(BadFrame, match=r"version 9.*update"):
        unpack(EXAMPLE[:4] + b"\x09" + EXAMPLE[5:])


@pytest.mark.parametrize("length", [0, 3, 8, 20, 200, len(EXAMPLE) - 1])
def test_a_cut_off_blob_is_refused(length: int):
    with pytest.raises(BadFrame):
        unpack(EXAMPLE[:length])


def test_photos_use_qoi_and_findings_stay_out():
    frame = Frame({"rgb": RAMP}, findings={"x": 1}, file=File(b"file", "image/png"))
    assert [plane["codec"] for plane in header_of(pack(frame))["planes"]] == ["qoi"]
    assert not unpack(pack(frame)).findings
    assert unpack(pack(frame)).file is None


def test_what_is_no_plane_cannot_be_packed():
    for wrong in (np.zeros(3), np.zeros((2, 2), complex), np.array([["a"]]), np.array([[object()]])):
        with pytest.raises(ValueError, match="H×W"):
            pack(Frame({"odd": wrong}))
