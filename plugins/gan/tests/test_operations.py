"""What generators can do, with a tiny one."""

from __future__ import annotations

import numpy as np
import pytest
from tests.trained.using import in_each_runtime, loaded, offered

from packshot.errors import BadParameters
from packshot.plugin import Frame, Run
from packshot_gan.edit import Edit
from packshot_gan.generate import Generate
from packshot_gan.generating import laid_out
from packshot_gan.interpolate import Interpolate
from packshot_gan.latents import along, latents_of, varied
from packshot_gan.variations import Variations

from .catalogue import SIDE, drawn

pytestmark = [pytest.mark.torch, pytest.mark.timeout(600)]  # a generator is trained before the first

NOTHING = Frame({})


@pytest.fixture
def generate(made, monkeypatch):
    return loaded(Generate, "tiny", made[1], monkeypatch)


@pytest.fixture
def interpolate(made, monkeypatch):
    return loaded(Interpolate, "tiny", made[1], monkeypatch)


@pytest.fixture
def edit(inverted, monkeypatch):
    return loaded(Edit, "tiny", inverted[1], monkeypatch)


@pytest.fixture
def variations(inverted, monkeypatch):
    return loaded(Variations, "tiny", inverted[1], monkeypatch)


def ask(operation, frame=NOTHING, seed=0, **params):
    return operation.run(frame, operation.Params(**params), Run(seed=seed))


def photo(kind="round", seed=99):
    return Frame.of(drawn(kind, seed).astype(np.float32) / 255)


def test_operations_are_named_after_their_model(made, inverted, monkeypatch):
    assert offered(Generate, "tiny", made[1], monkeypatch).name == "gan.tiny"
    assert offered(Interpolate, "tiny", made[1], monkeypatch).name == "gan.tiny.interpolate"
    assert offered(Edit, "tiny", inverted[1], monkeypatch).name == "gan.tiny.edit"
    own = made[1].card("tiny").model_copy(update={"name": "generate"})
    assert [kind.for_card(own).name for kind in (Generate, Interpolate, Edit, Variations)] == [
        "gan.generate",
        "gan.interpolate",
        "gan.edit",
        "gan.variations",
    ]


def test_without_an_encoder_nothing_is_offered_that_needs_one(made, monkeypatch):
    monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(made[1].root))
    assert all(one.card.name != "tiny" for kind in (Edit, Variations) for one in kind.for_cards())


def test_a_generated_picture_says_so(made, inverted, monkeypatch):
    for kind, folder in ((Generate, made), (Interpolate, made), (Edit, inverted), (Variations, inverted)):
        assert offered(kind, "tiny", folder[1], monkeypatch).spec().touch == "generated"


def test_the_same_seed_makes_the_same_picture_and_another_seed_another(generate):
    assert np.array_equal(ask(generate, seed=5).rgb, ask(generate, seed=5).rgb)
    assert not np.array_equal(ask(generate, seed=5).rgb, ask(generate, seed=6).rgb)


def test_the_first_of_many_is_the_one_alone(generate):
    many = ask(generate, seed=5, category="bar", count=9)
    assert many.rgb.shape == (3 * SIDE, 3 * SIDE, 3)
    assert np.abs(many.rgb[:SIDE, :SIDE] - ask(generate, seed=5, category="bar").rgb).max() < 1e-5
    assert many.findings[generate.name]["categories"] == ["bar"] * 9


def test_truncation_makes_pictures_that_differ_less(generate):
    def spread(truncation):
        sheet = ask(generate, category="round", count=64, truncation=truncation).rgb
        tiles = sheet.reshape(8, SIDE, 8, SIDE, 3).transpose(0, 2, 1, 3, 4).reshape(64, -1)
        return float(tiles.std(axis=0).mean())

    assert spread(0) < 1e-6 < spread(0.4) < spread(1)


def test_classes_that_it_has_not_learnt_are_refused_with_those_that_it_has(generate):
    with pytest.raises(BadParameters, match="has not learnt 'rund'"):
        ask(generate, category="rund")


