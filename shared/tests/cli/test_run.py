"""`packshot run`: an image and a report for each output, bad files named, everything once."""

import json
import re
import signal
import time
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

from .conftest import packshot_in
from .test_up import free_port, running


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    """`packshot` in a home where `packshot up` is at work, so that not every command has to start everything."""
    packshot = packshot_in(tmp_path_factory.mktemp("up"))
    with running(packshot, free_port()):
        yield packshot


def test_photos_in_images_and_reports_out_and_the_second_time_from_the_cache(packshot, photos, tmp_path):
    out = tmp_path / "out"
    first = packshot("run", photos, "--recipe", "tiny", "-o", out)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("3 outputs, ")
    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"{stem}.inverted.{suffix}" for stem in "abc" for suffix in ("json", "png")
    )
    assert np.array_equal(cv2.imread(str(out / "a.inverted.png")), 255 - cv2.imread(str(photos / "a.png")))
    report = json.loads((out / "c.inverted.json").read_text())
    assert report["source"] == str(photos / "deep" / "c.png")
    assert report["file"] == "c.inverted.png"
    assert report["cached"] is False
    assert report["findings"] == {"tiny.count": {"pixels": 24 * 32, "verdict": "pass"}}
    assert report["verdicts"] == {"tiny.count": "pass"}
    assert [(step["operation"], step["version"]) for step in report["lineage"]] == [
        ("tiny.invert", "1.2.3"),
        ("tiny.count", "1.0.0"),
    ]
    again = packshot("run", photos, "--recipe", "tiny", "-o", out)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("3 outputs, 3 from the cache, ")
    assert json.loads((out / "c.inverted.json").read_text())["cached"] is True


def test_bad_files_are_named_and_do_not_stop_the_others(up, photos, tmp_path):
    (photos / "words.jpg").write_text("not a picture")
    (photos / "nothing.jpg").write_bytes(b"")
    done = up("run", photos, photos / "missing.jpg", "--recipe", "tiny", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert f"{photos / 'words.jpg'}: The file is text" in done.stderr
    assert f"{photos / 'nothing.jpg'}: The file is empty" in done.stderr
    assert f"{photos / 'missing.jpg'}: No such file or directory." in done.stderr
    assert re.match(r"3 outputs, (\d from the cache, )?3 failed, ", done.stdout), done.stdout


def test_step_that_fails_is_named_with_its_output(up, photos, tmp_path):
    done = up("run", photos / "a.png", "--recipe", "stubborn", "-r", "tiny", "-o", tmp_path / "out", "--json")
    assert done.returncode == 1
    made = json.loads(done.stdout)
    assert [output["output"] for output in made["outputs"]] == ["inverted"]
    (failed,) = made["failed"]
    assert (failed["recipe"], failed["output"]) == ("stubborn", "never")
    assert "I will not" in failed["message"]


def test_recipes_that_make_outputs_of_one_name_do_not_overwrite_each_other(up, photos, tmp_path):
    done = up("run", photos / "a.png", "-r", "tiny", "-r", "pair", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == [
        "a.grey.png",
        "a.pair.inverted.png",
        "a.tiny.inverted.png",
    ]


def test_recipe_file(up, photos, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("steps:\n  - {operation: tiny.invert, params: {strength: 0}}\noutput: same\n")
    done = up("run", photos / "a.png", "-r", mine, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert np.array_equal(cv2.imread(str(tmp_path / "out" / "a.same.png")), cv2.imread(str(photos / "a.png")))
    assert json.loads((tmp_path / "out" / "a.same.json").read_text())["recipe"] == "mine"


def test_many_photos_with_few_in_flight(up, tmp_path):
    for number in range(25):
        assert cv2.imwrite(str(tmp_path / f"{number:02}.png"), np.full((4, 4, 3), number, np.uint8))
    done = up("run", *tmp_path.glob("*.png"), "-r", "tiny", "-o", tmp_path / "out", "--jobs-in-flight", 2)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("25 outputs, ")


def test_wrong_usage_ends_before_any_work(packshot, photos, tmp_path):
    loop = tmp_path / "loop.yaml"
    loop.write_text("steps:\n  - recipe: loop\noutput: x\n")
    for recipe, sentence in (
        ("tinny", "There is no recipe 'tinny'. Did you mean tiny?"),
        ("none.yaml", "There is no recipe file none.yaml."),
        (loop, "A recipe includes itself"),
    ):
        done = packshot("run", photos, "-r", recipe, "-o", tmp_path / "out")
        assert done.returncode == 2, done.stderr
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
    assert packshot("run", photos, "-o", tmp_path / "out").returncode == 2


def test_after_interrupt_the_same_command_goes_on(packshot, photos, tmp_path):
    command = ("run", photos / "a.png", "-r", "slow", "-o", tmp_path / "out")
    running = packshot.start(*command)
    wait_for(lambda: accepted(packshot.home / "gateway.sock"))
    running.send_signal(signal.SIGINT)
    _, stderr = running.communicate(timeout=120)
    assert running.returncode == 130, stderr
    assert "goes on where it was" in stderr
    assert "Traceback" not in stderr
    again = packshot(*command)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "out" / "a.slow.png").is_file()
    # What the interrupted run had handed in is not lost: whenever packshot runs, it goes on.
    wait_for(lambda: [job["state"] for job in json.loads(packshot("jobs", "--json").stdout)] == ["finished", "finished"])


def accepted(socket: Path) -> bool:
    """Whether a job has been handed in."""
    try:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket))) as client:
            answer = client.get("http://packshot/v1/jobs")
            # While the database is brought to its schema the answer is a problem, which is not empty either.
            return answer.is_success and bool(answer.json())
    except httpx.HTTPError:
        return False


def wait_for(condition, seconds: float = 150) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.1)
