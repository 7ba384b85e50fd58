"""A rough mask becomes a soft alpha that follows the product."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from plugins.cutout.tests import scenes

from packshot.errors import BadPhoto
from packshot.plugin import Frame, Run
from packshot_cutout.edge import Edge, EdgeCutout
from packshot_cutout.refined import RefineCutout, RefineParams
from packshot_cutout.trimap import trimap_of

EXACT = scenes.drawn(scenes.mug)
PHOTO = scenes.photo(scenes.ground(), EXACT, (60, 80, 150))


def floats(picture):
    return picture.astype(np.float32) / 255


def wavy(alpha, by=2.0, seed=0):
    """The outline as a hurried hand would paint it."""
    waves = cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 1, alpha.shape).astype(np.float32), (0, 0), 12)
    inside = (alpha > 0.5).astype(np.uint8)
    signed = cv2.distanceTransform(inside, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
    return (signed + waves / waves.std() * by > 0).astype(np.float32)


def refined(photo, rough, **params):
    frame = Frame.of(floats(photo))
    mask = Frame.of(np.dstack((rough,) * 3).astype(np.float32))
    return RefineCutout().run(frame, RefineParams(**params), Run(inputs={"mask": mask}))


def error(alpha, exact=EXACT):
    band = cv2.dilate(((exact > 0) & (exact < 1)).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    return float(np.abs(alpha - exact)[band].mean())


@pytest.mark.parametrize(("method", "left"), [("closed-form", 0.5), ("knn", 0.5), ("guided", 0.75)])
def test_a_wavy_mask_is_mended(method, left):
    rough = wavy(EXACT)
    assert error(refined(PHOTO, rough, method=method).alpha) < left * error(rough)


def test_closed_form_finds_the_exact_edge_of_a_plain_product():
    assert error(refined(PHOTO, wavy(EXACT)).alpha) < 0.03


def test_far_from_the_outline_nothing_changes():
    rough = wavy(EXACT)
    alpha = refined(PHOTO, rough, band=0.01).alpha
    reach = 2 * int(0.01 * max(EXACT.shape)) + 3
    kernel = np.ones((reach, reach), np.uint8)
    far = cv2.dilate(rough, kernel) == cv2.erode(rough, kernel)
    np.testing.assert_array_equal(alpha[far], rough[far])


def test_a_band_of_nothing_takes_the_mask_as_it_is():
    rough = wavy(EXACT)
    np.testing.assert_allclose(refined(PHOTO, rough, band=0).alpha, rough, atol=1e-6)


def test_thin_parts_and_holes_are_kept():
    def strap(canvas, s):
        cv2.rectangle(canvas, (100 * s, 150 * s), (380 * s, 300 * s), 255, -1)
        cv2.rectangle(canvas, (180 * s, 200 * s), (183 * s, 260 * s), 0, -1)
        cv2.line(canvas, (240 * s, 150 * s), (240 * s, 30 * s), 255, 3 * s)

    exact = scenes.drawn(strap)
    photo = scenes.photo(scenes.ground(), exact, (150, 60, 60))
    alpha = refined(photo, (exact > 0.5).astype(np.float32), band=0.015).alpha
    assert alpha[40:140, 240].mean() > 0.8
    assert alpha[210:250, 181].mean() < 0.2


def test_soft_hair_keeps_its_softness():
    # A fringe of random fine lines: each pixel of it is mixed.
    rng = np.random.default_rng(3)

    def fringe(canvas, s):
        cv2.circle(canvas, (240 * s, 180 * s), 80 * s, 255, -1)
        for angle in rng.uniform(0, 2 * np.pi, 260):
            end = (int((240 + 96 * np.cos(angle)) * s), int((180 + 96 * np.sin(angle)) * s))
            cv2.line(canvas, (240 * s, 180 * s), end, 255, s // 2)

    exact = scenes.drawn(fringe)
    photo = scenes.photo(scenes.ground(), exact, (40, 30, 25))
    rough = (cv2.GaussianBlur(exact, (0, 0), 3) > 0.5).astype(np.float32)
    closed, guided = (refined(photo, rough, method=method, band=0.04).alpha for method in ("closed-form", "guided"))
    assert error(closed, exact) < 0.6 * error(rough, exact)
    assert error(closed, exact) < error(guided, exact)


def test_knn_opens_a_net_that_is_marked_grey():
    def net(canvas, s):
        cv2.rectangle(canvas, (140 * s, 100 * s), (340 * s, 260 * s), 255, -1)
        for x in range(160, 330, 14):
            for y in range(150, 250, 14):
                cv2.rectangle(canvas, (x * s, y * s), ((x + 8) * s, (y + 8) * s), 0, -1)

    exact = scenes.drawn(net)
    photo = scenes.photo(scenes.ground(), exact, (150, 60, 60))
    rough = np.zeros(exact.shape, np.float32)
    rough[100:261, 140:341] = 1
    rough[145:256, 155:330] = 0.5
    inside = np.s_[140:260, 150:335]
    # No hole's ground hangs together with ground that is known: what joins only neighbours cannot know it.
    closed, knn = (refined(photo, rough, method=method).alpha[inside] for method in ("closed-form", "knn"))
    assert np.abs(knn - exact[inside]).mean() < 0.1 < np.abs(closed - exact[inside]).mean()


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 40), (30, 2)])
def test_knn_takes_pictures_with_hardly_a_neighbour(shape):
    photo = np.zeros((*shape, 3), np.uint8)
    rough = np.full(shape, 0.5, np.float32)
    rough[0, 0] = 1
    assert refined(photo, rough, method="knn").alpha.shape == shape


def test_knn_says_the_same_each_time():
    rough = wavy(EXACT)
    np.testing.assert_array_equal(refined(PHOTO, rough, method="knn").alpha, refined(PHOTO, rough, method="knn").alpha)


def test_the_frames_own_alpha_is_refined_where_no_mask_is_given():
    frame = Frame.of(floats(PHOTO), wavy(EXACT))
    assert error(RefineCutout().run(frame, RefineParams(), Run()).alpha) < 0.03


def test_a_polygon_is_a_mask():
    left, top, right, bottom = 130 / 480, 90 / 360, 290 / 480, 290 / 360
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    exact = scenes.drawn(lambda canvas, s: cv2.rectangle(canvas, (130 * s, 90 * s), (290 * s, 290 * s), 255, -1))
    frame = Frame.of(floats(scenes.photo(scenes.ground(), exact, (60, 80, 150))))
    assert error(RefineCutout().run(frame, RefineParams(polygon=corners), Run()).alpha, exact) < 0.03


@pytest.mark.parametrize("frame", [Frame.of(floats(PHOTO)), Frame.of(floats(PHOTO), np.zeros(EXACT.shape, np.float32))])
def test_nothing_to_refine_is_said(frame):
    with pytest.raises(BadPhoto, match="mask"):
        RefineCutout().run(frame, RefineParams(), Run())


def test_a_full_mask_stays_full():
    assert refined(PHOTO, np.ones(EXACT.shape)).alpha.min() == 1


def test_the_trimap_of_a_product_that_leaves_the_picture_is_sure_at_the_rim():
    rough = np.zeros((60, 80), np.float32)
    rough[:, :40] = 1
    trimap = trimap_of(rough, 6)
    assert trimap.product[:, :30].all()
    assert trimap.ground[:, 50:].all()
    assert trimap.unknown[:, 36:44].all()


def test_the_edge_moves_inward_and_never_outward():
    frame = Frame.of(floats(PHOTO), EXACT)
    shaped = EdgeCutout().run(frame, Edge(erode=3, feather=4), Run()).alpha
    assert (shaped <= EXACT + 1e-6).all()
    assert shaped.sum() < EXACT.sum()
    assert shaped[180, 200] == 1


def test_an_edge_left_alone_is_left_alone():
    frame = Frame.of(floats(PHOTO), EXACT)
    assert EdgeCutout().run(frame, Edge(), Run()) is frame
