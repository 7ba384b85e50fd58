"""Varied copies: of pictures for training alone, with all that is known of them, and the same every time."""

from collections import Counter
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from packshot.contracts.dataset import Item, Label, Manifest, Split
from packshot.datasets.register import save_manifest

from .scenes import jpeg, png, scene

pytestmark = pytest.mark.usefixtures("here")

PIPELINE = {
    "seed": 4,
    "steps": [{"do": "flip", "chance": 1}, {"do": "crop", "least": 0.9}, {"do": "jpeg", "chance": 1, "worst": 80}],
}


async def labelled(store):
    """A data set of three pictures, the first with a mask, a box and a plane."""
    mask = np.zeros((240, 320), np.uint8)
    mask[100:180, 40:140] = 255
    depth = np.full((240, 320), 30_000, np.uint16)
    depth[:, :160] = 50_000
    masked = await store.put(png(mask), "image/png")
    label = Label(category="mug", box=(40, 100, 100, 80), mask=masked, by="user:me")
    items = []
    for number, split in enumerate((Split.TRAIN, Split.TRAIN, Split.TEST)):
        picture = await store.put(jpeg(scene(number)), "image/jpeg")
        item = Item(picture=picture, width=320, height=240, product=str(number), split=split, source=f"{number}.jpg")
        items.append(item)
    planes = {"depth": await store.put(png(depth), "image/png")}
    items[0] = items[0].model_copy(update={"labels": (label,), "planes": planes})
    await save_manifest(store, Manifest(name="mugs", created=datetime(2026, 1, 1, tzinfo=UTC), items=tuple(items)))


async def opened(store, ref):
    return cv2.imdecode(np.frombuffer(await store.get(ref), np.uint8), cv2.IMREAD_UNCHANGED)


async def test_copies_carry_what_is_known(ground):
    await labelled(ground.store)
    asked = {"name": "mugs", "source": {"kind": "data-set", "reference": "mugs"}, "augment": {"pipeline": PIPELINE, "copies": 3}}
    manifest, _ = await ground.collect(asked)
    assert Counter(item.split for item in manifest.items) == {Split.TRAIN: 2 + 6, Split.TEST: 1}
    copies = [item for item in manifest.items if "#copy-" in item.source]
    assert len({item.picture.digest for item in copies}) == 6
    assert {item.product for item in copies} == {"0", "1"}
    first = next(item for item in copies if item.source == "0.jpg#copy-0")
    picture, mask = await opened(ground.store, first.picture), await opened(ground.store, first.labels[0].mask)
    depth = await opened(ground.store, first.planes["depth"])
    assert picture.shape[:2] == mask.shape == depth.shape == (first.height, first.width)
    assert depth.dtype == np.uint16
    # Mirrored: what was left is right.
    assert depth[5, -5] == 50_000
    x, y, width, height = first.labels[0].box
    rows, columns = np.flatnonzero((mask > 127).any(axis=1)), np.flatnonzero((mask > 127).any(axis=0))
    assert (columns[0], rows[0]) == pytest.approx((x, y), abs=1.5)
    assert (columns[-1] + 1, rows[-1] + 1) == pytest.approx((x + width, y + height), abs=1.5)
    assert first.labels[0].by == "user:me"


async def test_the_same_order_makes_the_same_copies(ground):
    await labelled(ground.store)
    asked = {"source": {"kind": "data-set", "reference": "mugs"}, "augment": {"pipeline": PIPELINE}}
    async with ground.service():
        ends = [await ground.ended(await ground.send({"name": name, **asked})) for name in ("one", "two")]
    one, two = [(await ground.made(end))[0].items for end in ends]
    assert one == two
