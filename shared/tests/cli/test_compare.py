"""`packshot plugin compare`: figures that are right, and a page that needs no other file."""

import json
import re

import cv2
import numpy as np
import pytest

from packshot.cli.comparing.figures import likeness_of, report_of
from packshot.cli.comparing.pairs import Made, Pair, numbers_in
from packshot.cli.comparing.recipes import with_version
from packshot.contracts.recipe import Recipe
from packshot.errors import BadRecipe

from .second_version import SECOND

ONE, OTHER = "tiny.invert@1", "tiny.invert@2"


@pytest.fixture
def both(packshot):
    """packshot with both majors of tiny.invert."""
    (packshot.home.parent / "plugins" / "second.py").write_text(SECOND)
    packshot.env["PACKSHOT_PLUGINS"] = "tiny,second"
    return packshot


def test_two_versions_are_compared_on_photos(both, photos, tmp_path):
    assert cv2.imwrite(str(photos / "small.png"), np.full((2, 40, 3), 90, np.uint8))
    out = tmp_path / "compared"
    done = both("plugin", "compare", ONE, OTHER, photos, "-o", out, "--measure", "tiny.count")
    assert done.returncode == 1, done.stderr
    assert "tiny.invert@2: small.png: The picture is too small for this version." in done.stderr
    report = json.loads((out / "report.json").read_text())
    assert (report["one"]["made"], report["other"]["made"], report["compared"], report["equal"]) == (4, 3, 3, 0)
    assert report["one"]["measures"]["tiny.count.pixels"] == 24 * 32
    assert report["speed_ratio"] > 0
    # Noise of 0..255 inverted by 0.9 differs by a tenth of (1 - 2x): √(0.01 / 3) rms, so 24.8 dB.
    assert report["psnr"] == pytest.approx(24.8, abs=0.2)
    page = (out / "index.html").read_text()
    assert page.count("data-pictures=") == 3
    assert not re.findall(r'(?:src|href)="(?!data:)', page), "the page refers to nothing outside"
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_within_a_recipe_every_step_of_the_operation_is_replaced(both, photos, tmp_path):
    done = both("plugin", "compare", ONE, OTHER, photos / "a.png", "-o", tmp_path / "c", "--recipe", "pair", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["compared"], report["equal"]) == (2, 1), "the branch that sets its strength comes out alike"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((ONE, ONE), "differs in nothing"),
        (("tiny.invert", OTHER), "Say which version"),
        ((ONE, "tiny.invert@9"), "no version 9"),
        ((ONE, OTHER, "--traffic", "-p", "strength=1"), "takes no photos"),
        ((ONE, OTHER, "--recipe", "slow"), "no step of tiny.invert"),
    ],
)
def test_wrong_usage_is_said(both, photos, tmp_path, arguments, says):
    done = both("plugin", "compare", *arguments, *([] if "--traffic" in arguments else [photos]), "-o", tmp_path / "c")
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr


def encoded(rgb) -> bytes:
    return cv2.imencode(".png", rgb[..., ::-1])[1].tobytes()


def test_likeness_is_that_of_the_definitions():
    grey = np.full((32, 32, 3), 100, np.uint8)
    same = likeness_of(Pair("a", "o", Made(encoded(grey)), Made(encoded(grey))))
    assert (same.psnr, same.ssim, same.largest) == (None, 1.0, 0.0)
    lighter = likeness_of(Pair("a", "o", Made(encoded(grey)), Made(encoded(grey + 51))))
    assert (lighter.psnr, lighter.largest) == (pytest.approx(13.98, abs=0.01), 0.2), "20 lg (1 ÷ 0.2)"
    assert likeness_of(Pair("a", "o", Made(encoded(grey)), Made(encoded(grey[:16])))) is None
    assert likeness_of(Pair("a", "o", Made(encoded(grey)), Made(failure="no"))) is None


def test_transparency_counts():
    opaque = np.dstack((np.full((32, 32, 3), 255, np.uint8), np.full((32, 32), 255, np.uint8)))
    hole = opaque.copy()
    hole[:16, :, 3] = 0
    pair = Pair("a", "o", Made(cv2.imencode(".png", opaque)[1].tobytes()), Made(cv2.imencode(".png", hole)[1].tobytes()))
    assert likeness_of(pair).largest == pytest.approx(0.5, abs=0.01)


def test_speed_is_the_median_of_each_photo_s_ratio():
    pairs = [
        Pair("a", "o", Made(b"", one, {"m": {"x": one}}), Made(b"", other), megapixels=2.0)
        for one, other in ((1.0, 2.0), (2.0, 2.0), (4.0, 2.0))
    ]
    report = report_of((ONE, OTHER), pairs, [None] * 3)
    assert (report.speed_ratio, report.one.median_s, report.one.median_s_per_megapixel) == (1.0, 2.0, 1.0)
    assert report.one.measures == {"m.x": 2.0}


def test_figures_are_found_by_path_and_lists_are_left_out():
    found = {"a": {"b": 1, "ok": True, "checks": [{"x": 3}], "word": "w"}, "c": 0.5}
    assert dict(numbers_in(found)) == {"a.b": 1.0, "a.ok": 1.0, "c": 0.5}


def test_includes_are_put_in_where_they_hold_the_operation():
    inner = Recipe.model_validate(
        {"name": "inner", "steps": [{"operation": "tiny.invert", "params": {"strength": 0.5}}], "output": "x"}
    )
    outer = Recipe.model_validate({"name": "outer", "steps": [{"recipe": "inner"}, {"operation": "tiny.count"}], "output": "y"})
    made = with_version((outer, {"inner": inner}), (ONE, OTHER), OTHER, {"smallest": 1}, ())
    assert [step.operation for step in made.steps] == [OTHER, "tiny.count"]
    assert made.steps[0].params == {"strength": 0.5, "smallest": 1}
    with pytest.raises(BadRecipe):
        with_version((inner.model_copy(update={"steps": ()}), {}), (ONE, OTHER), ONE, {}, ())
