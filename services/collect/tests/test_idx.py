"""A pair of IDX files becomes a data set: each picture with its class, whole and once."""

import gzip
import struct

import cv2
import numpy as np
import pytest

from packshot.contracts.dataset import Split
from packshot.contracts.messages import CollectFailed
from packshot.datasets.idx import read_idx
from packshot.errors import BadParameters

PICTURES = np.random.default_rng(0).integers(0, 256, (12, 9, 7)).astype(np.uint8)
LABELS = np.arange(12, dtype=np.uint8) % 3


def idx(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def pair(tmp_path):
    images, labels = tmp_path / "some-images-idx3-ubyte.gz", tmp_path / "some-labels-idx1-ubyte"
    images.write_bytes(gzip.compress(idx(PICTURES)))
    labels.write_bytes(idx(LABELS))
    return images, labels


def order(pair, **more):
    source = {"kind": "idx", "path": str(pair[0]), "labels": str(pair[1]), "licence": "MIT", **more.pop("source", {})}
    return {"name": "digits", "source": source, **more}


async def test_each_picture_comes_with_its_class(ground, here, pair):
    manifest, left_out = await ground.collect(order(pair, source={"classes": ["hat", "bag", "boot"]}))
    assert not left_out
    assert [item.category for item in manifest.items] == ["hat", "bag", "boot"] * 4
    assert len({item.product for item in manifest.items}) == 12
    assert manifest.items[3].source == "some-images-idx3-ubyte.gz#3"
    assert {(item.width, item.height, item.licence) for item in manifest.items} == {(7, 9, "MIT")}
    content = await ground.store.get(manifest.items[5].picture)
    assert (cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED) == PICTURES[5]).all()


async def test_labels_are_categories_of_their_own_and_sides_are_parted(ground, here, pair):
    split = {"validation": 0.3, "test": 0.3, "alike": -1}
    manifest, _ = await ground.collect(order(pair, split=split, source={"most": 10}))
    assert len(manifest.items) == 10
    assert {item.category for item in manifest.items} == {"0", "1", "2"}
    assert {item.split for item in manifest.items} == set(Split)


async def test_they_can_be_cleaned_as_others(ground, here, pair):
    manifest, left_out = await ground.collect(order(pair, clean={"min_side": 1, "max_blur": 1}))
    assert len(manifest.items) + len(left_out) == 12
    _, all_tiny = await ground.collect(order(pair, clean={}))
    assert {each.code for each in all_tiny.values()} == {"tiny"}


@pytest.mark.parametrize(
    ("labels", "classes", "message"),
    [
        (idx(LABELS[:5]), [], "no pair"),
        (idx(LABELS), ["hat", "bag"], "names for 0 to 1"),
        (b"\x89PNG\r\n\x1a\n", [], "no IDX file"),
        (idx(LABELS)[:-1], [], "fewer"),
    ],
    ids=["too few", "too few names", "a picture", "cut"],
)
@pytest.mark.usefixtures("here")
async def test_what_is_no_pair_ends_with_the_reason(ground, pair, labels, classes, message):
    pair[1].write_bytes(labels)
    async with ground.service():
        end = await ground.ended(await ground.send(order(pair, source={"classes": classes})))
    assert isinstance(end, CollectFailed)
    assert message in end.failure.message


async def test_only_folders_that_are_allowed_are_read(ground, here, pair, tmp_path):
    (tmp_path / "else").mkdir()
    ground.settings = ground.settings.model_copy(update={"collect_folders": (tmp_path / "else",)})
    async with ground.service():
        end = await ground.ended(await ground.send(order(pair)))
    assert isinstance(end, CollectFailed)
    assert "PACKSHOT_COLLECT_FOLDERS" in end.failure.message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\x08",
        idx(PICTURES) + b"\0",
        struct.pack(">HBB3I", 0, 8, 3, 2**31, 2**31, 2**31),
        gzip.compress(idx(PICTURES))[:40],
        b"\x1f\x8b" + b"\xff" * 40,
        idx(PICTURES.astype(np.uint8)).replace(b"\0\0\x08", b"\0\0\x0d", 1),
    ],
    ids=["empty", "cut in the mark", "too long", "a bomb", "packed and cut", "packed noise", "numbers of another kind"],
)
def test_damaged_files_are_refused(tmp_path, content):
    path = tmp_path / "damaged"
    path.write_bytes(content)
    with pytest.raises(BadParameters):
        read_idx(path, 3)
