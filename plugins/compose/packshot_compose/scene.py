"""`compose.scene`: the product stands in the photo of a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadParameters
from packshot.imaging.ground import Box
from packshot.imaging.pixels import bands_of, linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.ambience import Ambience, ambience_of
from packshot_compose.casting import Light, shadow_of
from packshot_compose.overlay import Floats, alpha_of
from packshot_compose.placing import Cutout

_FAR = 0.5
"""Things at the floor's far edge look this much smaller than at its front edge: a floor as deep as the camera is away from it."""


class SceneParams(BaseModel):
    """Where the product stands, and how much it takes on of the place."""

    x: float = Field(0.5, ge=0, le=1, description="Where it stands across the picture: 0 left edge, 1 right edge")
    y: float | None = Field(
        None, ge=0, le=1, description="Where its base is: 0 top, 1 bottom; else on the floor that the photo shows"
    )
    size: float = Field(
        0.5, gt=0, le=1.5, description="Its height at the front edge of the floor, as a share of the picture's; smaller behind"
    )
    match: float = Field(
        0.3, ge=0, le=1, description="How far its colours take on the light of the place; 0 leaves its pixels untouched"
    )
    shadow: float = Field(0.75, ge=0, le=1, description="How dark its shadow is; 0 none")
    direction: float | None = Field(
        None, ge=0, lt=360, description="Where the shadow falls: 0 right, 90 down, 180 left, 270 up; else as the photo is lit"
    )


class Scene(Operation[SceneParams]):
    """Stands a cut-out product in the photo of a place (the further input `ground`): on its floor, in its light.

    The floor's far edge is the row where the place changes most across its width; the light's side is read from the slope of
    the floor's brightness, its colour by shades of grey (Finlayson and Trezzi 2004). Size shrinks with distance as on a floor
    twice as far away at the back as in front. The picture is as large as the place's photo; but for `match` the product's
    pixels are only scaled. Up to 63 bytes a pixel are needed: the product is laid out at the place's full
    size, with its alpha and shadow.
    """

    name = "compose.scene"
    version = "1.0.0"
    stage = "edit"
    title = "Scene"
    Params = SceneParams
    takes = Pixels.FLOAT
    inputs: ClassVar[Mapping[str, str]] = {"ground": "The photo of the place, without the product"}

    def run(self, frame: Frame, params: SceneParams, run: Run) -> Frame:
        """The scene without alpha; the finding tells floor, light and box. BadPhoto if the product was not cut out."""
        alpha = alpha_of(frame, self.name)
        if "ground" not in run.inputs:
            raise BadParameters("compose.scene needs the photo of a place: give it as the input `ground`.")
        place = np.clip(run.inputs["ground"].rgb, 0, 1).astype(np.float32)
        cutout = Cutout.of(frame.rgb, alpha, self.name)
        ambience = ambience_of(place)
        box = _box(params, ambience, cutout.aspect, place.shape)
        rgb, cover = cutout.placed(place.shape[:2], box)
        mixed = _mixed(place, rgb, cover, ambience, params)
        finding: dict[str, JsonValue] = {
            "floor": round(ambience.floor, 3),
            "floor_seen": ambience.floor_seen,
            "light_from": round(ambience.light_from, 2),
            "box": list(box),
            "cut_off": box.left < 0 or box.top < 0 or box.right > place.shape[1] or box.bottom > place.shape[0],
        }
        # Planes of the product's own photo do not belong to the scene.
        kept = dict.fromkeys(frame.planes, None)
        return frame.with_planes(**kept | {"rgb": mixed}).with_finding(self.name, finding)


def _box(params: SceneParams, ambience: Ambience, aspect: float, shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    # A third into the floor stands well: neither at the wall nor at the picture's edge.
    base = params.y if params.y is not None else ambience.floor + (1 - ambience.floor) * 0.45
    near = np.clip((base - ambience.floor) / max(1e-3, 1 - ambience.floor), 0, 1)
    tall = params.size * height * (_FAR + (1 - _FAR) * near)
    tall = min(tall, 0.95 * width / aspect) if params.size <= 1 else tall
    high, wide = max(1, round(tall)), max(1, round(tall * aspect))
    left, bottom = round(params.x * width - wide / 2), round(base * height)
    return Box(left, bottom - high, left + wide, bottom)


def _mixed(place: Floats, rgb: Floats, cover: Floats, ambience: Ambience, params: SceneParams) -> Floats:
    """The product over the place with its shadow, a band of rows at a time to hold little."""
    dark = _darkness(cover, ambience, params)
    mixed = np.empty(place.shape, np.float32)
    for rows in bands_of(place):
        under, share = place[rows], cover[rows, :, None]
        if dark is not None:
            under = under + (ambience.shade - under) * dark[rows, :, None]
        mixed[rows] = _tinted(rgb[rows], ambience.tint, params.match) * share + under * (1 - share) if share.any() else under
    return mixed


def _darkness(cover: Floats, ambience: Ambience, params: SceneParams) -> Floats | None:
    """H×W: how far the shadow takes the place to the colour of its shade; None without one."""
    if params.shadow == 0:
        return None
    direction = params.direction
    if direction is None:
        # Light from the right throws shadows to the left; even light comes from above and a little behind the camera.
        direction = float(np.rad2deg(np.arctan2(0.45, -ambience.light_from))) % 360 if ambience.contrast > 0.1 else 300.0
    light = Light(
        softness=0.8 - 0.5 * ambience.contrast, direction=direction, offset=0.03, spread=0.35 + 0.35 * ambience.contrast
    )
    cast, contact = shadow_of(cover, "cast", light), shadow_of(cover, "contact", light)
    share = np.float32(0.35 + 0.65 * ambience.contrast)
    return np.asarray(np.float32(params.shadow) * (1 - (1 - contact) * (1 - share * cast)), np.float32)


def _tinted(rgb: Floats, tint: Floats, strength: float) -> Floats:
    """The product in the place's light: one gain a channel in linear light (von Kries)."""
    if strength == 0:
        return rgb
    gains = 1 + np.float32(strength) * (tint - 1)
    return np.clip(linear_to_srgb(srgb_to_linear(rgb) * gains), 0, 1)
