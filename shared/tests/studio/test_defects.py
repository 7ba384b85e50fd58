from __future__ import annotations

import numpy as np
import pytest

from packshot.errors import UnknownName
from packshot.studio import StudioSettings
from packshot.studio.defects import KINDS, render_defect

CALM = StudioSettings(white=0.0, clutter=0.0)
SHOWN = {"scratch": "can", "stain": "box", "dent": "can", "missing-part": "mug", "wrong-label": "box"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_defect_is_where_the_mask_says(kind):
    made = render_defect(21, 192, kind, SHOWN[kind], CALM)
    change = np.abs(made.sound.clean.astype(int) - made.defective.clean).max(axis=2)
    inside, outside = made.mask > 0.5, made.mask < 0.02
    assert made.kind == kind
    assert inside.any()
    assert inside.mean() < 0.5
    assert change[inside].mean() > 5 * max(change[outside].mean(), 0.2)
    assert (np.maximum(made.sound.alpha, made.defective.alpha)[inside] > 0.3).all(), "on the product"


@pytest.mark.parametrize("kind", ["scratch", "stain"])
def test_paint_changes_nothing_else(kind):
    made = render_defect(22, 160, kind, "bottle", CALM)
    assert (made.sound.clean[made.mask == 0] == made.defective.clean[made.mask == 0]).mean() > 0.99
    assert (made.sound.alpha == made.defective.alpha).all()
    assert (made.sound.rgb != made.defective.rgb).any(), "the noise is another"


def test_an_unknown_defect_is_told_what_is_near():
    with pytest.raises(UnknownName, match="scratch"):
        render_defect(1, 64, "scrach")  # type: ignore[arg-type]
