"""The frame codec: all planes of a frame in one blob, lossless, and the same bytes for the same frame.

Layout: 4 bytes magic, 1 byte version, 4 bytes header length (little endian), the header as JSON, then the payloads.
Findings and the exported file are not in it: they travel in the FrameRef.
Figures and reasons: docs/decisions/0002-frames-and-artifacts.md.
"""

from __future__ import annotations

import math
import struct
from enum import StrEnum
from typing import Annotated, Any

import numpy as np
import qoi
import zstandard
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from packshot.contracts.provenance import Provenance
from packshot.errors import BadFrame
from packshot.plugin.frame import Frame, Plane

MAGIC = b"PKSF"
VERSION = 2
"""2 added provenance. Frames of version 1 are still read."""
MAX_PLANE_BYTES = 1 << 32
"""Raw bytes of one plane; a header that asks for more is hostile."""

_PREFIX = struct.Struct("<4sBI")
_MAX_HEADER = 1 << 20
_CODES = ("?", "u1", "<u2", "<u4", "<u8", "i1", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8")
_DTYPES = {np.dtype(code).name: np.dtype(code) for code in _CODES}


class PlaneCodec(StrEnum):
    """How one plane is stored."""

    QOI = "qoi"
    """Quite OK Image format (qoiformat.org, 2021): uint8 with 3 or 4 channels."""
    DELTA = "delta-zstd"
    """Difference to the left neighbour (modulo the dtype), then Zstandard (RFC 8878) level 1: other integers."""
    ZSTD = "zstd"
    """Zstandard level 1: floats."""


class _PlaneHeader(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    name: str
    dtype: str
    shape: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=2, max_length=3)]
    codec: str
    offset: Annotated[int, Field(ge=0)]
    """From the end of the header."""
    size: Annotated[int, Field(ge=0)]


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True)

    planes: Annotated[list[_PlaneHeader], Field(max_length=64)]
    dpi: tuple[float, float] | None = None
    profile: str = "sRGB"
    provenance: Provenance = Provenance()


def pack(frame: Frame) -> bytes:
    """The planes, dpi and profile of `frame` as bytes. ValueError for a plane that is not H×W or H×W×C of a plain dtype."""
    headers, payloads, offset = [], [], 0
    for name, plane in sorted(frame.planes.items()):
        array, dtype = _plain(name, plane)
        codec = _codec_for(array)
        payload = _encode(array, codec)
        shape = list(array.shape)
        headers.append(_PlaneHeader(name=name, dtype=dtype, shape=shape, codec=codec.value, offset=offset, size=len(payload)))
        payloads.append(payload)
        offset += len(payload)
    header = _Header(planes=headers, dpi=frame.dpi, profile=frame.profile, provenance=frame.provenance).model_dump_json().encode()
    return b"".join((_PREFIX.pack(MAGIC, VERSION, len(header)), header, *payloads))


def unpack(blob: bytes | memoryview) -> Frame:
    """The frame in `blob`. Raises BadFrame, saying what is wrong, for anything that pack() did not write."""
    view = memoryview(blob)
    header, payloads = _read_header(view)
    planes: dict[str, Plane] = {}
    for plane in header.planes:
        if plane.name in planes:
            raise BadFrame(f"The stored frame has two planes {plane.name!r}.")
        end = plane.offset + plane.size
        if end > len(payloads):
            raise BadFrame(f"The stored frame is cut off: plane {plane.name!r} ends at byte {end} of {len(payloads)}.")
        planes[plane.name] = _decode(plane, payloads[plane.offset : end])
    return Frame(planes, dpi=header.dpi, profile=header.profile, provenance=header.provenance)


def _read_header(view: memoryview) -> tuple[_Header, memoryview]:
    if len(view) < _PREFIX.size or bytes(view[:4]) != MAGIC:
        raise BadFrame("This is not a stored frame (it does not start with PKSF).")
    _, version, length = _PREFIX.unpack(view[: _PREFIX.size])
    if not 1 <= version <= VERSION:
        raise BadFrame(
            f"The stored frame has version {version}, and this packshot reads versions 1 to {VERSION}: update its workers."
        )
    if length > min(_MAX_HEADER, len(view) - _PREFIX.size):
        raise BadFrame("The stored frame is cut off in its header.")
    try:
        header = _Header.model_validate_json(bytes(view[_PREFIX.size : _PREFIX.size + length]))
    except ValidationError as error:
        raise BadFrame(f"The stored frame has a damaged header: {error.errors()[0]['msg']}.") from error
    return header, view[_PREFIX.size + length :]


