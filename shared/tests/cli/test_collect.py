"""A data set from the terminal: made of a folder, looked at, cleaned again, varied, and written into a folder."""

import json

import cv2
import numpy as np

from packshot.contracts.dataset import Manifest


def photo(seed):
    random = np.random.default_rng(seed)
    picture = np.full((240, 300, 3), random.integers(180, 250, 3), np.uint8)
    for _ in range(8):
        colour = tuple(int(value) for value in random.integers(0, 230, 3))
        cv2.circle(picture, (int(random.integers(300)), int(random.integers(240))), int(random.integers(15, 60)), colour, -1)
    return picture


def said(packshot, *arguments) -> str:
    done = packshot("collect", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_from_a_folder_to_a_folder(packshot, tmp_path):
    folder = tmp_path / "in" / "mugs"
    folder.mkdir(parents=True)
    for number in range(6):
        cv2.imwrite(str(folder / f"{number}_a.jpg"), photo(number))
    cv2.imwrite(str(folder / "0_b.jpg"), cv2.resize(photo(0), None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA))
    (folder / "cut.jpg").write_bytes((folder / "1_a.jpg").read_bytes()[:2000])
    made = said(packshot, "import", folder.parent, "--name", "mugs", "--licence", "own", "--clean", "--product", "([0-9]+)_")
    assert "6 pictures of 6 products" in made
    assert "1 broken, 1 duplicate" in made
    assert said(packshot, "list").split("\t")[2:4] == ["6", "6"]
    assert "category mugs: 6" in said(packshot, "show", "mugs")
    report = json.loads(said(packshot, "report", "mugs", "--json"))
    assert {each["source"]: each["code"] for each in report["rejections"]} == {
        "mugs/0_b.jpg": "duplicate",
        "mugs/cut.jpg": "broken",
    }
    (tmp_path / "varied.yaml").write_text("seed: 1\nsteps: [{do: flip, chance: 1}]\n")
    assert "12 pictures of 6 products" in said(packshot, "augment", "mugs", tmp_path / "varied.yaml", "--as", "varied")
    out = tmp_path / "out"
    assert "12 pictures" in said(packshot, "export", "varied", out)
    manifest = Manifest.model_validate_json((out / "manifest.json").read_bytes())
    written = sorted(path for path in out.rglob("*.jpg"))
    assert len(written) == len(manifest.items) == 12
    assert {path.parent.relative_to(out).as_posix() for path in written} == {"train/mugs"}
    assert np.array_equal(cv2.imread(str(written[0])), cv2.imread(str(folder / "0_a.jpg")))


def test_what_cannot_be_is_said_in_a_sentence(packshot, tmp_path):
    for arguments, status, says in [
        (("import", tmp_path / "nowhere", "--name", "mugs", "--licence", "own"), 1, "There is no folder"),
        (("import", tmp_path, "--name", "No Name", "--licence", "own"), 2, "name"),
        (("show", "mugs"), 2, "There is no data set 'mugs'"),
        (("bucket", "https://x", "--name", "mugs", "--licence", "own"), 2, "s3://"),
    ]:
        done = packshot("collect", *arguments)
        assert (done.returncode, says in done.stderr) == (status, True), done.stderr
