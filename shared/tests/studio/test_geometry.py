"""What is rendered agrees with geometry."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.studio import render, sdf
from packshot.studio.environment import Light
from packshot.studio.layers import draw, draw_ground
from packshot.studio.light import light_of
from packshot.studio.part import Part, turn_about
from packshot.studio.profile import outline, turned

from .bench import PLAIN, SIZE, pixel_rays, scene_of

RADIUS, HALF = 0.06, (0.05, 0.03, 0.08)


def sphere_truth(origin, rays, centre):
    """Distances (inf where missed) and normals of a sphere."""
    to = origin - centre
    b = rays @ to
    root = b**2 - (to @ to - RADIUS**2)
    distance = np.where(root >= 0, -b - np.sqrt(np.maximum(root, 0)), np.inf)
    with np.errstate(invalid="ignore"):
        normal = (origin + rays * distance[:, None] - centre) / RADIUS
    return distance, normal


def box_truth(origin, rays, centre, turn):
    """The same of a box."""
    o, d = (origin - centre) @ turn, rays @ turn
    with np.errstate(divide="ignore"):
        a, b = (-np.array(HALF) - o) / d, (np.array(HALF) - o) / d
    enter, leave = np.minimum(a, b), np.maximum(a, b)
    near, far = enter.max(axis=1), leave.min(axis=1)
    axis = enter.argmax(axis=1)
    normal = np.zeros_like(rays)
    normal[np.arange(len(rays)), axis] = -np.sign(d[np.arange(len(rays)), axis])
    return np.where(near <= far, near, np.inf), normal @ turn.T


def cylinder_truth(origin, rays, centre):
    """The same of an upright cylinder of RADIUS and HALF[2]."""
    o = origin - centre
    a, b = (rays[:, :2] ** 2).sum(1), rays[:, :2] @ o[:2]
    root = b**2 - a * (o[:2] @ o[:2] - RADIUS**2)
    side = np.where(root >= 0, (-b - np.sqrt(np.maximum(root, 0))) / a, np.inf)
    with np.errstate(invalid="ignore"):
        side = np.where(np.abs(o[2] + side * rays[:, 2]) <= HALF[2], side, np.inf)
    lid = (HALF[2] - o[2]) / rays[:, 2]
    at = o + rays * lid[:, None]
    lid = np.where((at[:, :2] ** 2).sum(1) <= RADIUS**2, lid, np.inf)
    distance = np.minimum(side, lid)
    with np.errstate(invalid="ignore"):
        around = (o + rays * distance[:, None]) * np.array((1, 1, 0)) / RADIUS
    return distance, np.where((lid < side)[:, None], np.array((0.0, 0.0, 1.0)), around)


def cases():
    turn = turn_about("z", 0.5)
    centre = np.array((0, 0, HALF[2]))
    place = (0.0, 0.0, HALF[2])
    r, h = RADIUS, HALF[2]
    square = outline([(-HALF[0], -HALF[2]), (HALF[0], -HALF[2]), (HALF[0], HALF[2]), (-HALF[0], HALF[2])])
    lathe = turned([(0, -h), (r, -h), (r, h), (0, h)])
    return {
        "sphere": (Part(sdf.sphere(r), (-r, -r, -r), (r, r, r), PLAIN, place=place), lambda o, d: sphere_truth(o, d, centre)),
        "box": (
            Part(sdf.box(*HALF), tuple(-v for v in HALF), HALF, PLAIN, turn, place),
            lambda o, d: box_truth(o, d, centre, turn),
        ),
        "cylinder": (
            Part(sdf.cylinder(r, h), (-r, -r, -h), (r, r, h), PLAIN, place=place),
            lambda o, d: cylinder_truth(o, d, centre),
        ),
        "lathe": (
            Part(sdf.revolve(lathe), (-r, -r, -h), (r, r, h), PLAIN, place=place),
            lambda o, d: cylinder_truth(o, d, centre),
        ),
        "board": (
            Part(sdf.extrude(square, HALF[1]), tuple(-v for v in HALF), HALF, PLAIN, turn, place),
            lambda o, d: box_truth(o, d, centre, turn),
        ),
    }


@pytest.mark.parametrize("name", cases())
def test_depth_normals_and_coverage_agree_with_the_solid(name):
    part, truth = cases()[name]
    scene = scene_of(part)
    layer = draw(scene, scene.parts)
    origin, rays = pixel_rays(scene.camera)
    distance, normal = truth(origin, rays)
    normal[~np.isfinite(distance)] = 0
    depth = (distance * (rays @ scene.camera.turn[:, 2])).reshape(SIZE, SIZE)
    inside = (layer.alpha == 1) & np.isfinite(depth)
    pixel = depth[inside].mean() / scene.camera.pixels
    # Of profiles on a grid, edges are rounded by less than a millimetre.
    assert np.percentile(np.abs(layer.depth[inside] - depth[inside]), 97) < 0.5 * pixel
    cosine = (layer.normal.reshape(-1, 3) * normal).sum(1).reshape(SIZE, SIZE)[inside]
    assert np.percentile(cosine, 10) > np.cos(np.radians(3))
    covered = np.isfinite(depth).mean()
    assert layer.alpha.mean() == pytest.approx(covered, rel=0.01)
    assert (layer.alpha[np.isfinite(depth)] > 0).mean() > 0.999
    assert (layer.alpha[~np.isfinite(depth)] < 1).mean() > 0.999


def test_coverage_of_an_edge_is_the_share_of_the_pixel():
    part, _ = cases()["sphere"]
    scene = scene_of(part)
    alpha = draw(scene, scene.parts).alpha
    camera = scene.camera
    offsets = (np.arange(16) + 0.5) / 16 - 0.5
    rim = np.argwhere((alpha > 0) & (alpha < 1))
    assert len(rim) > 100
    errors = []
    for row, column in rim[::3]:
        x, y = np.meshgrid(column + 0.5 + offsets, row + 0.5 + offsets)
        own = np.stack(((x - SIZE / 2) / camera.pixels, (y - SIZE / 2) / camera.pixels, np.ones_like(x)), -1).reshape(-1, 3)
        rays = own @ camera.turn.T
        rays /= np.linalg.norm(rays, axis=1, keepdims=True)
        errors.append(
            alpha[row, column] - np.isfinite(sphere_truth(np.array(camera.place), rays, np.array((0, 0, HALF[2])))[0]).mean()
        )
    assert np.abs(errors).max() < 0.1
    # A ray that passes within a sixtieth of a pixel counts as a hit.
    assert abs(np.mean(errors)) < 0.05


def test_a_rod_thinner_than_a_pixel_covers_its_share():
    rod, length = 0.0004, 0.08
    part = Part(
        sdf.capsule((-length, 0, 0), (length, 0, 0), rod),
        (-0.09, -rod, -rod),
        (0.09, rod, rod),
        PLAIN,
        turn_about("y", 0.3),
        (0, 0, 0.1),
    )
    scene = scene_of(part)
    wide = 2 * rod / 0.6 * scene.camera.pixels
    assert wide < 0.5
    covered = draw(scene, scene.parts).alpha.sum()
    assert covered == pytest.approx(2 * length / 0.6 * scene.camera.pixels * wide, rel=0.12)


def test_floor_wall_and_cove_are_where_they_should_be():
    part, _ = cases()["sphere"]
    for cove in (0.0, 0.2):
        scene = scene_of(part, cove=cove)
        base = draw_ground(scene)
        origin, rays = pixel_rays(scene.camera)
        ahead = rays @ scene.camera.turn[:, 2]
        at = origin + rays * (base.depth.ravel() / ahead)[:, None]
        middle = 0.6 - cove
        flat = at[:, 1] < middle - 1e-3
        assert np.abs(at[flat, 2]).max() < 1e-3
        upright = at[:, 2] > cove + 1e-3
        assert np.abs(at[upright & ~flat, 1] - 0.6).max() < 2e-3
        bent = ~flat & ~upright
        if cove:
            assert np.abs(np.hypot(at[bent, 1] - middle, at[bent, 2] - cove) - cove).max() < 2e-3


def test_the_shadow_lies_away_from_the_light_and_touches_the_product():
    part, _ = cases()["sphere"]
    part = Part(part.shape, part.low, part.high, PLAIN, place=(0, 0, RADIUS))
    lamp = Light((-0.8, 0.0, 0.8), (1, 1, 1), 0.05)
    scene = scene_of(part, pitch=0.6, distance=1.4, light=lamp)
    shadow = draw_ground(scene).shadow
    x, y, _ = scene.camera.seen(
        np.array(((RADIUS * 1.6, 0, 0), (-RADIUS * 1.6, 0, 0), (0.002, 0, 0), (RADIUS * 4, 0, 0)), np.float32)
    )
    away, towards, foot, far = (shadow[int(v), int(u)] for u, v in zip(x, y, strict=True))
    assert away > 0.5
    assert towards < 0.2
    assert foot > 0.8
    assert far < 0.05


@pytest.mark.parametrize(("seed", "family"), [(3, "bottle"), (5, "box"), (8, "mug"), (2, "bowl"), (4, "toy")])
def test_normals_are_those_of_the_depth(seed, family):
    made = render(seed, 256, family)
    z = made.depth.astype(np.float64)
    y, x = np.mgrid[0:256, 0:256] + 0.5
    at = np.stack(((x - 128) / made.focal * z, (y - 128) / made.focal * z, z), -1)
    right, down = at[1:-1, 2:] - at[1:-1, :-2], at[2:, 1:-1] - at[:-2, 1:-1]
    normal = np.cross(down, right)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    # Axes x right, y down, z towards the camera.
    normal *= np.sign(-normal[..., 2:]) * np.array((1, 1, -1))
    cosine = np.abs((normal * made.normals[1:-1, 1:-1]).sum(2))
    inside = made.alpha[1:-1, 1:-1] > 0.99
    assert np.degrees(np.arccos(np.clip(np.median(cosine[inside]), -1, 1))) < 4
    assert np.allclose(np.linalg.norm(made.normals, axis=2), 1, atol=1e-3)


def test_light_that_is_added_up_is_the_whole_picture():
    part, _ = cases()["box"]
    light = light_of(scene_of(part), 0.0)
    outside = light.alpha == 0
    assert (light.own[outside] == 0).all()
    assert np.allclose(light.full[light.alpha == 1], light.own[light.alpha == 1])
