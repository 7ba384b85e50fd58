"""Data sets come in and go out by command, and tasks are started, looked at and published, in a home and on a server."""

import json

import pytest

from ..datasets.strategies import picture
from .test_up import free_port, running, wait_for


def coco(folder, pictures):
    """A folder with a mug in each picture, half of them in a mask."""
    (folder / "images").mkdir(parents=True)
    images, annotations = [], []
    for number in range(pictures):
        (folder / "images" / f"{number}.png").write_bytes(picture(number, 12, 16))
        images.append({"id": number, "file_name": f"{number}.png"})
        mask = {"segmentation": [[2, 2, 8, 2, 8, 9, 2, 9]]} if number % 2 else {}
        annotations.append({"id": number, "image_id": number, "category_id": 1, "bbox": [2, 2, 6, 7], **mask})
    text = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "mug"}]}
    (folder / "instances_train.json").write_text(json.dumps(text))
    return folder


def said(packshot, *arguments) -> str:
    done = packshot("annotate", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_from_coco_to_a_task_to_yolo(packshot, tmp_path):
    folder = coco(tmp_path / "coco", 4)
    with running(packshot, free_port()):
        wait_for(lambda: packshot("annotate", "list").returncode == 0)
        assert ": 4 pictures" in said(packshot, "import", folder, "--name", "mugs")
        task = said(packshot, "start", "mugs", "--category", "mug").partition(":")[0]
        assert said(packshot, "list").split("\t") == [task, "mugs", "mug", "1", "0/4", "–"]
        assert "pictures done by both\t0" in said(packshot, "agreement", task)
        refused = packshot("annotate", "publish", task)
        assert (refused.returncode, "4 pictures are not done" in refused.stderr) == (1, True)
        assert "4 pictures, 4 as they were" in said(packshot, "publish", task, "--partial")
        assert "4 pictures with 4 labels as YOLO" in said(packshot, "export", "mugs", tmp_path / "yolo", "--format", "yolo")
        assert ": 4 pictures" in said(packshot, "import", tmp_path / "yolo", "--name", "mugs-again")
        said(packshot, "export", "mugs-again", tmp_path / "back", "--format", "coco")
    read = json.loads((tmp_path / "back" / "annotations" / "instances_train.json").read_text())
    assert [annotation["area"] for annotation in read["annotations"]] == pytest.approx([42] * 4)
    assert sum("segmentation" in annotation for annotation in read["annotations"]) == 2
    rows = [path.read_text().split() for path in (tmp_path / "yolo" / "labels" / "train").iterdir()]
    assert sorted(len(row) for row in rows) == [5, 5, 9, 9]


def test_what_is_wrong_is_one_sentence(packshot, tmp_path):
    for arguments, why in (
        (("start", "nothing", "--category", "mug"), "no data set 'nothing'"),
        (("start", "mugs", "--category", "mug", "--params", "{x"), "not JSON"),
        (("start", "mugs", "--category", "mug", "--category", "mug"), "named twice"),
        (("export", "nothing", tmp_path / "out", "--format", "coco"), "no data set 'nothing'"),
        (("import", tmp_path, "--name", "mugs"), "holds no COCO"),
    ):
        done = packshot("annotate", *arguments)
        assert (done.returncode > 0, why in done.stderr, "Traceback" in done.stderr) == (True, True, False), done.stderr
