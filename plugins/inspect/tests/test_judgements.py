"""Judgements of cutout, framing, ground, overlay and quality fail what is wrong and pass what is right."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from packshot.errors import BadParameters
from packshot.plugin import Frame
from packshot.plugin.local import apply_frame

GROUND, PRODUCT = (90, 140, 90), (190, 60, 50)


def status(finding, rule):
    return next(check["status"] for check in finding["checks"] if check["rule"] == rule)


def found(operation, frame, **params):
    return apply_frame(operation, frame, **params).findings[operation]


def cutout(*, soft=None, hole=None, leak=0, stray=False, left=60) -> Frame:
    """A ring-like box of 180×180 in 300×300, cut out of a green ground."""
    rgb, alpha = np.full((300, 300, 3), GROUND, np.uint8), np.zeros((300, 300), np.uint8)
    rgb[60:240, left:240] = PRODUCT
    alpha[60:240, left:240] = 255
    if leak:
        rgb[60 : 60 + leak, left:240] = rgb[240 - leak : 240, left:240] = GROUND
        rgb[60:240, left : left + leak] = rgb[60:240, 240 - leak : 240] = GROUND
    if soft:
        alpha[130 : 130 + soft, 130 : 130 + soft] = 120
    if hole:
        alpha[120:150, 120:150] = 0
        rgb[120:150, 120:150] = hole
    if stray:
        alpha[10:22, 270:282] = 255
    return Frame.of(rgb, alpha)


@pytest.mark.parametrize(
    ("frame", "rule", "how"),
    [
        (cutout(), "opaque", "pass"),
        (cutout(soft=30), "opaque", "warn"),
        (cutout(soft=60), "opaque", "fail"),
        (cutout(hole=GROUND), "openings", "pass"),
        (cutout(hole=PRODUCT), "openings", "fail"),
        (cutout(), "halo", "pass"),
        (cutout(leak=4), "halo", "fail"),
        (cutout(), "leftovers", "pass"),
        (cutout(stray=True), "leftovers", "warn"),
        (cutout(), "whole", "pass"),
        (cutout(left=0), "whole", "warn"),
    ],
)
def test_a_cutout_is_judged(frame, rule, how):
    assert status(found("inspect.cutout", frame), rule) == how


def test_a_cutout_of_glass_may_be_see_through_and_one_without_openings_may_not_have_any():
    assert status(found("inspect.cutout", cutout(soft=60), transparent=True), "opaque") == "not_checked"
    assert status(found("inspect.cutout", cutout(hole=GROUND), holes=False), "openings") == "fail"


def test_an_empty_cutout_fails_and_a_picture_without_one_is_refused():
    empty = Frame.of(np.full((40, 40, 3), 255, np.uint8), np.zeros((40, 40), np.uint8))
    assert found("inspect.cutout", empty)["verdict"] == "fail"
    with pytest.raises(BadParameters, match=r"cutout\.classical"):
        found("inspect.cutout", Frame.of(np.full((40, 40, 3), 255, np.uint8)))


def boxed(degrees=0.0, centre=(0.5, 0.5), share=0.8) -> Frame:
    alpha = np.zeros((400, 400), np.uint8)
    size = (400 * share * 0.6, 400 * share)
    corners = cv2.boxPoints(((400 * centre[0], 400 * centre[1]), size, degrees))
    cv2.fillPoly(alpha, [np.rint(corners).astype(np.int32)], 255)
    return Frame.of(np.full((400, 400, 3), PRODUCT, np.uint8), alpha)


@pytest.mark.parametrize("degrees", [-12.0, -4.0, 3.0, 9.0])
def test_tilt_is_measured_and_the_advice_sets_the_product_upright(degrees):
    finding = found("inspect.framing", boxed(degrees, share=0.6))
    check = next(check for check in finding["checks"] if check["rule"] == "straight")
    assert check["status"] == "warn"
    assert check["measured"] == pytest.approx(degrees, abs=0.5)
    upright = apply_frame("layout.orient", boxed(degrees, share=0.6), straighten=-check["measured"])
    assert status(found("inspect.framing", upright), "straight") == "pass"


def test_framing_is_judged():
    good = found("inspect.framing", boxed())
    assert good["verdict"] == "pass"
    assert status(found("inspect.framing", boxed(share=0.4)), "fill") == "warn"
    assert status(found("inspect.framing", boxed(centre=(0.6, 0.5), share=0.5)), "centred") == "warn"
    disc = np.zeros((200, 200), np.uint8)
    cv2.circle(disc, (100, 100), 80, 255, -1)
    assert status(found("inspect.framing", Frame.of(np.zeros((200, 200, 3), np.uint8), disc)), "straight") == "not_checked"
    assert found("inspect.framing", Frame.of(data.chelsea()))["verdict"] == "not_checked"


def on_ground(ground) -> Frame:
    rgb = np.full((300, 300, 3), ground, np.uint8)
    rgb[80:220, 80:220] = PRODUCT
    return Frame.of(rgb)


def test_the_ground_is_judged():
    assert found("inspect.background", on_ground(255))["verdict"] == "pass"
    near = found("inspect.background", on_ground(254))
    assert status(near, "white") == "fail"
    assert "nobody sees" in near["checks"][0]["message"]
    assert "visible" in found("inspect.background", on_ground(228))["checks"][0]["message"]
    assert found("inspect.background", on_ground(228), white=False)["verdict"] == "pass"
    assert found("inspect.background", Frame.of(data.chelsea()))["verdict"] == "fail"
    shaded = np.dstack([np.tile(np.linspace(255, 150, 300), (300, 1))] * 3).astype(np.uint8)
    shaded[80:220, 80:220] = PRODUCT
    cut = np.zeros((300, 300), np.uint8)
    cut[80:220, 80:220] = 255
    assert status(found("inspect.background", Frame.of(shaded, cut), white=False), "even") == "fail"


def written(text: str, colour, size=30) -> Frame:
    picture = Image.fromarray(on_ground(255).rgb)
    ImageDraw.Draw(picture).text((10, 10), text, font=ImageFont.load_default(size), fill=colour)
    return Frame.of(np.array(picture))


@pytest.mark.parametrize("colour", [(0, 0, 0), (220, 30, 30), (235, 235, 235)])
def test_text_beside_the_product_is_found(colour):
    finding = found("inspect.overlay", written("NEW SALE 50", colour))
    assert status(finding, "text") == "warn"
    left, top, right, bottom = finding["text_beside"][0]
    assert left < 25
    assert right > 120
    assert top < bottom < 60
    assert finding["checks"][0]["confidence"] == "low"


def test_what_is_no_text_is_not_taken_for_it():
    assert found("inspect.overlay", on_ground(255))["verdict"] == "pass"
    assert found("inspect.overlay", Frame.of(data.chelsea()))["verdict"] == "not_checked"
    badge = on_ground(255).rgb.copy()
    cv2.circle(badge, (270, 30), 18, (20, 60, 200), -1)
    finding = found("inspect.overlay", Frame.of(badge))
    assert status(finding, "badge") == "warn"
    assert status(finding, "text") == "pass"


def jpeg(rgb, quality):
    content = io.BytesIO()
    Image.fromarray(rgb).save(content, "JPEG", quality=quality)
    return np.array(Image.open(content))


PHOTO = data.astronaut()
NOISE = np.random.default_rng(5).normal(0, 1, PHOTO.shape)
WORSE = {
    "sharp": [cv2.GaussianBlur(PHOTO, (0, 0), sigma) for sigma in (1, 2, 4)],
    "clean": [np.clip(PHOTO + sigma * NOISE, 0, 255).astype(np.uint8) for sigma in (8, 15, 30)],
    "light": [(PHOTO * gain).astype(np.uint8) for gain in (0.5, 0.3, 0.15)],
    "contrast": [(120 + PHOTO * gain).astype(np.uint8) for gain in (0.15, 0.08, 0.04)],
    "blocks": [jpeg(PHOTO, quality) for quality in (30, 15, 5)],
}


@pytest.mark.parametrize("defect", WORSE)
def test_quality_falls_with_every_defect_and_names_it(defect):
    figures = [found("inspect.quality", Frame.of(picture)) for picture in (PHOTO, *WORSE[defect])]
    qualities = [figure["quality"] for figure in figures]
    assert qualities == sorted(qualities, reverse=True)
    assert qualities[0] > 80 > qualities[-1] + 20
    assert figures[-1]["worst"] == defect


def test_blocks_of_jpeg_are_measured_wherever_the_picture_was_cropped():
    photo = data.astronaut()
    clean = found("inspect.blockiness", Frame.of(photo))["blockiness"]
    figures = [found("inspect.blockiness", Frame.of(jpeg(photo, quality)))["blockiness"] for quality in (90, 60, 30, 10)]
    assert [clean, *figures] == sorted([clean, *figures])
    cropped = found("inspect.blockiness", Frame.of(jpeg(photo, 30)[3:, 5:]))["blockiness"]
    assert cropped == pytest.approx(figures[2], rel=0.15)
    assert found("inspect.blockiness", Frame.of(photo[:20, :20]))["blockiness"] is None


def test_an_enlarged_picture_has_fewer_real_pixels_than_it_says():
    photo = Frame.of(data.camera()[..., None].repeat(3, axis=2))
    shares = []
    for scale in (1, 2, 4):
        enlarged = Frame.of(cv2.resize(photo.rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))
        finding = found("inspect.resolution", enlarged)
        assert finding["product_px"] == 512 * scale
        shares.append(finding["real_px"] / finding["product_px"])
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.85
    assert shares[2] < 0.65
