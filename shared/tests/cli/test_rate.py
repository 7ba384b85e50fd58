"""A rating is started, listed and looked at by command."""

import json

from ..datasets.strategies import picture
from .test_up import free_port, running, wait_for


def said(packshot, *arguments) -> str:
    done = packshot("rate", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def coco(folder, seed):
    """Three pictures, of which nothing is said but one box each."""
    (folder / "images").mkdir(parents=True)
    images, annotations = [], []
    for number in range(3):
        (folder / "images" / f"{number}.png").write_bytes(picture(seed + number, 12, 16))
        images.append({"id": number, "file_name": f"{number}.png"})
        annotations.append({"id": number, "image_id": number, "category_id": 1, "bbox": [2, 2, 6, 7]})
    text = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "mug"}]}
    (folder / "instances_train.json").write_text(json.dumps(text))
    return folder


def test_from_two_data_sets_to_a_ranking(packshot, tmp_path):
    with running(packshot, free_port()):
        wait_for(lambda: packshot("rate", "list").returncode == 0)
        for name, seed in (("ours", 0), ("theirs", 10)):
            assert packshot("annotate", "import", coco(tmp_path / name, seed), "--name", name).returncode == 0
        started = said(packshot, "start", "a=ours", "b=theirs", "--match", "any", "--pairs", "4")
        assert "4 pairs of a, b to compare" in started
        rating = started.partition(":")[0]
        assert said(packshot, "list").split("\t") == [rating, "a, b", "4", "0", "0"]
        assert "0.50 [0.00, 1.00]" in said(packshot, "ranking", rating)
        assert json.loads(said(packshot, "ranking", rating, "--json"))["choices"] == 0
        for arguments, why in (
            (("start", "a=ours", "b=nothing"), "no data set 'nothing'"),
            (("start", "a=ours", "theirs"), "NAME=DATASET"),
            (("start", "a=ours"), "systems"),
        ):
            done = packshot("rate", *arguments)
            assert (done.returncode > 0, why in done.stderr) == (True, True), done.stderr
