"""The benchmark sets that lie in a folder: `NAME/…`, `NAME/images` with `NAME/masks`, or `NAME` with `NAME_masks_derived`."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

import cv2
import numpy as np

from packshot.plugin.frame import Plane

SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})


def pictures_of(folder: Path) -> list[Path]:
    """All pictures below a folder, by name; none where there is no such folder."""
    return sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)


def sets_of(data: Path) -> list[tuple[str, Path, Path]]:
    """Name, folder of pictures, and folder of masks of every set."""
    beside = [(path.parent.name, path.parent / "images", path) for path in data.glob("*/*masks")]
    derived = [(path.name.removesuffix("_masks_derived"), path) for path in data.glob("*_masks_derived")]
    sets = [*beside, *((name, data / name, path) for name, path in derived)]
    return sorted(found for found in sets if found[1].is_dir())


def pairs_of(images: Path, masks: Path) -> list[tuple[Path, Path]]:
    """Pictures that have a mask, each with it."""
    by_stem = {path.stem: path for path in masks.iterdir()}
    return [(path, by_stem[path.stem]) for path in sorted(images.iterdir()) if path.stem in by_stem]


def read_rgb(path: Path) -> Plane:
    """H×W×3 uint8."""
    return cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def read_mask(path: Path, shape: tuple[int, ...]) -> Plane:
    """H×W uint8 of the first two of `shape`, from a grey, 0/1 or RGBA file."""
    mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if mask.ndim == 3:
        mask = mask[..., 3] if mask.shape[2] == 4 else mask[..., 0]
    if mask.max() == 1:
        mask = mask * np.uint8(255)
    return cv2.resize(mask, (shape[1], shape[0]))


def some_pairs(data: Path, count: int, only: Container[str] | None = None) -> Iterator[tuple[str, list[tuple[Plane, Plane]]]]:
    """Of every set in `data`, or of those named, up to `count` pictures evenly taken (H×W×3) with their masks (H×W), uint8."""
    for name, images, masks in sets_of(data):
        pairs = pairs_of(images, masks) if only is None or name in only else []
        chosen = [(read_rgb(picture), mask) for picture, mask in pairs[:: max(1, len(pairs) // count)][:count]]
        if chosen:
            yield name, [(rgb, read_mask(mask, rgb.shape[:2])) for rgb, mask in chosen]


def cutouts_of(data: Path) -> list[Plane]:
    """H×W×4: the cut-out things of `tuxpaint_cutouts`, and of `ikea_products_nc` by its derived masks."""
    drawn = [
        cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in sorted((data / "tuxpaint_cutouts" / "cutouts").glob("*.png"))
    ]
    made = [cv2.cvtColor(cutout, cv2.COLOR_BGRA2RGBA) for cutout in drawn if cutout.ndim == 3 and cutout.shape[2] == 4]
    shop, masks = data / "ikea_products_nc", data / "ikea_products_nc_masks_derived"
    for path, mask in pairs_of(shop, masks) if masks.is_dir() else []:
        rgb = read_rgb(path)
        made.append(np.dstack((rgb, read_mask(mask, rgb.shape))))
    return made
