"""Every check passes on a picture that is right, and fails (or warns) on one that is wrong in just this."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image, ImageCms

from packshot.errors import BadParameters
from packshot.imaging.colour import srgb_icc
from packshot.plugin import File, Frame
from packshot.plugin.local import apply_frame
from packshot_inspect.evidence import Evidence
from packshot_inspect.judge import keeps
from packshot_inspect.rulebook import in_force


def test_a_right_picture_passes_every_check_that_a_program_can_make(pictures):
    finding, repairs = pictures.judged(pictures.filed(pictures.product(), icc_profile=srgb_icc()))
    wrong = [check for check in finding["checks"] if check["status"] not in ("pass", "not_checked")]
    assert wrong == []
    assert finding["verdict"] == "pass"
    assert repairs == []
    assert {check["rule"] for check in finding["checks"] if check["status"] == "not_checked"} == {"text", "props", "photograph"}


def test_the_finding_is_json_with_everything_a_person_asks_for(pictures):
    finding, _ = pictures.judged(pictures.filed(pictures.product(fill=0.5)))
    assert json.loads(json.dumps(finding)) == finding
    assert (finding["market"], finding["checked_on"], finding["effective_from"]) == ("amazon-main", "2026-11-23", None)
    check = next(check for check in finding["checks"] if check["rule"] == "fill")
    assert check["status"] == "fail"
    assert check["measured"] == pytest.approx(0.5, abs=0.01)
    assert check["message"].startswith("Measured 50 %, required is at least 85 %")
    assert check["confidence"] == "high"
    assert check["source"].startswith("https://")


@pytest.mark.parametrize(
    ("rule", "wrong", "how"),
    [
        ("longest-side", {"size": (480, 480)}, "fail"),
        ("longest-side", {"size": (1200, 1200)}, "warn"),
        ("elongation", {"size": (3100, 600)}, "fail"),
        ("elongation", {"size": (1600, 1500)}, "warn"),
        ("background-white", {"ground": (250, 250, 250)}, "fail"),
        ("background-white", {"ground": (254, 254, 254)}, "fail"),
        ("background-white", {"ground": (120, 160, 90)}, "fail"),
        ("fill", {"fill": 0.8}, "fail"),
        ("fill", {"fill": 0.99}, "warn"),
        ("whole-product", {"fill": 1.0}, "fail"),
        ("whole-product", {"centre": (0.05, 0.5)}, "fail"),
        ("sharp", {"blur": 6.0}, "warn"),
    ],
)
def test_what_is_wrong_in_the_picture_is_found(pictures, rule, wrong, how):
    assert pictures.status(pictures.filed(pictures.product(**wrong)), rule) == how


def test_a_grey_rim_is_found_and_compression_is_not_taken_for_one(pictures):
    rgb = pictures.product()
    assert pictures.status(pictures.filed(rgb, quality=70), "clean-edge") == "pass"
    rimmed = rgb.copy()
    box = np.all(rgb == 255, axis=-1)
    near = Image.fromarray((~box).astype(np.uint8) * 255)
    grown = np.array(near)
    for shift in range(1, 16):
        grown |= np.roll(np.array(near), shift, axis=1) | np.roll(np.array(near), -shift, axis=1)
    rimmed[(grown > 0) & box] = 226
    assert pictures.status(pictures.filed(rimmed), "clean-edge") == "warn"


def test_a_product_that_ends_outside_the_cutout_is_measured_by_the_cutout(pictures):
    rgb = np.full((600, 600, 3), 255, np.uint8)
    alpha = np.zeros((600, 600), np.uint8)
    alpha[30:570, 200:400] = 255
    assert pictures.status(pictures.filed(rgb), "fill") == "not_checked"
    assert pictures.status(pictures.filed(rgb), "fill", alpha=alpha) == "pass"


def test_the_real_format_counts(pictures):
    png = pictures.filed(pictures.product(), "PNG")
    assert pictures.status(png, "format") == "warn"
    assert pictures.status(pictures.filed(pictures.product(), "WEBP"), "format") == "fail"
    assert pictures.status(File(png.content, "image/jpeg"), "suffix") == "fail"
    assert pictures.status(png, "suffix") == "pass"


def test_heavy_files_fail(pictures):
    noise = np.random.default_rng(0).integers(0, 256, (1900, 1900, 3)).astype(np.uint8)
    assert pictures.status(pictures.filed(noise, "PNG"), "bytes") == "fail"


def test_moving_pictures_fail(pictures):
    frames = [Image.fromarray(pictures.product((600, 600), fill)) for fill in (0.87, 0.6)]
    content = io.BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
    gif = File(content.getvalue(), "image/gif")
    assert pictures.status(gif, "still") == "fail"
    assert pictures.status(gif, "format") == "warn"


def test_transparency_fails(pictures):
    rgba = np.dstack([pictures.product((600, 600)), np.full((600, 600), 255, np.uint8)])
    assert pictures.status(pictures.filed(rgba, "PNG"), "opaque") == "pass"
    rgba[:5, :, 3] = 0
    assert pictures.status(pictures.filed(rgba, "PNG"), "opaque") == "fail"


def test_colours_other_than_srgb_are_found(pictures):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    assert pictures.status(pictures.filed(pictures.product((600, 600)), icc_profile=lab), "colour-space") == "warn"
    grey = pictures.filed(np.full((600, 600), 255, np.uint8))
    assert pictures.status(grey, "mode") == "warn"


def test_sixteen_bits_are_found(pictures):
    deep = apply_frame("layout.export", Frame.of(pictures.product((1600, 1600)).astype(np.uint16) * 257), format="png", depth=16)
    assert deep.file is not None
    assert pictures.status(deep.file, "bits", "walmart") == "fail"
    assert pictures.status(pictures.filed(pictures.product((1600, 1600)), "PNG"), "bits", "walmart") == "pass"


@pytest.mark.parametrize(("size", "how"), [((1801, 2600), "pass"), ((2000, 2000), "fail")])
def test_zalando_wants_an_upright_picture(pictures, size, how):
    assert pictures.status(pictures.filed(pictures.product(size)), "aspect-ratio", "zalando") == how


def test_too_much_room_is_a_warning_at_walmart(pictures):
    assert pictures.status(pictures.filed(pictures.product(fill=0.5)), "margin", "walmart") == "warn"
    assert pictures.status(pictures.filed(pictures.product(fill=0.87)), "margin", "walmart") == "pass"


@pytest.mark.parametrize(("side", "kept"), [(4472, True), (4473, False)])
def test_pixels_are_counted_at_shopify(pictures, side, kept):
    megapixels = Evidence(pictures.filed(np.full((side, side, 3), 255, np.uint8))).measure("megapixels")
    rule = next(rule for rule in in_force("shopify").rules if rule.id == "megapixels")
    assert keeps(megapixels, rule.must) is kept


def test_the_coming_change_at_google_is_announced(pictures):
    small = pictures.filed(pictures.product((400, 400)))
    now, _ = pictures.judged(small, "google-merchant")
    assert now["changes_on"] == "2027-01-31"
    assert now["verdict"] == "warn"
    later, _ = pictures.judged(small, "google-merchant", on="2027-02-01")
    assert later["verdict"] == "fail"
    assert later["changes_on"] is None


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 400)])
def test_the_smallest_pictures_are_judged_without_an_accident(pictures, size):
    finding, _ = pictures.judged(pictures.filed(np.full((*size, 3), 255, np.uint8)))
    assert finding["verdict"] == "fail"


def test_without_a_file_there_is_nothing_to_judge(pictures):
    with pytest.raises(BadParameters, match=r"layout\.export"):
        apply_frame("inspect.compliance", Frame.of(pictures.product((50, 50))))


def test_an_unknown_market_is_refused(pictures):
    with pytest.raises(BadParameters, match="amazon-main"):
        apply_frame("inspect.compliance", Frame.of(pictures.product((50, 50))), market="amazonn")


def test_hearsay_is_marked_in_the_report_and_in_every_sentence(pictures):
    finding, _ = pictures.judged(pictures.filed(pictures.product((800, 800))), "pinduoduo-main")
    assert finding["confidence"] == "low"
    assert "Confirm" in finding["note"]
    assert all(check["confidence"] == "low" and "Second-hand" in check["message"] for check in finding["checks"])
    sure, _ = pictures.judged(pictures.filed(pictures.product()))
    assert sure["note"] is None
    assert not any("Second-hand" in check["message"] for check in sure["checks"])
