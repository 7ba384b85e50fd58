"""One plain solid before a camera, to be held against geometry."""

from __future__ import annotations

import numpy as np

from packshot.studio.camera import Camera, looking_at
from packshot.studio.environment import Environment, Light
from packshot.studio.ground import Ground
from packshot.studio.material import Material, Picture, Tile
from packshot.studio.part import Part
from packshot.studio.scene import Scene

SIZE = 160


def tile(level: float) -> Tile:
    return Tile(Picture(np.full((8, 8, 3), level, np.float32)), 1.0)


def scene_of(part: Part, pitch: float = 0.35, distance: float = 0.6, light: Light | None = None, cove: float = 0.0) -> Scene:
    """The part on a plain ground, seen from `distance`."""
    lamp = light or Light((-0.5, -0.6, 0.9), (0.8, 0.8, 0.8), 0.1)
    room = Environment(np.full((64, 128, 3), 0.4, np.float32), (lamp,))
    centre = np.array((0, 0, part.place[2]), np.float32)
    return Scene(
        (part,),
        Ground("table", tile(0.5), tile(0.6), 0.6, cove),
        room,
        looking_at(centre, distance, pitch=pitch, roll=0.05, focal=1.6, size=(SIZE, SIZE)),
    )


def pixel_rays(camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Origin (3) and H·W×3 unit directions in float64."""
    y, x = np.mgrid[0 : camera.height, 0 : camera.width] + 0.5
    own = np.stack(
        ((x - camera.width / 2) / camera.pixels, (y - camera.height / 2) / camera.pixels, np.ones_like(x)), -1
    ).reshape(-1, 3)
    rays = own @ camera.turn.astype(np.float64).T
    return np.array(camera.place), rays / np.linalg.norm(rays, axis=1, keepdims=True)


PLAIN = Material("plastic", (0.3, 0.4, 0.5))
