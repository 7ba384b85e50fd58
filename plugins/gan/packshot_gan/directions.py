"""Directions of the latent that change one thing: found from labels that are measured in made pictures, or by PCA."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from packshot.plugin.models import Floats

Make = Callable[[Floats], Floats]
"""Pictures N×H×W×3 (0..1) of latents N×latent, of one class."""
MEASURED = ("brightness", "width", "height", "contrast")
COMPONENTS = 8
_DRAWN = 600
_PULL = 1.0


def direction_of(name: str, make: Make, size: int) -> Floats:
    """The latent direction (length 1) along which `name` grows: one of MEASURED, or `pca1` to `pca8`. No chance is in it.

    Linear regression of the measure on latents: Y. Shen et al., "Interpreting the latent space of GANs for semantic face
    editing", CVPR 2020, with a number for a label. By components: E. Härkönen et al., "GANSpace", NeurIPS 2020, section 3.2, with
    components of the pictures, carried back to the latent by the same regression.
    """
    latents = np.random.default_rng(0).standard_normal((_DRAWN, size), np.float32)
    pictures = make(latents)
    values = _component(pictures, int(name[3:]) - 1) if name.startswith("pca") else _MEASURES[name](pictures)
    centred = values - values.mean()
    gram = latents.T @ latents + _PULL * np.eye(size, dtype=np.float32)
    slope = np.linalg.solve(gram, latents.T @ centred)
    length = float(np.linalg.norm(slope))
    return np.asarray(slope / length if length > 1e-9 else slope, np.float32)


def _component(pictures: Floats, number: int) -> Floats:
    flat = pictures.reshape(len(pictures), -1)
    _, _, components = np.linalg.svd(flat - flat.mean(0), full_matrices=False)
    chosen = components[number]
    # A component has no sign of its own.
    return np.asarray((flat @ chosen) * np.sign(chosen[np.abs(chosen).argmax()]))


def _brightness(pictures: Floats) -> Floats:
    return np.asarray(pictures.mean((1, 2, 3)))


def _contrast(pictures: Floats) -> Floats:
    return np.asarray(pictures.std((1, 2, 3)))


def _extent(pictures: Floats, axis: int) -> Floats:
    """How far what differs from the border spreads: its standard deviation along an axis, in sides."""
    grey = pictures.mean(3)
    rim = np.concatenate((grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1]), axis=1)
    weight = np.abs(grey - np.median(rim, axis=1)[:, None, None]).sum(3 - axis) + 1e-6
    place = np.linspace(0, 1, weight.shape[1], dtype=np.float32)
    mean = (weight * place).sum(1) / weight.sum(1)
    return np.asarray(np.sqrt((weight * np.square(place - mean[:, None])).sum(1) / weight.sum(1)))


_MEASURES: dict[str, Callable[[Floats], Floats]] = {
    "brightness": _brightness,
    "contrast": _contrast,
    "width": lambda pictures: _extent(pictures, 2),
    "height": lambda pictures: _extent(pictures, 1),
}
