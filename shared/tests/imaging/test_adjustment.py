"""An adjustment is held to where the user says, and to nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from packshot.errors import BadParameters
from packshot.imaging.adjustment import Adjustment
from packshot.imaging.mask import Where, blended
from packshot.plugin import Frame, Pixels, Run

GREY = np.full((40, 80, 3), 0.25, np.float32)
LEFT = np.zeros((40, 80), np.float32)
LEFT[:, :40] = 1


class Brighter(Adjustment[Where]):
    """Twice as bright."""

    name, version, stage, Params = "test.brighter", "1.0.0", "edit", Where
    takes = Pixels.FLOAT

    def adjusted(self, frame, params, run):
        return frame.with_rgb(frame.rgb * 2).with_finding(self.name, {"done": True})


def brighter(params=None, *, mask=None, frame=None):
    return Brighter().run(frame or Frame.of(GREY), params or Where(), Run(inputs={} if mask is None else {"mask": mask}))


def test_without_a_word_it_works_everywhere():
    assert np.all(brighter().rgb == 0.5)


@pytest.mark.parametrize(
    "said", [{"mask": Frame.of(np.repeat(LEFT[..., None], 3, axis=2))}, {"params": Where(box=(0, 0, 0.5, 1))}]
)
def test_it_works_where_it_is_told_and_says_what_it_found(said):
    made = brighter(**said)
    assert np.array_equal(made.rgb, GREY * (1 + LEFT[..., None]))
    assert made.findings["test.brighter"] == {"done": True}


def test_a_soft_mask_mixes():
    soft = Frame.of(np.full((40, 80, 3), 0.5, np.float32))
    assert np.allclose(brighter(mask=soft).rgb, 0.375)


def test_an_empty_mask_changes_nothing_and_says_so():
    made = brighter(mask=Frame.of(np.zeros((40, 80, 3), np.float32)))
    assert np.array_equal(made.rgb, GREY)
    assert "empty" in made.findings["test.brighter"]["why"]


def test_where_an_earlier_step_worked_says_nothing():
    assert np.all(brighter(frame=Frame.of(GREY).with_planes(mask=LEFT)).rgb == 0.5)


def test_a_mask_of_other_proportions_is_refused():
    with pytest.raises(BadParameters, match="same proportions"):
        brighter(mask=Frame.of(np.ones((40, 40, 3), np.float32)))
    with pytest.raises(ValidationError):
        Where(box=(0.5, 0, 0.2, 1))


def test_blending_is_exact_at_its_ends():
    rng = np.random.default_rng(0)
    before, after = (rng.normal(0.5, 3, (30, 50, 3)).astype(np.float32) for _ in range(2))
    weight = rng.choice(np.array([0, 0.25, 1], np.float32), (30, 50))
    mixed = blended(before, after, weight)
    assert np.array_equal(mixed[weight == 0], before[weight == 0])
    assert np.array_equal(mixed[weight == 1], after[weight == 1])
    assert np.allclose(mixed[weight == 0.25], 0.75 * before[weight == 0.25] + 0.25 * after[weight == 0.25], atol=1e-5)