def test_interpolation_begins_and_ends_as_its_seeds(generate, interpolate):
    row = ask(interpolate, first=3, last=8, first_category="bar", last_category="round", steps=5).rgb
    assert row.shape == (SIDE, 5 * SIDE, 3)
    for place, seed, category in ((0, 3, "bar"), (4, 8, "round")):
        end = ask(generate, seed=seed, category=category).rgb
        assert np.abs(row[:, place * SIDE : (place + 1) * SIDE] - end).max() < 1e-5


def test_the_arc_keeps_its_length_and_its_ends():
    first, last = latents_of(0, 1, 64)[0], latents_of(1, 1, 64)[0]
    assert np.allclose(along(first, last, 0), first, atol=1e-6)
    assert np.allclose(along(first, last, 1), last, atol=1e-6)
    lengths = [float(np.linalg.norm(along(first, last, share))) for share in (0, 0.5, 1)]
    assert min(lengths[0], lengths[2]) - 1e-4 <= lengths[1] <= max(lengths[0], lengths[2]) + 1e-4
    assert np.array_equal(along(first, first, 0.5), first)
    assert np.allclose(along(first, np.zeros(64, np.float32), 0.5), first / 2)


def test_variations_differ_as_much_as_is_asked(variations):
    assert ask(variations, photo(), count=4, refine=0).rgb.shape == (2 * SIDE, 2 * SIDE, 3)
    latent = latents_of(0, 1, 64)[0]
    distances = [float(np.linalg.norm(varied(latent, 50, share, seed=1) - latent)) for share in (0, 0.2, 0.6, 1)]
    assert distances[0] == 0
    assert distances == sorted(distances)


def test_steps_of_optimisation_bring_it_nearer_to_the_photo(edit):
    near, refined = (ask(edit, photo(), refine=steps).findings[edit.name]["psnr"] for steps in (0, 40))
    assert refined > near


def test_it_guesses_what_a_photo_shows_and_can_be_told(edit):
    assert ask(edit, photo("round"), refine=0).findings[edit.name]["shows"] == "round"
    assert ask(edit, photo("bar"), refine=0).findings[edit.name]["shows"] == "bar"
    assert ask(edit, photo("bar"), refine=0, shows="round").findings[edit.name]["shows"] == "round"


@pytest.mark.parametrize("direction", ["brightness", "contrast", "width", "height", "pca1"])
def test_more_of_a_direction_and_less_of_it_lie_on_two_sides(edit, direction):
    less, none, more = (ask(edit, photo(), refine=0, direction=direction, amount=amount).rgb for amount in (-2, 0, 2))
    assert np.abs(more - less).mean() > np.abs(more - none).mean() > 0


def test_brighter_is_brighter(edit):
    level = [ask(edit, photo(), refine=0, direction="brightness", amount=amount).rgb.mean() for amount in (-2, 0, 2)]
    assert level == sorted(level)


def test_without_torch_it_says_what_to_install_or_to_leave_out(edit, monkeypatch):
    monkeypatch.setattr("packshot_gan.inverting.find_spec", lambda package: None)
    with pytest.raises(BadParameters, match=r"needs torch.*refine=0"):
        ask(edit, photo(), refine=10)
    assert ask(edit, photo(), refine=0).rgb.shape == (SIDE, SIDE, 3)


def test_both_runtimes_make_the_same(made, inverted, monkeypatch):
    for kind, folder in ((Generate, made), (Edit, inverted)):
        monkeypatch.setenv("PACKSHOT_MODELS_DIR", str(folder[1].root))
        (offer,) = (one for one in kind.for_cards() if one.card.name == "tiny")
        by_torch, by_onnx = (net(*offer().use.example_inputs()) for net in in_each_runtime(offer, monkeypatch))
        assert max(float(np.abs(one - other).max()) for one, other in zip(by_torch, by_onnx, strict=True)) < 1e-4


def test_the_generator_is_left_as_it_was_by_the_encoders_training(generate, edit):
    latents, labels = latents_of(0, 4, 8), np.eye(2, dtype=np.float32)[[0, 1, 0, 1]]
    assert np.abs(generate.pictures(latents, labels) - edit.pictures(latents, labels)).max() < 1e-3


def test_pictures_are_laid_out_row_by_row_with_white_where_there_are_none():
    sheet = laid_out(np.zeros((5, 4, 4, 3), np.float32))
    assert sheet.shape == (8, 12, 3)
    assert sheet[:4].max() == 0
    assert sheet[4:, 8:].min() == 1
