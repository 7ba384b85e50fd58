"""A model is held against its card before it runs, and what does not fit is said in words."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import yaml
from skimage import data

from packshot.errors import BadSettings, ModelDamaged, ModelMissing, OperationFailed
from packshot.plugin import Frame
from packshot.plugin.devices import CPU
from packshot.plugin.instances import Instance
from packshot.plugin.models.adding import add_card, describe
from packshot.plugin.models.folder import ModelFolder
from packshot.plugin.registry import Offered
from packshot_onnx.plugin import packshot_operations

from . import nets
from .conftest import run

PHOTO = Frame.of(data.astronaut()[:60, :80])


def test_the_weights_and_the_card_are_in_what_an_operation_declares(shelf):
    content = nets.affine()
    spec = shelf.offer("onnx.restore", content, "one").spec
    other = shelf.offer("onnx.restore", content, "two", range=[0, 255]).spec
    assert spec.name == "onnx.restore.one"
    assert spec.models[0].digest == other.models[0].digest
    assert {use.digest for use in spec.models} != {use.digest for use in other.models}


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("channels", ["RGB", "BGR"])
@pytest.mark.parametrize("extent", [(0, 1), (0, 255), (-1, 1)])
def test_a_model_that_does_nothing_gives_the_photo_back_whatever_it_is_fed_with(shelf, layout, channels, extent):
    shape = (1, 3, "h", "w") if layout == "NCHW" else (1, "h", "w", 3)
    offered = shelf.offer(
        "onnx.restore", nets.affine(shape=shape), layout=layout, channels=channels, range=extent, output_range=extent
    )
    assert np.array_equal(run(offered, PHOTO).rgb, PHOTO.rgb)


def test_normalisation_is_by_channel_in_the_order_of_the_channels(shelf):
    offered = shelf.offer("onnx.restore", nets.affine(), mean=[0.5, 0, 0], std=[0.5, 1, 1])
    expected = np.clip((PHOTO.rgb / 255 - [0.5, 0, 0]) / [0.5, 1, 1], 0, 1)
    assert np.abs(run(offered, PHOTO).rgb / 255 - expected).max() < 0.003


def test_half_precision(shelf):
    offered = shelf.offer("onnx.restore", nets.affine(kind=nets.HALF))
    assert np.abs(run(offered, PHOTO).rgb.astype(int) - PHOTO.rgb).max() <= 1


def test_bytes_do_not_wrap(shelf):
    use = {"range": [0, 255], "output_range": [0, 255]}
    assert np.array_equal(run(shelf.offer("onnx.restore", nets.of_bytes(), **use), PHOTO).rgb, PHOTO.rgb)
    dark = run(shelf.offer("onnx.restore", nets.of_bytes(), "dark", **use, mean=[100, 100, 100]), PHOTO).rgb
    assert np.array_equal(dark, np.maximum(PHOTO.rgb.astype(int) - 100, 0))


def test_one_channel_makes_a_grey_picture(shelf):
    made = run(shelf.offer("onnx.restore", nets.affine(shape=(1, 1, "h", "w"))), PHOTO).rgb
    assert np.ptp(made, axis=2).max() == 0


def test_strength_mixes_and_nothing_is_nothing(shelf):
    offered = shelf.offer("onnx.restore", nets.affine(0.0, 1.0))
    assert run(offered, PHOTO, strength=0).rgb is PHOTO.rgb
    assert np.abs(run(offered, PHOTO, strength=0.5).rgb - (PHOTO.rgb / 2 + 127.5)).max() <= 1


def loaded(offered):
    return Instance(offered, (CPU,))


@pytest.mark.parametrize(
    ("family", "content", "use", "said"),
    [
        ("onnx.restore", nets.affine(shape=(1, 4, "h", "w")), {}, r"takes in \(4 channels\), and onnx.restore needs one of 1/3"),
        ("onnx.restore", nets.affine(shape=(1, 3, "h", "w")), {"layout": "NHWC"}, "layout wrong"),
        ("onnx.restore", nets.affine(), {"output": "mask"}, "has no output 'mask'; it has out"),
        ("onnx.restore", nets.near_filling(), {}, "needs one of 1/3 channels"),
        ("onnx.restore", nets.affine(shape=(1, 3)), {}, "of 2 axes"),
        ("onnx.inpaint", nets.affine(), {}, "one of 3 channels and one of 1 channels"),
        ("onnx.cutout", nets.unlike_white((64, 64)), {"size": [320, 320]}, "64×64, its card says"),
        ("onnx.restore", b"no model at all", {}, "cannot load the model tiny"),
    ],
)
def test_a_model_that_does_not_fit_its_card_is_refused_when_it_is_loaded(shelf, family, content, use, said):
    with pytest.raises(BadSettings, match=said):
        loaded(shelf.offer(family, content, **use))


@pytest.mark.parametrize(
    ("family", "content", "use"),
    [
        ("onnx.upscale", nets.affine(), {"scale": 2}),
        ("onnx.restore", nets.doubling(), {}),
        ("onnx.restore", nets.affine(np.inf), {}),
    ],
)
def test_an_answer_of_the_wrong_size_or_of_no_number_is_no_picture(shelf, family, content, use):
    with pytest.raises(OperationFailed, match="tiny"):
        run(shelf.offer(family, content, **use), PHOTO)


def test_a_card_that_does_not_suit_spoils_its_own_operation_only(shelf):
    nets.shelve(shelf.folder, "onnx.upscale", nets.doubling(), "unsaid")
    offered = shelf.offer("onnx.restore", nets.affine(), "good")
    assert offered.spec.name == "onnx.restore.good"
    (bad,) = (operation for operation in packshot_operations() if operation.name == "onnx.upscale.unsaid")
    with pytest.raises(BadSettings, match=r"card of unsaid .*use\.scale: Field required"):
        bad.spec()


def test_a_missing_and_a_damaged_file_say_what_to_run(shelf):
    offered = shelf.offer("onnx.restore", nets.affine())
    path = nets.shelve(shelf.folder, "onnx.restore", nets.affine())
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelDamaged, match="packshot models add"):
        loaded(offered)
    path.unlink()
    with pytest.raises(ModelMissing, match=r"lacks net\.onnx\. Run: packshot models add"):
        loaded(offered)


def test_weights_in_a_file_of_their_own(shelf, tmp_path):
    """As models above 2 GB must have them."""
    own = tmp_path / "own"
    own.mkdir()
    parts = onnx.load_from_string(nets.blurring())
    onnx.save(parts, own / "net.onnx", save_as_external_data=True, location="net.onnx_data", size_threshold=0)
    files = [file.model_dump(mode="json") for file in describe(own)]
    card = {"name": "parts", "family": "onnx.restore", "licence": "MIT", "files": files}
    (tmp_path / "card.yaml").write_text(yaml.safe_dump(card))
    add_card(tmp_path / "card.yaml", [own], ModelFolder(shelf.folder))
    (operation,) = packshot_operations()
    assert [use.name for use in operation.spec().models] == ["parts/net.onnx", "parts/net.onnx_data", "parts (card)"]
    made = run(Offered(operation, operation.spec()), PHOTO)
    assert np.array_equal(made.rgb, run(shelf.offer("onnx.restore", nets.blurring()), PHOTO).rgb)


def test_cuda_is_not_replaced_in_silence(shelf):
    """The host falls back to the CPU and says so; a session that did by itself would hide it."""
    offered = shelf.offer("onnx.restore", nets.affine())
    with pytest.raises(BadSettings, match=r"no CUDA.*packshot-onnx\[cuda\]"):
        offered.operation().load("cuda:0")
    assert Instance(offered, (CPU, "cuda:0")).device == CPU


def test_as_many_threads_as_the_host_says(shelf, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    operation = shelf.offer("onnx.restore", nets.affine()).operation()
    operation.load(CPU)
    assert operation._net._session._runtime.get_session_options().intra_op_num_threads == 3
