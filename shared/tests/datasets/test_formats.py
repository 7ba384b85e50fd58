"""What goes out as COCO or YOLO comes back as it was; what is wrong in a folder is named."""

import asyncio
import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO

from packshot.contracts.dataset import Item, Label, Manifest
from packshot.datasets.coco import export_coco, import_coco
from packshot.datasets.masks import write_mask
from packshot.datasets.yolo import export_yolo, import_yolo
from packshot.errors import BadParameters

from .strategies import Memory, manifests, picture

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(st.data())
@QUICK
def test_coco_keeps_everything(data):
    memory = Memory()
    manifest = data.draw(manifests(memory))
    assert through(export_coco, import_coco, manifest, memory).items == in_order(manifest).items


@given(st.data())
@QUICK
def test_yolo_keeps_pictures_products_classes_boxes_and_masks(data):
    memory = Memory()
    manifest = data.draw(manifests(memory))
    back = through(export_yolo, import_yolo, manifest, memory)
    found = {item.picture.digest: item for item in back.items}
    for item in manifest.items:
        other = found[item.picture.digest]
        assert (other.product, other.split, other.width) == (item.product, item.split, item.width)
        assert [label.category for label in other.labels] == [label.category for label in item.labels]
        assert [label.mask for label in other.labels] == [label.mask for label in item.labels]
        for label, its in zip(item.labels, other.labels, strict=True):
            assert its.by == "file:yolo"
            assert np.allclose(its.box, label.box or (0, 0, item.width, item.height), atol=1e-4)


def test_cocos_own_library_reads_what_we_write(tmp_path):
    memory = Memory()
    manifest = manifest_with_a_hole(memory)
    asyncio.run(export_coco(manifest, tmp_path, memory))
    coco = COCO(str(tmp_path / "annotations" / "instances_train.json"))
    (annotation,) = coco.loadAnns(coco.getAnnIds())
    mask = coco.annToMask(annotation)
    assert (mask.shape, int(mask.sum()), annotation["area"]) == ((8, 9), 21, 21)
    (image,) = coco.loadImgs(coco.getImgIds())
    assert (tmp_path / "images" / image["file_name"]).is_file()


def test_coco_polygons_are_read_and_their_parts_united(tmp_path):
    memory = Memory()
    square, overlapping = [1, 1, 5, 1, 5, 5, 1, 5], [3, 3, 7, 3, 7, 7, 3, 7]
    write_coco(tmp_path, [{"image_id": 7, "category_id": 3, "bbox": [1, 1, 6, 6], "segmentation": [square, overlapping]}])
    (item,) = asyncio.run(import_coco(tmp_path, "shelf", memory)).items
    (label,) = item.labels
    back = through(export_coco, import_coco, Manifest(name="x", created="2026-01-01T00:00:00Z", items=(item,)), memory)
    assert (label.category, label.by, label.box, item.product) == ("mug", "file:coco", (1, 1, 6, 6), "a")
    assert back.items[0].labels[0].mask == label.mask


@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        ({"image_id": 8, "category_id": 3}, "names an image"),
        ({"image_id": 7, "category_id": 9}, "names an image or a category"),
        ({"image_id": 7, "category_id": 3, "segmentation": {"size": [8, 9], "counts": [5]}}, "do not fill 9×8"),
        ({"image_id": 7, "category_id": 3, "segmentation": {"size": [80, 9], "counts": "a"}}, "for 9×80 pixels"),
        ({"image_id": 7, "category_id": 3, "segmentation": [[1, 2, 3]]}, "three pairs"),
        ({"image_id": "seven", "category_id": 3}, "no COCO file"),
    ],
)
def test_what_is_wrong_in_coco_is_said(tmp_path, annotation, why):
    write_coco(tmp_path, [annotation])
    with pytest.raises(BadParameters, match=why):
        asyncio.run(import_coco(tmp_path, "shelf", Memory()))


def test_pictures_that_are_missing_damaged_or_elsewhere_are_named(tmp_path):
    for name, why in (("b.png", "b.png is not in"), ("../../etc/passwd", "leads out of"), ("a.png", "cannot be taken")):
        write_coco(tmp_path, [], name)
        (tmp_path / "images" / "a.png").write_text("no picture")
        with pytest.raises(BadParameters, match=why):
            asyncio.run(import_coco(tmp_path, "shelf", Memory()))


@pytest.mark.parametrize("row", ["0 0.5 0.5", "5 0.5 0.5 0.1 0.1", "0 0.1 0.2 nan 0.4", "mug 0 0 1 1"])
def test_what_is_wrong_in_yolo_is_said_with_its_line(tmp_path, row):
    memory = Memory()
    asyncio.run(export_yolo(manifest_with_a_hole(memory), tmp_path, memory))
    (path,) = (tmp_path / "labels" / "train").iterdir()
    path.write_text(f"0 0.5 0.5 0.2 0.2\n{row}\n")
    with pytest.raises(BadParameters, match="line 2"):
        asyncio.run(import_yolo(tmp_path, "shelf", memory))


def test_a_folder_without_a_data_set_is_refused(tmp_path):
    for read in (import_coco, import_yolo):
        with pytest.raises(BadParameters, match="holds no"):
            asyncio.run(read(tmp_path, "shelf", Memory()))
    (tmp_path / "data.yaml").write_text("names: [mug]\ntrain: ../..\n")
    with pytest.raises(BadParameters, match="leads out"):
        asyncio.run(import_yolo(tmp_path, "shelf", Memory()))


def through(export, read, manifest, memory):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(export(manifest, Path(folder), memory))
        return asyncio.run(read(Path(folder), manifest.name, memory))


def in_order(manifest):
    """COCO's files are read in the order of their names: test, train, val."""
    order = ["test", "train", "validation"]
    return manifest.model_copy(update={"items": tuple(sorted(manifest.items, key=lambda item: order.index(item.split)))})


def write_coco(folder, annotations, name="a.png"):
    (folder / "images").mkdir(exist_ok=True)
    (folder / "images" / "a.png").write_bytes(picture(1, 8, 9))
    images = [{"id": 7, "file_name": name}]
    text = json.dumps({"images": images, "annotations": annotations, "categories": [{"id": 3, "name": "mug"}]})
    (folder / "all.json").write_text(text)


def manifest_with_a_hole(memory):
    """A ring of 21 pixels in a picture of 9×8."""
    where = np.zeros((8, 9), bool)
    where[1:6, 2:7] = True
    where[2:4, 3:5] = False
    label = Label(category="mug", box=(2, 1, 5, 5), mask=memory.keep(write_mask(where)), by="render")
    item = Item(picture=memory.keep(picture(3, 8, 9)), width=9, height=8, product="mug", labels=(label,))
    return Manifest(name="rings", created="2026-01-01T00:00:00Z", items=(item,))
