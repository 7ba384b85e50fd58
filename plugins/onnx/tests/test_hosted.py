"""A model in a plugin host and on the command line, as its user meets it."""

from __future__ import annotations

import asyncio

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from packshot.cli.main import main
from packshot.errors import ModelMissing
from packshot.imaging.codec import pack, unpack
from packshot.plugin import Frame
from packshot.plugin.host import PluginHost
from packshot.plugin.order import Blob, Kind, Order, OrderedStep
from packshot.settings import Settings

from . import nets

PHOTO = Frame.of(np.pad(np.full((60, 60, 3), 40, np.uint8), ((20, 20), (20, 20), (0, 0)), constant_values=255))


@pytest.fixture
async def host(tmp_path, monkeypatch):
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(tmp_path))
    nets.shelve(tmp_path, "onnx.cutout", nets.unlike_white(), size=[64, 64])
    running = PluginHost(Settings(plugins="onnx", host_processes=1, device="cpu"))
    await running.start()
    yield running
    await running.stop()


async def cut(host):
    step = OrderedStep("onnx.cutout.tiny@1", {"refine": True, "threshold": 0.0})
    outcome = await host.run(Order((step,), Blob(pack(PHOTO), Kind.FRAME)))
    return unpack(outcome.frame.content)


async def test_a_child_offers_and_runs_it(host):
    (spec,) = host.specs
    assert len(spec.models) == 2
    made = await cut(host)
    assert made.alpha[50, 50] == 255
    assert made.alpha[5, 5] == 0


async def test_a_file_that_comes_later_is_taken_up_without_a_restart(host, tmp_path):
    for path in (tmp_path / "files").iterdir():
        path.unlink()
    with pytest.raises(ModelMissing, match="packshot models add"):
        await cut(host)
    nets.shelve(tmp_path, "onnx.cutout", nets.unlike_white(), size=[64, 64])
    assert (await cut(host)).alpha[50, 50] == 255


def test_apply(tmp_path, monkeypatch):
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(tmp_path / "models"))
    nets.shelve(tmp_path / "models", "onnx.upscale", nets.doubling(), name="applied", scale=2)
    cv2.imwrite(str(tmp_path / "photo.png"), PHOTO.rgb)
    command = ["apply", "onnx.upscale.applied", str(tmp_path / "photo.png"), "-o", str(tmp_path / "large.png")]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert cv2.imread(str(tmp_path / "large.png")).shape == (200, 200, 3)


async def test_a_card_that_comes_later_becomes_an_operation_without_a_restart(host, tmp_path):
    nets.shelve(tmp_path, "onnx.cutout", nets.unlike_white(), name="later", size=[64, 64])
    for _ in range(1000):
        if any(spec.name == "onnx.cutout.later" for spec in host.specs):
            break
        await asyncio.sleep(0.1)
    assert [spec.name for spec in host.specs] == ["onnx.cutout.later", "onnx.cutout.tiny"]
    assert (await cut(host)).alpha[50, 50] == 255
