"""Photos on a ground of one colour: white products stay whole, shadows, floors and specks go, openings open."""

import cv2
import numpy as np
import pytest

from packshot_cutout.catalogue import catalogue_cut

WHITE = 255


def drawn(draw, size=(400, 300), ground=WHITE, quality=90):
    """A picture drawn on `ground`, through JPEG as photos come, and the truth."""
    rgb, truth = np.full((*size, 3), ground, np.uint8), np.zeros(size, np.uint8)
    draw(rgb, truth)
    _, coded = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(coded, cv2.IMREAD_COLOR), truth > 0


def white_bottle(rgb, truth):
    """Shaded from the ground's own white to pale grey, with a grey outline only where the light does not reach."""
    cv2.ellipse(truth, (150, 220), (70, 130), 0, 0, 360, 1, -1)
    y, x = np.mgrid[:400, :300]
    outward = np.hypot((x - 150) / 70, (y - 220) / 130)
    rgb[truth > 0] = np.clip(254 - 16 * outward**6, 0, 255).astype(np.uint8)[truth > 0][:, None]


def overlap(alpha, truth):
    found = alpha > 0.5
    return (found & truth).sum() / (found | truth).sum()


@pytest.mark.parametrize("quality", [95, 80, 60])
def test_a_white_product_on_white_stays_whole(quality):
    rgb, truth = drawn(white_bottle, quality=quality)
    cut = catalogue_cut(rgb)
    assert overlap(cut.alpha, truth) > 0.97
    assert (cut.alpha[cv2.erode(truth.astype(np.uint8), np.ones((9, 9))) > 0] == 1).all(), "no hole in it, no see-through part"


def test_a_white_carton_with_dark_print_stays_whole():
    def carton(rgb, truth):
        cv2.rectangle(truth, (90, 60), (210, 340), 1, -1)
        rgb[truth > 0] = (243, 244, 246)
        cv2.putText(rgb, "OAT", (105, 200), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (30, 30, 30), 6)

    rgb, truth = drawn(carton)
    assert overlap(catalogue_cut(rgb).alpha, truth) > 0.97


def test_a_handle_opens_and_a_white_print_does_not():
    def mug(rgb, truth):
        cv2.circle(truth, (215, 200), 55, 1, -1)
        cv2.circle(truth, (215, 200), 35, 0, -1)
        cv2.rectangle(truth, (70, 110), (200, 300), 1, -1)
        rgb[truth > 0] = (60, 90, 160)
        cv2.circle(rgb, (130, 200), 30, (255, 255, 255), -1)

    rgb, truth = drawn(mug)
    opened, solid = catalogue_cut(rgb, keep_holes=True).alpha, catalogue_cut(rgb, keep_holes=False).alpha
    assert opened[200, 225] == 0
    assert solid[200, 225] == 1
    assert overlap(opened, truth) > 0.9
    # An exact circle of the ground's colour cannot be told from an opening; print on a shaded product can.
    assert solid[200, 130] == 1


def test_a_soft_shadow_is_ground():
    def shadowed(rgb, truth):
        shade = np.zeros(truth.shape, np.float32)
        cv2.ellipse(shade, (170, 310), (80, 18), 0, 0, 360, 0.35, -1)
        rgb[:] = (rgb * (1 - cv2.GaussianBlur(shade, (0, 0), 8))[..., None]).astype(np.uint8)
        cv2.rectangle(truth, (100, 100), (220, 310), 1, -1)
        rgb[truth > 0] = (40, 40, 190)

    rgb, truth = drawn(shadowed)
    assert overlap(catalogue_cut(rgb).alpha, truth) > 0.95


def test_a_pale_floor_is_ground_and_a_pale_product_is_none():
    def on_a_floor(rgb, truth):
        rgb[330:395] = (241, 241, 241)
        cv2.rectangle(truth, (60, 100), (240, 370), 1, -1)
        rgb[truth > 0] = (90, 90, 90)

    def pale(rgb, truth):
        cv2.rectangle(truth, (10, 100), (290, 390), 1, -1)
        rgb[truth > 0] = (241, 241, 241)

    for draw in (on_a_floor, pale):
        rgb, truth = drawn(draw)
        assert overlap(catalogue_cut(rgb).alpha, truth) > 0.97, draw.__name__


def test_most_specks_of_a_strong_compression_are_ground():
    def disc(rgb, truth):
        cv2.circle(truth, (150, 200), 90, 1, -1)
        rgb[truth > 0] = (30, 60, 200)

    rgb, truth = drawn(disc, quality=60)
    around = (cv2.dilate(truth.astype(np.uint8), np.ones((17, 17))) > 0) & ~truth
    specks = around & (np.abs(rgb.astype(int) - WHITE).max(axis=2) > 4)
    assert specks.sum() > 0.08 * truth.sum(), "there are some"
    assert overlap(catalogue_cut(rgb).alpha, truth) > 0.96


def test_the_rim_is_a_mixture_of_product_and_ground():
    truth = np.zeros((400, 400), np.float32)
    cv2.circle(truth, (200, 200), 120, 1, -1)
    alpha = cv2.GaussianBlur(truth, (0, 0), 1.0)
    rgb = np.rint(255 * (1 - alpha[..., None]) + np.array([20, 120, 60]) * alpha[..., None]).astype(np.uint8)
    assert np.abs(catalogue_cut(rgb).alpha - alpha).mean() < 0.004
    assert np.abs(catalogue_cut(rgb).alpha - alpha).max() < 0.3


@pytest.mark.parametrize(
    "rgb",
    [
        np.full((60, 80, 3), 255, np.uint8),
        np.full((1, 1, 3), 7, np.uint8),
        np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8),
        np.linspace(90, 200, 80 * 60).reshape(60, 80, 1).repeat(3, 2).astype(np.uint8),
    ],
    ids=["white", "one-pixel", "noise", "falling-light"],
)
def test_other_pictures_are_left_to_others(rgb):
    assert catalogue_cut(rgb) is None
