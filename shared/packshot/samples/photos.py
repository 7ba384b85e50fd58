"""Which sample photos there are, and writing them."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from zlib import crc32

import numpy as np
from PIL import ExifTags, Image

from packshot.errors import UnknownName, nearest
from packshot.plugin.frame import Plane
from packshot.samples.products import PRODUCTS
from packshot.samples.scene import Setting, photograph

SETTINGS = {
    "bottle": Setting("stone", (0.48, 0.90), (1.0, 0.97, 0.90)),
    "mug": Setting("wood", (0.50, 0.80), (1.06, 1.0, 0.84)),
    "tea-box": Setting("linen", (0.50, 0.86), (1.0, 1.0, 0.96), light=0.80),
    "sneaker": Setting("wood", (0.52, 0.74), (0.92, 1.0, 1.10), light=0.85, reach=0.30),
    "ring": Setting("linen", (0.50, 0.80), (1.05, 1.0, 0.90), reach=0.25, shadow=0.5),
    "white-bowl": Setting("paper", (0.50, 0.76), (1.0, 1.0, 0.97), light=0.92, shadow=0.42, reach=0.35),
    "glass": Setting("stone", (0.50, 0.82), (0.97, 1.0, 1.03)),
}
RENDERED = tuple(SETTINGS)

_TURNED = {"sneaker": 6, "tea-box": 3}
"""EXIF orientation of photos taken with the phone on its side or upside down."""

_BUNDLED = {"coffee": "coffee.png", "motorcycle": "motorcycle_left.png", "clock": "clock_motion.png"}
"""Photos inside the scikit-image wheel; the last one is blurred by motion."""

_STORED_AS = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90}
"""How the pixels lie in a file of that orientation: the inverse of what a viewer does."""


def render(name: str, seed: int = 0) -> tuple[Plane, Plane]:
    """The photo of a rendered product: 1200×1600×3 uint8 sRGB and its exact 1200×1600 alpha, uint8. The same for the same seed.

    UnknownName for what is not in RENDERED.
    """
    if name not in SETTINGS:
        raise UnknownName(f"There is no sample product {name!r}. {nearest(name, list(RENDERED))}")
    random = np.random.default_rng([seed, crc32(name.encode())])
    return photograph(PRODUCTS[name](random), SETTINGS[name], random)


def write_samples(folder: Path) -> list[Path]:
    """Write all sample photos into `folder` and return them. Without scikit-image its photos are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    return [*(_write_rendered(name, folder) for name in RENDERED), *_copy_bundled(folder)]


def _write_rendered(name: str, folder: Path) -> Path:
    path = folder / f"{name}.jpg"
    picture = Image.fromarray(render(name)[0])
    exif = Image.Exif()
    if orientation := _TURNED.get(name):
        exif[ExifTags.Base.Orientation] = orientation
        picture = picture.transpose(_STORED_AS[orientation])
    picture.save(path, quality=88, exif=exif)
    return path


def _copy_bundled(folder: Path) -> list[Path]:
    found = find_spec("skimage")
    if found is None or found.origin is None:
        return []
    # Read from the wheel's own folder: skimage.data would download what the wheel lacks.
    sources = {name: Path(found.origin).parent / "data" / file for name, file in _BUNDLED.items()}
    return [Path(shutil.copyfile(source, folder / f"{name}.png")) for name, source in sources.items() if source.is_file()]
