"""`packshot evaluate`: operations beside each other on a data set of this machine's store."""

import asyncio
import json
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from packshot.cli.main import main
from packshot.contracts.dataset import Item, Manifest, Split
from packshot.datasets.register import save_manifest
from packshot.plugin.local import forget_plugins
from packshot.store.filesystem import FilesystemStore

PLUGIN = '''
import numpy as np
from pydantic import BaseModel
from packshot.errors import BadPhoto
from packshot.plugin import Operation, hookimpl

class Params(BaseModel):
    strength: float = 0.0

class Brighter(Operation[Params]):
    """Add light."""
    name, version, stage, Params, takes = "tiny.brighter", "1.0.0", "edit", Params, "float"
    def run(self, frame, params, run):
        return frame.with_rgb((frame.rgb + params.strength).astype(np.float32))

class Box(Operation[Params]):
    """Cut a box out."""
    name, version, stage, Params = "tiny.box", "2.1.0", "preprocess", Params
    def run(self, frame, params, run):
        if frame.rgb[0, 0, 0] == 7:
            raise BadPhoto("I do not like this one.")
        alpha = np.zeros(frame.rgb.shape[:2], np.uint8)
        alpha[8:24, 8 : 24 - int(params.strength)] = 255
        return frame.with_planes(alpha=alpha)

@hookimpl
def packshot_operations():
    return [Brighter, Box]
'''


@pytest.fixture
def evaluate(tmp_path, monkeypatch):
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "tiny.py").write_text(PLUGIN)
    for name, value in {"HOME": tmp_path / "home", "PLUGINS_DIR": plugins, "PLUGINS": "tiny"}.items():
        monkeypatch.setenv(f"PACKSHOT_{name}", str(value))
    forget_plugins()

    def run(*arguments, status=0):
        result = CliRunner().invoke(main, ["evaluate", *map(str, arguments)])
        assert result.exit_code == status, result.output
        return result.stdout if "--json" in arguments else result.output

    yield run
    forget_plugins()


def png(picture):
    return cv2.imencode(".png", picture)[1].tobytes()


async def save(home, corner=0):
    store = FilesystemStore(home / "store")
    await store.open()
    mask = np.zeros((32, 32), np.uint8)
    mask[8:24, 8:24] = 255
    alpha = await store.put(png(mask), "image/png")
    items = []
    for number in range(6):
        rgb = np.random.default_rng(number).integers(60, 180, (32, 32, 3), np.uint8)
        rgb[0, 0] = corner if number == 2 else 0
        picture = await store.put(png(rgb), "image/png")
        split = Split.TEST if number < 4 else Split.TRAIN
        planes = {"alpha": alpha} if number < 4 else {}
        items.append(
            Item(picture=picture, width=32, height=32, product=str(number), split=split, source=f"{number}.png", planes=planes)
        )
    await save_manifest(store, Manifest(name="mugs", created=datetime.now(UTC), items=tuple(items)))


@pytest.fixture
def mugs(tmp_path):
    asyncio.run(save(tmp_path / "home"))


def test_restoration_is_measured_beside_another_operation(evaluate, mugs, tmp_path):
    out = tmp_path / "out"
    printed = evaluate(
        "tiny.brighter",
        "tiny.brighter@1",
        "--data",
        "mugs",
        "--degrade",
        "noise:25",
        "-p",
        "tiny.brighter@1:strength=0.2",
        "-o",
        out,
    )
    assert "tiny.brighter (1.0.0)" in printed
    report = json.loads((out / "report.json").read_text())
    plain, brighter = report["targets"]
    # White noise of σ 25 has 20·log10(255/25) dB.
    assert plain["figures"]["psnr"]["mean"] == pytest.approx(20.17, abs=0.3)
    assert plain["figures"]["psnr"]["low"] <= plain["figures"]["psnr"]["mean"] <= plain["figures"]["psnr"]["high"]
    assert plain["figures"]["psnr"]["pictures"] == 4
    assert brighter["against_the_first"]["psnr"]["high"] < -1
    assert "| tiny.brighter (1.0.0) | 4 |" in (out / "report.md").read_text()
    assert cv2.imread(str(out / "sheet.png")).shape[0] > 3 * 192


def test_cutouts_are_measured_against_masks(evaluate, mugs):
    report = json.loads(evaluate("tiny.box", "--data", "mugs", "-p", "tiny.box:strength=8", "--json"))
    figures = report["targets"][0]["figures"]
    assert figures["iou"]["mean"] == 0.5
    assert figures["mae"]["mean"] == pytest.approx(0.125)
    assert report["targets"][0]["version"] == "2.1.0"


def test_a_picture_that_cannot_be_measured_is_named_and_left_out(evaluate, tmp_path):
    asyncio.run(save(tmp_path / "home", corner=7))
    printed = evaluate("tiny.box", "--data", "mugs", status=1)
    assert "2.png: I do not like this one." in printed
    assert "\t3\t" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tiny.boxx", "--data", "mugs"), "Did you mean tiny.box"),
        (("tiny.box", "--data", "cups"), "no data set 'cups'"),
        (("tiny.box", "--data", "mugs", "--split", "train"), "--degrade noise:25"),
        (("tiny.box", "--data", "mugs", "--split", "validation"), "no pictures on the side validation"),
        (("tiny.box", "--data", "mugs", "-p", "strength=1"), "-p TARGET:NAME=VALUE"),
    ],
)
def test_what_cannot_be_measured_says_what_to_do(evaluate, mugs, arguments, message):
    assert message in evaluate(*arguments, status=2)
