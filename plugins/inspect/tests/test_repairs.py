"""What fails and can be mended is mended by the steps that the check asks for; what cannot, asks for nothing."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

WRONG = [
    ("amazon-main", {"fill": 0.5}, {}),
    ("amazon-main", {"ground": (246, 246, 246)}, {}),
    ("amazon-main", {"ground": (236, 232, 228), "fill": 0.6}, {}),
    ("amazon-main", {"size": (400, 400)}, {}),
    ("amazon-main", {"size": (3300, 600)}, {}),
    ("amazon-main", {"size": (800, 800)}, {"format": "webp"}),
    ("walmart", {"size": (1600, 1200)}, {}),
    ("walmart", {"size": (1200, 1200)}, {}),
    ("taobao-main", {"size": (1000, 1500)}, {"quality": 100}),
    ("jd-main", {"size": (800, 800), "fill": 0.4}, {"format": "avif"}),
    ("zalando", {"size": (1200, 1200)}, {"format": "png"}),
]


@pytest.mark.parametrize(("market", "picture", "export"), WRONG)
def test_repairs_mend(pictures, market, picture, export):
    frame = apply_frame("layout.export", Frame.of(pictures.product(**picture)), measure=False, **export)
    finding, repairs = pictures.judged(frame.file, market)
    assert finding["verdict"] == "fail"
    assert repairs[-1].operation == "layout.export"
    mended = pictures.repaired(frame, repairs)
    after, again = pictures.judged(mended.file, market)
    assert [check for check in after["checks"] if check["status"] == "fail"] == []
    assert again == []


def test_too_many_bytes_are_squeezed_out(pictures):
    noisy = np.clip(pictures.product((800, 800)).astype(int) + np.random.default_rng(0).normal(0, 20, (800, 800, 3)), 0, 255)
    frame = apply_frame("layout.export", Frame.of(noisy.astype(np.uint8)), quality=100)
    finding, repairs = pictures.judged(frame.file, "taobao-main")
    assert next(check for check in finding["checks"] if check["rule"] == "bytes")["status"] == "fail"
    mended = pictures.repaired(frame, [repairs[-1]])
    assert len(mended.file.content) <= 300_000


def test_a_wider_frame_is_cropped_closer_and_not_resampled(pictures):
    _, repairs = pictures.judged(pictures.filed(pictures.product(fill=0.5)))
    fill = repairs[0]
    assert fill.operation == "layout.fill"
    assert fill.params["max_upscale"] == 1
    mended = pictures.repaired(Frame.of(pictures.product(fill=0.5)), [fill])
    assert mended.width == pytest.approx(1600 * 0.5 / 0.87, abs=2)


def test_the_mark_of_a_generated_picture_survives_a_repair(pictures):
    frame = apply_frame("layout.export", Frame.of(pictures.product(fill=0.5)), digital_source_type="trainedAlgorithmicMedia")
    _, repairs = pictures.judged(frame.file)
    assert b"trainedAlgorithmicMedia" in pictures.repaired(frame, repairs).file.content


def test_a_cut_off_product_cannot_be_mended(pictures):
    finding, repairs = pictures.judged(pictures.filed(pictures.product(centre=(0.05, 0.5))))
    assert finding["verdict"] == "fail"
    assert repairs == []


def test_nothing_is_asked_for_where_repair_is_off(pictures):
    assert pictures.judged(pictures.filed(pictures.product(fill=0.5)), repair=False)[1] == []


def test_a_cutout_that_was_never_put_on_white_is_put_there(pictures):
    rgb = pictures.product((900, 900))
    alpha = np.where(np.all(rgb == 255, axis=-1), 0, 255).astype(np.uint8)
    frame = apply_frame("layout.export", Frame.of(rgb, alpha), format="png")
    finding, repairs = pictures.judged(frame.file, alpha=alpha)
    assert finding["verdict"] == "fail"
    assert [step.operation for step in repairs] == ["compose.white", "layout.export"]
    mended = pictures.repaired(frame, repairs)
    assert pictures.judged(mended.file)[0]["verdict"] in ("pass", "warn")
