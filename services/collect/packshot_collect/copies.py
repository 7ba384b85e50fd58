"""A varied copy of a picture of a data set, with its planes, masks and boxes."""

from __future__ import annotations

import asyncio

import cv2
import numpy as np

from packshot.contracts.augmentation import Augmentation
from packshot.contracts.dataset import Item, Label
from packshot.datasets.augment import Box, Sample, augment
from packshot.errors import BadPhoto
from packshot.imaging.decode import decode
from packshot.plugin.frame import Plane
from packshot.store.protocol import ArtifactStore

_JPEG_QUALITY = 95
_MASK = "mask/"


async def vary(store: ArtifactStore, item: Item, pipeline: Augmentation, copy: int) -> Item:
    """Copy number `copy` of `item`, stored. Raises BadPhoto for a plane that cannot be read."""
    masks = {f"{_MASK}{place}": label.mask for place, label in enumerate(item.labels) if label.mask is not None}
    refs = {**item.planes, **masks}
    content = await store.get(item.picture)
    planes = {name: await store.get(ref) for name, ref in refs.items()}
    sample = await asyncio.to_thread(_varied, item, content, planes, pipeline, copy)
    jpeg = item.picture.media_type == "image/jpeg"
    bgr = np.ascontiguousarray(sample.rgb[..., ::-1])
    picture = await store.put(_encoded(bgr, ".jpg" if jpeg else ".png"), "image/jpeg" if jpeg else "image/png")
    made = {name: await store.put(_encoded(_as_stored(plane), ".png"), "image/png") for name, plane in sample.planes.items()}
    labels = []
    for place, label in enumerate(item.labels):
        box = sample.boxes.get(str(place))
        if label.box is None or box is not None:
            labels.append(Label(category=label.category, box=box, mask=made.get(f"{_MASK}{place}"), by=label.by))
    return item.model_copy(
        update={
            "picture": picture,
            "width": sample.rgb.shape[1],
            "height": sample.rgb.shape[0],
            "planes": {name: ref for name, ref in made.items() if not name.startswith(_MASK)},
            "labels": tuple(labels),
            "source": f"{item.source or item.picture.digest}#copy-{copy}",
        }
    )


def _varied(item: Item, content: bytes, planes: dict[str, bytes], pipeline: Augmentation, copy: int) -> Sample:
    rgb = decode(content).planes["rgb"]
    if rgb.dtype == np.uint16:
        rgb = (rgb >> 8).astype(np.uint8)
    opened = {name: _opened(name, written) for name, written in planes.items()}
    boxes: dict[str, Box] = {str(place): label.box for place, label in enumerate(item.labels) if label.box is not None}
    return augment(Sample(rgb, opened, boxes), pipeline, item.picture.digest, copy)


def _opened(name: str, written: bytes) -> Plane:
    plane = cv2.imdecode(np.frombuffer(written, np.uint8), cv2.IMREAD_UNCHANGED)
    if plane is None:
        raise BadPhoto(f"The plane {name} cannot be read.")
    return plane if plane.ndim == 2 else np.ascontiguousarray(plane[..., 2::-1])


def _as_stored(plane: Plane) -> Plane:
    return plane if plane.ndim == 2 else np.ascontiguousarray(plane[..., ::-1])


def _encoded(plane: Plane, suffix: str) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY] if suffix == ".jpg" else []
    return cv2.imencode(suffix, plane, options)[1].tobytes()
