"""A folder becomes a data set: cleaned, without duplicates, with every product on one side."""

import os
from collections import Counter

import cv2
import numpy as np
import pytest

from packshot.contracts.collecting import Counts, Phase
from packshot.contracts.dataset import Split
from packshot.contracts.messages import CollectFailed, CollectProgressed
from packshot.datasets.register import load_manifest, load_summary, versions
from packshot.datasets.splits import leaks

from .scenes import blurred, jpeg, png, scene, smaller


def lay(folder, files):
    """Write files below `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def order(folder, **more):
    source = {"kind": "folder", "path": str(folder), "licence": "own", **more.pop("source", {})}
    return {"name": "mugs", "source": source, **more}


async def test_what_is_taken_and_what_is_left_out(ground, tmp_path):
    one, two = scene(1), scene(2)
    files = {
        "mugs/1_a.jpg": jpeg(one),
        "mugs/1_small.png": png(smaller(one)),
        "mugs/1_weak.jpg": jpeg(one, 40),
        "cups/2_a.png": png(two),
        "cups/2_soft.jpg": jpeg(blurred(scene(3))),
        "tiny.jpg": jpeg(scene(4, (60, 90))),
        "wide.jpg": jpeg(scene(5, (130, 700))),
        "cut.jpg": jpeg(scene(6))[:4000],
        "page.jpg": b"<html>not found</html>",
        "notes.txt": b"no picture",
        ".hidden.jpg": jpeg(scene(7)),
        "cups/broken.png": png(scene(8))[:-600] + b"\0" * 588 + b"IEND\xaeB`\x82",
    }
    folder = lay(tmp_path / "in", files)
    manifest, left_out = await ground.collect(order(folder, clean={}, source={"product": "([^/_]+)_[a-z]+"}))
    assert [(item.source, item.category, item.product, item.licence) for item in manifest.items] == [
        ("cups/2_a.png", "cups", "2", "own"),
        ("mugs/1_a.jpg", "mugs", "1", "own"),
    ]
    assert {source: rejection.code for source, rejection in left_out.items()} == {
        "mugs/1_small.png": "duplicate", "mugs/1_weak.jpg": "duplicate", "cups/2_soft.jpg": "blurred", "tiny.jpg": "tiny",
        "wide.jpg": "aspect", "cut.jpg": "broken", "page.jpg": "not-a-picture", "cups/broken.png": "broken",
    }  # fmt: skip
    kept = {item.source: item.picture.digest for item in manifest.items}
    assert left_out["mugs/1_weak.jpg"].like == kept["mugs/1_a.jpg"]
    assert "mugs/1_a.jpg" in left_out["mugs/1_weak.jpg"].reason
    assert left_out["tiny.jpg"].picture is not None
    (version,) = await versions(ground.store, "mugs")
    summary = await load_summary(ground.store, version)
    assert (summary.items, summary.rejected) == (2, True)


async def test_products_never_part_and_those_that_look_alike_are_one(ground, tmp_path):
    files = {f"{number:02}_{view}.jpg": jpeg(scene(100 * number + view)) for number in range(30) for view in range(2)}
    # The same picture under another product's name, as merchants do.
    files["40_0.jpg"] = jpeg(smaller(scene(500)), 60)
    folder = lay(tmp_path / "in", files)
    asked = order(folder, source={"product": "([0-9]+)_"}, split={"validation": 0.25, "test": 0.25, "seed": 3})
    manifest, _ = await ground.collect(asked)
    assert len(manifest.items) == 61
    assert leaks(manifest.items) == {}
    by_source = {item.source: item for item in manifest.items}
    assert by_source["40_0.jpg"].product == by_source["05_0.jpg"].product == by_source["05_1.jpg"].product
    sides = Counter(item.split for item in manifest.items)
    assert min(sides[side] for side in Split) >= 6


async def test_a_data_set_is_cleaned_and_split_again(ground, tmp_path):
    folder = lay(tmp_path / "in", {f"{n}.jpg": jpeg(scene(n)) for n in range(6)} | {"soft.jpg": jpeg(blurred(scene(9)))})
    async with ground.service():
        first = await ground.ended(await ground.send(order(folder)))
        assert first.summary.items == 7
        again = {"name": "mugs", "source": {"kind": "data-set", "reference": "mugs"}, "clean": {}}
        second = await ground.ended(await ground.send(again))
    manifest, left_out = await ground.made(second)
    assert manifest.parent == first.digest
    assert len(manifest.items) == 6
    assert left_out["soft.jpg"].code == "blurred"
    assert (await load_manifest(ground.store, "mugs")) == manifest


async def test_progress_is_told_and_ends_with_the_totals(ground, tmp_path):
    folder = lay(tmp_path / "in", {f"{n}.jpg": jpeg(scene(n)) for n in range(5)})
    async with ground.service():
        end = await ground.ended(await ground.send(order(folder, clean={})))
    told = [each.body(CollectProgressed) for each in ground.heard if each.type == CollectProgressed.type]
    assert [(each.leg, each.place) for each in told] == sorted((each.leg, each.place) for each in told)
    assert told[0].counts == Counts()
    assert told[-1].phase is Phase.CLEAN
    assert end.counts.pictures == 5
    assert end.counts.bytes == sum(path.stat().st_size for path in folder.iterdir())


@pytest.mark.parametrize(
    ("path", "says"),
    [("/nowhere/at/all", "There is no folder"), ("photos", "absolute"), ("{}/secret", "not among the folders")],
)
async def test_a_folder_that_may_not_be_read_is_refused(ground, tmp_path, path, says):
    lay(tmp_path, {"secret/a.jpg": jpeg(scene(1)), "photos/a.jpg": jpeg(scene(2))})
    if "secret" in path:
        ground.settings.collect_folders = (tmp_path / "photos",)
    async with ground.service():
        end = await ground.ended(await ground.send(order(path.format(tmp_path))))
    assert isinstance(end, CollectFailed)
    assert says in end.failure.message
    assert end.failure.code == "bad_parameters"


async def test_links_out_of_the_folder_are_not_followed(ground, tmp_path):
    lay(tmp_path, {"secret/a.jpg": jpeg(scene(1)), "in/b.jpg": jpeg(scene(2))})
    os.symlink(tmp_path / "secret/a.jpg", tmp_path / "in/link.jpg")
    os.symlink(tmp_path / "secret", tmp_path / "in/folder")
    manifest, _ = await ground.collect(order(tmp_path / "in"))
    assert [item.source for item in manifest.items] == ["b.jpg"]


async def test_no_more_are_taken_than_asked_for(ground, tmp_path):
    folder = lay(tmp_path / "in", {f"{n}.jpg": jpeg(scene(n)) for n in range(9)})
    manifest, _ = await ground.collect(order(folder, source={"most": 4}))
    assert len(manifest.items) == 4


def ring(size=(240, 320), white=255):
    """A mask."""
    return cv2.circle(np.zeros(size, np.uint8), (160, 120), 70, white, 30)


async def alpha_of(ground, item):
    content = await ground.store.get(item.planes["alpha"])
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)


async def test_alpha_of_a_picture_is_kept_beside_it_and_its_colours_below_stay(ground, tmp_path):
    clear = np.full((240, 320), 7, np.uint8)
    files = {
        "cut.png": png(np.dstack((scene(1), ring()))),
        "nothing.png": png(np.dstack((scene(2), 0 * clear))),
        "opaque.png": png(np.dstack((scene(3), 0 * clear + 255))),
        "plain.jpg": jpeg(scene(4)),
    }
    manifest, left_out = await ground.collect(order(lay(tmp_path / "in", files)))
    known = {item.source: item for item in manifest.items}
    assert {source: list(item.planes) for source, item in known.items()} == {
        "cut.png": ["alpha"], "nothing.png": [], "opaque.png": [], "plain.jpg": [],
    }  # fmt: skip
    assert (await alpha_of(ground, known["cut.png"]) == ring()).all()
    assert not left_out


async def test_masks_of_the_same_names_say_where_the_products_are(ground, tmp_path):
    pictures = {"a/1.jpg": jpeg(scene(1)), "2.jpg": jpeg(scene(2)), "3.jpg": jpeg(scene(3)), "4.jpg": jpeg(scene(4))}
    masks = {"a/1.png": png(ring()), "2.png": png(ring(white=1)), "3.png": png(ring((40, 50))), "4.txt": b"no mask"}
    folder, beside = lay(tmp_path / "in", pictures), lay(tmp_path / "masks", masks)
    manifest, left_out = await ground.collect(order(folder, source={"masks": str(beside)}))
    assert [item.source for item in manifest.items] == ["2.jpg", "a/1.jpg"]
    for item in manifest.items:
        assert (await alpha_of(ground, item) == ring()).all()
    assert (left_out["3.jpg"].code, left_out["4.jpg"].code) == ("broken", "no-mask")
    assert "another size" in left_out["3.jpg"].reason


async def test_a_folder_of_masks_may_be_read_only_where_pictures_may(ground, tmp_path):
    folder = lay(tmp_path, {"secret/1.png": png(ring()), "photos/1.jpg": jpeg(scene(1))})
    ground.settings.collect_folders = (folder / "photos",)
    async with ground.service():
        end = await ground.ended(await ground.send(order(folder / "photos", source={"masks": str(folder / "secret")})))
    assert isinstance(end, CollectFailed)
    assert "not among the folders" in end.failure.message
