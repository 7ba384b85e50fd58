"""`packshot.apply`."""

import numpy as np
import pytest

import packshot
from packshot.errors import BadParameters, BadPhoto, OperationFailed, UnknownName
from packshot.plugin import local
from packshot.plugin.discovery import find_plugins
from packshot.plugin.frame import Frame
from packshot.plugin.registry import Registry

from .conftest import FOLDER, picture


@pytest.fixture(autouse=True)
def _plugins(monkeypatch):
    registry = Registry(find_plugins(FOLDER), "pixels,troubles")
    monkeypatch.setattr(local, "registry_for", lambda _: registry)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_integers_come_back_as_they_went(dtype):
    rgb = picture(dtype=dtype)
    brighter = packshot.apply("test.brighten", rgb, by=0.25)
    top = np.iinfo(dtype).max
    assert brighter.dtype == dtype
    assert np.abs(brighter - np.minimum(rgb + 0.25 * top, top)).max() <= 1


def test_floats_are_not_clipped_in_or_out():
    rgb = np.array([[[-0.5, 0.5, 1.5]]], np.float32)
    assert packshot.apply("test.brighten", rgb, by=0.25) == pytest.approx(np.array([[[-0.25, 0.75, 1.75]]]))


def test_alpha_is_the_fourth_channel():
    cut = packshot.apply("test.cut", picture())
    assert cut.shape == (12, 16, 4)
    assert (cut[:, :8, 3] == 255).all()
    assert (cut[:, 8:, 3] == 0).all()
    with_alpha = packshot.apply("test.invert", cut)
    assert (with_alpha[..., 3] == cut[..., 3]).all()
    assert (packshot.apply("test.invert", picture(), alpha=cut[..., 3]) == with_alpha[..., :]).shape == (12, 16, 4)


def test_a_cutout_costs_a_deep_or_float_picture_nothing():
    deep = picture(dtype=np.uint16)
    assert (packshot.apply("test.cut", deep)[..., :3] == deep).all()
    assert packshot.apply("test.cut", deep)[0, 0, 3] == 65535
    floats = np.random.default_rng(0).random((4, 4, 3), np.float32) * 2 - 0.5
    assert (packshot.apply("test.cut", floats)[..., :3] == floats).all()
    assert packshot.apply("test.cut", floats)[0, 0, 3] == 1.0


def test_grey_pictures_and_generators_and_further_inputs():
    assert packshot.apply("test.invert", np.zeros((2, 3), np.uint8)).tolist() == np.full((2, 3, 3), 255).tolist()
    noise = packshot.apply("test.noise", seed=3)
    assert (noise.shape, noise.dtype) == ((6, 8, 3), np.uint8)
    assert (noise == packshot.apply("test.noise", seed=3)).all()
    one, two = np.zeros((2, 2, 3), np.float32), np.ones((2, 2, 3), np.float32)
    assert (packshot.apply("test.blend", one, two) == 0.5).all()
    assert (packshot.apply("test.mean", one, one, two, two) == 0.5).all()
    with pytest.raises(BadParameters, match="2 further inputs; it takes other"):
        packshot.apply("test.blend", one, two, two)


def test_apply_frame_gives_everything():
    frame = local.apply_frame("test.measure", Frame.of(np.full((2, 2, 3), 51, np.uint8)))
    assert frame.findings["test.measure"]["mean"] == pytest.approx(0.2)
    assert local.apply_frame("test.export", Frame.of(picture())).file.media_type == "image/x-test"


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: packshot.apply("test.brigten", picture()), UnknownName, "test.brighten"),
        (lambda: packshot.apply("test.brighten", picture(), buy=1), BadParameters, "Did you mean by"),
        (lambda: packshot.apply("test.brighten", picture(), by=7), BadParameters, "by: 7 is greater than the maximum of 1"),
        (lambda: packshot.apply("test.brighten"), BadParameters, "needs a picture"),
        (lambda: packshot.apply("test.brighten", picture(), picture()), BadParameters, "it takes none"),
        (lambda: packshot.apply("test.invert", np.zeros((2, 2, 2), np.uint8)), BadParameters, "2×2×2"),
        (lambda: packshot.apply("test.invert", np.zeros((2, 2, 3), np.int64)), BadParameters, "int64"),
        (lambda: packshot.apply("trouble.refuse", picture()), BadPhoto, "nobody"),
        (lambda: packshot.apply("trouble.raise", picture()), OperationFailed, "ValueError: seven is not even"),
        (lambda: packshot.apply("trouble.wrong", picture()), OperationFailed, "one Frame for each"),
    ],
)
def test_errors_say_what_to_do(call, error, says):
    with pytest.raises(error, match=says):
        call()
