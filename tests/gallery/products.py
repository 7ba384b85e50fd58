"""The sample products, small enough that every operation is quick."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from packshot.imaging.decode import decode
from packshot.plugin.frame import Frame
from packshot.plugin.local import apply_frame
from packshot.samples.photos import write_samples

SIDE = 640
"""Pixels of the longer side."""


@dataclass(frozen=True)
class Product:
    """A product as photographed, and cut out."""

    name: str
    photo: Frame
    rough: Frame
    """With its alpha, the old ground still under its edge."""
    cut: Frame
    """Without that ground."""
    deep: Frame
    """And with a relief."""


def products() -> list[Product]:
    """All samples that `packshot samples` writes, upright."""
    with tempfile.TemporaryDirectory() as folder:
        return [_product(path) for path in write_samples(Path(folder))]


def _product(path: Path) -> Product:
    whole = apply_frame("layout.orient", decode(path.read_bytes()))
    cut = _small(apply_frame("layout.crop", apply_frame("cutout.net", _small(whole)), margin=0.3))
    photo = cut.with_planes(alpha=None)
    clean = apply_frame("cutout.decontaminate", cut)
    return Product(path.stem, photo, cut, clean, apply_frame("depth.relief", clean))


def _small(frame: Frame) -> Frame:
    return apply_frame("layout.resize", frame, width=SIDE, height=SIDE)