def _plain(name: str, plane: Plane) -> tuple[Plane, str]:
    array = np.asarray(plane)
    dtype = _DTYPES.get(array.dtype.name)
    if dtype is None or array.ndim not in (2, 3):
        raise ValueError(f"plane {name!r} is {array.dtype} with shape {array.shape}; a plane is H×W or H×W×C of numbers")
    return np.ascontiguousarray(array, dtype=dtype), dtype.name


def _codec_for(array: Plane) -> PlaneCodec:
    if array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] in (3, 4) and array.size:
        return PlaneCodec.QOI
    return PlaneCodec.ZSTD if array.dtype.kind == "f" else PlaneCodec.DELTA


def _encode(array: Plane, codec: PlaneCodec) -> bytes:
    if codec is PlaneCodec.QOI:
        return bytes(qoi.encode(array))
    if codec is PlaneCodec.DELTA:
        array = _as_integers(array).copy()
        # The right side is evaluated before it is stored, so every difference is to the original neighbour.
        array[:, 1:] = array[:, 1:] - array[:, :-1]
    return zstandard.ZstdCompressor(level=1).compress(array.reshape(-1).view(np.uint8).data)


def _decode(header: _PlaneHeader, payload: memoryview) -> Plane:
    dtype = _DTYPES.get(header.dtype)
    if dtype is None:
        raise BadFrame(f"The stored frame's plane {header.name!r} has an unknown dtype {header.dtype!r}.")
    if math.prod(header.shape) * dtype.itemsize > MAX_PLANE_BYTES:
        raise BadFrame(f"The stored frame's plane {header.name!r} claims the size {header.shape}, which is too large.")
    try:
        codec = PlaneCodec(header.codec)
    except ValueError as error:
        raise BadFrame(f"The stored frame's plane {header.name!r} has an unknown codec {header.codec!r}.") from error
    if codec is PlaneCodec.QOI:
        return _decode_qoi(header, dtype, payload)
    array = np.empty(header.shape, dtype)
    _inflate(header, payload, array)
    if codec is PlaneCodec.DELTA:
        integers = _as_integers(array)
        np.cumsum(integers, axis=1, dtype=integers.dtype, out=integers)
    return array


def _decode_qoi(header: _PlaneHeader, dtype: np.dtype[Any], payload: memoryview) -> Plane:
    # The decoder allocates what the payload's own header says (QOI: width, height, channels at byte 4), so look there first.
    claimed = struct.unpack(">IIB", payload[4:13]) if len(payload) >= 14 else None
    if dtype != np.uint8 or claimed is None or [claimed[1], claimed[0], claimed[2]] != header.shape:
        raise BadFrame(f"The stored frame's plane {header.name!r} is damaged: its QOI picture is not of shape {header.shape}.")
    try:
        array: Plane = qoi.decode(payload)
    except Exception as error:
        raise BadFrame(f"The stored frame's plane {header.name!r} is damaged: {error}.") from error
    return array


def _inflate(header: _PlaneHeader, payload: memoryview, array: Plane) -> None:
    """Fill `array`; never more, whatever the payload claims to hold."""
    raw = array.reshape(-1).view(np.uint8).data
    filled = 0
    try:
        with zstandard.ZstdDecompressor().stream_reader(payload) as reader:
            while filled < len(raw) and (count := reader.readinto(raw[filled:])):
                filled += count
            rest = reader.read(1)
    except zstandard.ZstdError as error:
        raise BadFrame(f"The stored frame's plane {header.name!r} is damaged: {error}.") from error
    if filled < len(raw) or rest:
        raise BadFrame(f"The stored frame's plane {header.name!r} is damaged: it does not fill its shape {header.shape} exactly.")


def _as_integers(array: Plane) -> Plane:
    return array.view(np.uint8) if array.dtype == np.bool_ else array
