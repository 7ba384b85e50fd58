"""Pictures between a worker and its children: bytes in shared memory, their meaning in the message."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from packshot.contracts.operation import Pixels
from packshot.contracts.provenance import Provenance
from packshot.imaging.codec import pack, unpack
from packshot.imaging.decode import decode
from packshot.imaging.formats import format_of
from packshot.plugin.frame import File, Frame, Plane
from packshot.plugin.order import Kind
from packshot.plugin.picture import Picture
from packshot.plugin.scratch import Scratch


class BlobWriter:
    """Collects what goes into the shared memory, and says where each piece lies."""

    def __init__(self) -> None:
        self.blobs: list[bytes | memoryview] = []
        self._at = 0

    def add(self, blob: bytes | memoryview) -> dict[str, int]:
        """Take `blob`; the answer belongs into the message."""
        place = {"at": self._at, "size": len(blob)}
        self.blobs.append(blob)
        self._at += len(blob)
        return place

    def add_raw(self, picture: Picture) -> dict[str, Any]:
        """All planes of `picture` just as they are."""
        frame = picture.frame
        planes = {name: np.ascontiguousarray(plane) for name, plane in sorted(frame.planes.items())}
        places = [self.add(plane.reshape(-1).view(np.uint8).data) for plane in planes.values()]
        layout = {
            "planes": [[name, str(plane.dtype), plane.shape] for name, plane in planes.items()],
            "floats": picture.floats,
            "deep": picture.deep,
            "dpi": frame.dpi,
            "profile": frame.profile,
            "provenance": frame.provenance.model_dump(mode="json"),
        }
        return {
            "at": places[0]["at"] if places else 0,
            "size": sum(place["size"] for place in places),
            "kind": Kind.RAW,
            "layout": layout,
        }

    def add_packed(self, frame: Frame) -> dict[str, Any]:
        """The planes of `frame` by packshot's frame codec."""
        return {**self.add(pack(frame)), "kind": Kind.FRAME, "layout": {}}


def read_picture(place: Mapping[str, Any], scratch: Scratch) -> Picture:
    """The picture that a message points to. Raises BadPhoto or BadFrame."""
    content = scratch.read(place["at"], place["size"])
    if place["kind"] == Kind.PHOTO:
        return Picture.of(decode(content).with_file(File(content, format_of(content).media_type)))
    if place["kind"] == Kind.FRAME:
        return Picture.of(unpack(content))
    layout = place["layout"]
    planes: dict[str, Plane] = {}
    at = 0
    for name, dtype, shape in layout["planes"]:
        count = math.prod(shape)
        planes[name] = np.frombuffer(content, dtype, count, at).reshape(shape)
        at += planes[name].nbytes
    dpi = tuple(layout["dpi"]) if layout["dpi"] else None
    floats = Pixels(layout["floats"]) if layout["floats"] else None
    provenance = Provenance.model_validate(layout["provenance"])
    return Picture(Frame(planes, dpi=dpi, profile=layout["profile"], provenance=provenance), floats, layout["deep"])


def read_file(place: Mapping[str, Any], scratch: Scratch) -> File:
    """The finished file that a message points to."""
    return File(scratch.read(place["at"], place["size"]), place["media_type"])
