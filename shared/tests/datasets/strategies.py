"""Masks, pictures and data sets as hypothesis makes them up."""

from datetime import UTC, datetime

import cv2
import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from packshot.contracts.artifact import ArtifactRef, digest_of
from packshot.contracts.dataset import Item, Label, Manifest, Split
from packshot.datasets.masks import box_of, write_mask

PATIENT = settings(deadline=None)
"""A busy machine is no mistake."""

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 24))
MASKS = SHAPES.flatmap(lambda shape: npst.arrays(np.bool_, shape))


class Memory:
    """Blobs in a dictionary."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    async def get(self, ref) -> bytes:
        return self.blobs[ref if isinstance(ref, str) else ref.digest]

    async def put(self, content, media_type) -> ArtifactRef:
        return self.keep(bytes(content), media_type)

    def keep(self, content: bytes, media_type: str = "image/png") -> ArtifactRef:
        ref = ArtifactRef(digest=digest_of(content), media_type=media_type, size=len(content))
        self.blobs[ref.digest] = content
        return ref


def picture(seed: int, height: int, width: int) -> bytes:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return cv2.imencode(".png", rgb)[1].tobytes()


@st.composite
def boxes(draw, height: int, width: int):
    left, top = draw(st.floats(0, width - 0.5)), draw(st.floats(0, height - 0.5))
    return left, top, draw(st.floats(0.25, width - left)), draw(st.floats(0.25, height - top))


@st.composite
def labels(draw, memory: Memory, height: int, width: int) -> Label:
    """A box, a mask with the box around it, or neither."""
    category = draw(st.sampled_from(["mug", "鞋", "bag with strap"]))
    kind = draw(st.sampled_from(["box", "mask", "whole"]))
    where = draw(npst.arrays(np.bool_, (height, width))) if kind == "mask" else None
    if where is not None and where.any():
        return Label(category=category, box=box_of(where), mask=memory.keep(write_mask(where)), by="user:anna")
    return Label(category=category, box=draw(boxes(height, width)) if kind == "box" else None, by="machine:cut@1.0")


@st.composite
def manifests(draw, memory: Memory) -> Manifest:
    items = []
    for seed in range(draw(st.integers(1, 4))):
        height, width = draw(st.integers(4, 20)), draw(st.integers(4, 20))
        items.append(
            Item(
                picture=memory.keep(picture(seed, height, width)),
                width=width,
                height=height,
                product=draw(st.sampled_from(["mug 1", "../shoe", "袋子", "a/b"])) + str(seed),
                split=draw(st.sampled_from(list(Split))),
                category="kitchen",
                source="https://shop.test/1",
                licence="CC0",
                labels=tuple(draw(st.lists(labels(memory, height, width), max_size=3))),
            )
        )
    return Manifest(name="shelf", created=datetime(2026, 1, 1, tzinfo=UTC), items=tuple(items))
