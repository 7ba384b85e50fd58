"""What fails and can be mended is mended by the steps that the check asks for; what cannot, asks for nothing."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.plugin import Frame, Run
from packshot.plugin.local import apply_frame
from packshot_inspect.compliance import Compliance, ComplianceParams

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


def white_product(size=(900, 900), fill=0.5) -> tuple[np.ndarray, np.ndarray]:
    """A white carton with hardly any shading on a table, and its alpha."""
    width, height = size
    rgb = np.full((height, width, 3), (150, 140, 128), np.uint8)
    alpha = np.zeros((height, width), np.uint8)
    top, left = round(height * (1 - fill) / 2), round(width * 0.35)
    place = np.s_[top : top + round(height * fill), left : left + round(width * 0.3)]
    shading = 255 - np.linspace(0, 8, alpha[place].shape[0])[:, None]
    rgb[place] = np.broadcast_to(shading, alpha[place].shape)[..., None]
    alpha[place] = 255
    return rgb, alpha


def test_a_white_product_is_whole_after_its_repair():
    frame = apply_frame("compose.white", Frame.of(*white_product()))
    judged = _judged(apply_frame("layout.export", frame, quality=92))
    assert _statuses(judged)["fill"] == "fail"
    assert _statuses(judged)["background-white"] == "pass"
    for step in _asked(apply_frame("layout.export", frame, quality=92)):
        assert not step.operation.startswith("cutout."), "what was cut out is known and is not cut out again"
        judged = apply_frame(step.operation, judged, **step.params)
    mended = _judged(judged)
    assert "fail" not in _statuses(mended).values()
    cutout = mended.cutout
    inside = cutout[np.ix_(cutout.any(axis=1), cutout.any(axis=0))]
    assert np.mean(inside > 127) > 0.98
    assert inside.shape[1] / inside.shape[0] == pytest.approx(0.6, abs=0.02)


def test_a_repair_that_costs_part_of_the_product_fails_and_says_so(pictures):
    whole, part = pictures.product((900, 900)), pictures.product((900, 900))
    part[:, 450:] = 255
    first = _judged(apply_frame("layout.export", Frame.of(whole)))
    after = _judged(
        apply_frame("layout.export", Frame.of(part, None).with_finding(Compliance.name, first.findings[Compliance.name]))
    )
    assert _statuses(after)["product-kept"] == "fail"
    assert "product-kept" not in _statuses(_judged(first))


@pytest.mark.parametrize(("photo", "rule", "status"), [("white", "product-found", "fail"), ("cut off", "photo-edge", "warn")])
def test_a_fine_picture_of_the_wrong_thing_does_not_pass(photo, rule, status):
    rgb = np.full((600, 600, 3), 255 if photo == "white" else 200, np.uint8)
    if photo == "cut off":
        rgb[200:, 200:400] = (20, 60, 120)
    frame = apply_frame("cutout.classical", Frame.of(rgb))
    frame = apply_frame("layout.fill", frame, width=1600, height=1600, max_upscale=4)
    judged = _judged(apply_frame("layout.export", apply_frame("compose.white", frame)))
    assert _statuses(judged)[rule] == status
    assert judged.findings[Compliance.name]["verdict"] == status


def _judged(frame: Frame) -> Frame:
    return Compliance().run(frame, ComplianceParams(), Run())


def _asked(frame: Frame):
    run = Run()
    Compliance().run(frame, ComplianceParams(), run)
    return run.repairs


def _statuses(frame: Frame) -> dict[str, str]:
    return {check["rule"]: check["status"] for check in frame.findings[Compliance.name]["checks"]}
