"""A scene as light: what would fall on the sensor, and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from packshot.studio.layers import Layer, draw, draw_ground
from packshot.studio.noise import Floats
from packshot.studio.pane import behind, draw_glass
from packshot.studio.scene import Scene


@dataclass(frozen=True, eq=False)
class Light:
    """H×W pictures before the lens, linear."""

    full: Floats
    """H×W×3: radiance."""
    own: Floats
    """H×W×3: the product's part of it."""
    alpha: Floats
    """Coverage of the product; of glass, the share of what is behind it that does not come through."""
    shadow: Floats
    """Share of light that the product takes from the ground."""
    depth: Floats
    """Metres along the optical axis."""
    normal: Floats
    """H×W×3, x right, y down, z towards the camera."""


def light_of(scene: Scene, softness: float) -> Light:
    """The scene through a lens that is in focus at the product; `softness` is how far what is behind is out of focus, in pixels
    at infinity of a picture 320 pixels large."""
    base, clutter = draw_ground(scene), draw(scene, scene.clutter)
    far = np.minimum(base.depth, clutter.depth)
    around = _out_of_focus(clutter.rgb + base.rgb * (1 - clutter.alpha[..., None]), far, scene, softness)
    solid = draw(scene, [part for part in scene.product if not part.material.clear], _hidden_by(clutter))
    depth = np.minimum(far, solid.depth)
    normal = np.where((clutter.depth < base.depth)[..., None], clutter.normal, base.normal)
    normal = np.where((solid.depth < far)[..., None], solid.normal, normal)
    light = Light(solid.rgb + around * (1 - solid.alpha[..., None]), solid.rgb, solid.alpha, base.shadow, depth, normal)
    if any(part.material.clear for part in scene.product):
        light = _through_glass(scene, light, solid, around)
    own = scene.camera.own(light.normal.reshape(-1, 3)).reshape(light.normal.shape)
    return Light(light.full, light.own, light.alpha, light.shadow, light.depth.astype(np.float32), own)


def _through_glass(scene: Scene, light: Light, solid: Layer, around: Floats) -> Light:
    pane = draw_glass(scene, [part for part in scene.product if part.material.clear], light.depth)
    inner, cover, passed = behind(solid.rgb, pane), behind(solid.alpha, pane), behind(around, pane)
    full = pane.mirrored + inner * pane.through + passed * (1 - cover)[..., None] * pane.through
    clear = pane.through.mean(axis=2) * (1 - cover)
    nearer = pane.depth < light.depth
    return Light(
        full,
        # Glass tints and bends what is behind it: what that changes counts as the product's own.
        full - around * clear[..., None],
        1 - clear,
        light.shadow,
        np.minimum(light.depth, pane.depth),
        np.where(nearer[..., None], pane.normal, light.normal),
    )


def _hidden_by(clutter: Layer) -> Floats | None:
    return clutter.depth if np.isfinite(clutter.depth).any() else None


def _out_of_focus(picture: Floats, depth: Floats, scene: Scene, softness: float) -> Floats:
    """Circles of confusion grow with 1/near - 1/far (thin lens)."""
    strength = softness * max(picture.shape[:2]) / 320
    if strength < 0.3:
        return picture
    focus = float(np.linalg.norm(scene.camera.place))
    apart = np.abs(1 - focus / np.maximum(depth, 1e-6)) * np.float32(strength)
    steps = (0.0, 1.0, 2.0, 4.0, 8.0)
    total = np.zeros_like(picture)
    for index, sigma in enumerate(steps):
        before = steps[index - 1] if index else -1.0
        after = steps[index + 1] if index + 1 < len(steps) else 1e9
        weight = np.clip(np.minimum((apart - before) / (sigma - before), (after - apart) / (after - sigma)), 0, 1)
        if weight.max() > 0:
            layer = picture if sigma == 0 else np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
            total += layer * weight[..., None]
    return total
