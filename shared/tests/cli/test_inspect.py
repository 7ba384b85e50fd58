"""`packshot inspect watch`: each new picture is compared with a good sample."""

import json
import os
import signal
import subprocess
import time

import cv2
import numpy as np

RECIPE = "over: listing\nsteps:\n  - {operation: tiny.like, inputs: {golden: {photo: 1}}}\noutput: seen\n"
PLUGIN = '''
import numpy as np
from pydantic import BaseModel
from packshot.plugin import Frame, Operation, Run, hookimpl

class Nothing(BaseModel):
    pass

class Like(Operation[Nothing]):
    """Compare with a sample."""
    name, version, stage, Params, inputs = "tiny.like", "1.0.0", "quality-check", Nothing, {"golden": "A good part"}
    def run(self, frame: Frame, params: Nothing, run: Run) -> Frame:
        same = np.array_equal(frame.rgb, run.inputs["golden"].rgb)
        return frame.with_finding(self.name, {"verdict": "pass"} if same else {"verdict": "fail", "alert": "Another part."})

@hookimpl
def packshot_operations():
    return [Like]
'''


def line(packshot, tmp_path):
    (tmp_path / "plugins" / "like.py").write_text(PLUGIN)
    packshot.env["PACKSHOT_PLUGINS"] = "tiny,like"
    (tmp_path / "recipes" / "line.yaml").write_text(RECIPE)
    for name, level in (("golden", 90), ("good", 90), ("bad", 91)):
        assert cv2.imwrite(str(tmp_path / f"{name}.png"), np.full((8, 8, 3), level, np.uint8))
    return ["--golden", tmp_path / "golden.png", "--recipe", "line", "-o", tmp_path / "out"]


def test_pictures_named_on_standard_input_are_inspected_and_a_bad_one_is_told(packshot, tmp_path):
    options = line(packshot, tmp_path)
    named = "".join(f"{tmp_path / name}.png\n" for name in ("good", "bad", "missing"))
    done = subprocess.run(
        packshot.command("inspect", "watch", "-", *options),
        input=named,
        capture_output=True,
        text=True,
        env=packshot.env,
        timeout=280,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "good.seen.png" in done.stderr
    assert f"{tmp_path / 'bad.png'}: Another part." in done.stderr
    assert "missing.png" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads((tmp_path / "out" / "bad.seen.json").read_text())["alerts"] == {"tiny.like": "Another part."}


def test_new_pictures_of_a_folder_are_inspected_until_the_signal(packshot, tmp_path):
    options = line(packshot, tmp_path)
    camera = tmp_path / "camera"
    camera.mkdir()
    os.link(tmp_path / "good.png", camera / "before.png")
    running = packshot.start("inspect", "watch", camera, "--every", "0.1", *options)
    report, give_up = tmp_path / "out" / "new.seen.json", time.monotonic() + 150
    assert "Watching" in running.stderr.readline()
    os.link(tmp_path / "good.png", camera / "new.png")
    while not report.exists():
        assert time.monotonic() < give_up, "it was not inspected in time"
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, stderr = running.communicate(timeout=120)
    assert running.returncode == 0, stderr
    assert "Traceback" not in stderr
    assert not (tmp_path / "out" / "before.seen.json").exists()
