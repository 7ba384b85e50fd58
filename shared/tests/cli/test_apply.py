"""`packshot apply`: one operation on pictures and arrays, exact where arrays are measured."""

import json

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from packshot.cli.main import main


def test_picture_in_picture_out(packshot, photos, tmp_path):
    done = packshot("apply", "tiny.invert", photos / "a.png", "-o", tmp_path / "out.png")
    assert done.returncode == 0, done.stderr
    assert np.array_equal(cv2.imread(str(tmp_path / "out.png")), 255 - cv2.imread(str(photos / "a.png")))


def test_array_goes_through_unclipped(packshot, tmp_path):
    array = np.linspace(-0.5, 1.5, 4 * 5 * 3, dtype=np.float32).reshape(4, 5, 3)
    np.save(tmp_path / "in.npy", array)
    done = packshot("apply", "tiny.invert", tmp_path / "in.npy", "-o", tmp_path / "out.npy", "-p", "strength=0")
    assert done.returncode == 0, done.stderr
    out = np.load(tmp_path / "out.npy")
    assert out.dtype == np.float32
    assert np.array_equal(out, array)


def test_picture_to_array_is_not_quantised(packshot, photos, tmp_path):
    done = packshot("apply", "tiny.invert", photos / "a.png", "-o", tmp_path / "out.npy", "-p", "strength=0.3")
    assert done.returncode == 0, done.stderr
    rgb = cv2.imread(str(photos / "a.png"))[..., ::-1] / 255
    assert np.allclose(np.load(tmp_path / "out.npy"), rgb + 0.3 * (1 - 2 * rgb), atol=1e-6)


def test_several_inputs_go_into_a_folder(packshot, photos, tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((2, 2, 3), np.float32))
    done = packshot("apply", "tiny.invert", photos, tmp_path / "x.npy", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.png", "b.png", "c.png", "x.npy"]


def test_generator_takes_none_and_its_seed_and_nested_parameters(packshot, tmp_path):
    make = ("apply", "tiny.plain", "-p", "size=4", "-p", "ground.red=200", "-p", "ground.green=100")
    for name, seed in (("one.png", 1), ("same.png", 1), ("other.png", 2)):
        done = packshot(*make, "-o", tmp_path / name, "--seed", seed)
        assert done.returncode == 0, done.stderr
    one, same, other = (cv2.imread(str(tmp_path / name)) for name in ("one.png", "same.png", "other.png"))
    assert one[3, 3].tolist() == [0, 100, 200]
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_findings_are_printed(packshot, photos, tmp_path):
    done = packshot("apply", "tiny.count", photos / "a.png", "-o", tmp_path / "out.png")
    assert json.loads(done.stdout) == {"tiny.count": {"pixels": 24 * 32, "verdict": "pass"}}


def test_bad_file_is_named_and_the_others_are_done(packshot, photos, tmp_path):
    (photos / "bad.jpg").write_text("not a picture")
    done = packshot("apply", "tiny.invert", photos, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "bad.jpg: The file is text" in done.stderr
    assert len(list((tmp_path / "out").iterdir())) == 3


@pytest.fixture
def here(packshot, monkeypatch):
    """`packshot` in this process: for what ends before any work."""
    for name, value in packshot.env.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_wrong_usage_is_a_sentence_that_says_what_is_near(here, photos, tmp_path):
    picture, out = photos / "a.png", tmp_path / "o.png"
    cases = [
        (("tiny.invret", picture, "-o", out), "Did you mean tiny.invert"),
        (("tiny.invert", picture, "-o", out, "-p", "strenght=1"), "Did you mean strength?"),
        (("tiny.invert", picture, "-o", out, "-p", "strength=2"), "2 is greater than the maximum of 1"),
        (("tiny.invert", picture, "-o", out, "-p", "strength"), "name=value"),
        (("tiny.invert", "-o", out), "needs a picture"),
        (("tiny.plain", picture, "-o", out), "takes none"),
        (("tiny.invert", picture, "-o", tmp_path / "o.xyz"), ".xyz is not a format"),
    ]
    for arguments, sentence in cases:
        done = here("apply", *arguments)
        assert done.exit_code == 2, arguments
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr


def test_operation_that_fails_is_blamed_on_the_picture_it_failed_on(packshot, photos, tmp_path):
    done = packshot("apply", "tiny.stubborn", photos / "a.png", "-o", tmp_path / "o.png")
    assert done.returncode == 1
    assert "a.png: tiny.stubborn failed on this picture (RuntimeError: I will not)" in done.stderr
