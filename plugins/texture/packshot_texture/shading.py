"""The shading of a product apart from its own colours."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.pixels import srgb_to_linear
from packshot_texture.seams import Floats

Bools = npt.NDArray[np.bool_]

_REC709 = np.array([[0.2126, 0.7152, 0.0722]], np.float32)
_FLOOR = 0.01
"""Light below this share of white is mostly noise."""
_PRINT = 0.02
"""A step of chromaticity of this much is a printed edge: shading changes how light a colour is, not which."""
_RANGE = (0.05, 3.0)


def shading(rgb: Floats, region: Bools) -> Floats:
    """H×W: the light on the product, 1 where it is as in the middle of the `region`, from sRGB-encoded colours (H×W×3).

    Colour retinex (R. Grosse et al., "Ground truth dataset and baseline evaluations for intrinsic image algorithms", ICCV 2009,
    §4.1): steps of log luminance that come with a step of chromaticity are print and left out; what is left is integrated
    (B. K. P. Horn, "Determining lightness from an image", 1974).
    """
    linear = _spread(np.maximum(srgb_to_linear(np.clip(rgb, 0, 1)), 0), region)
    light = cv2.transform(linear, _REC709).reshape(region.shape) + np.float32(_FLOOR)
    chroma = cv2.GaussianBlur((linear + _FLOOR) / (linear + _FLOOR).sum(axis=2, keepdims=True), (0, 0), 1.5)
    logs = np.log(light)
    surface = integrated(*(_steps(logs, chroma, axis) for axis in (0, 1)))
    relative = np.exp(surface - np.percentile(surface[region], 60))
    return np.asarray(np.clip(relative, *_RANGE), np.float32)


def _spread(linear: Floats, region: Bools) -> Floats:
    """`linear` with the nearest colour of the region outside it, so that its border is no step."""
    _, labels = cv2.distanceTransformWithLabels((~region).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    colours = np.zeros((int(labels.max()) + 1, 3), np.float32)
    colours[labels[region]] = linear[region]
    return np.asarray(colours[labels], np.float32)


def _steps(logs: Floats, chroma: Floats, axis: int) -> Floats:
    """H×W: to the next pixel along `axis`; 0 across print."""
    following = np.roll(logs, -1, axis) - logs
    colour = np.abs(np.roll(chroma, -1, axis) - chroma).sum(axis=2)
    kept = colour < _PRINT
    last = [slice(None), slice(None)]
    last[axis] = slice(-1, None)
    kept[tuple(last)] = False
    return np.where(kept, following, 0).astype(np.float32)


def integrated(down: Floats, across: Floats) -> Floats:
    """H×W: the surface of mean 0 whose steps are nearest to `down` and `across` (H×W each, the last ones 0), by least squares.

    Poisson's equation with Neumann borders, by the cosine transform.
    """
    height, width = down.shape
    # OpenCV's cosine transform wants even sides: the last row and column are there twice.
    rows, columns = ((0, height % 2), (0, 0)), ((0, 0), (0, width % 2))
    down = np.pad(np.pad(down, rows), columns, mode="edge")
    across = np.pad(np.pad(across, columns), rows, mode="edge")
    divergence = down + across
    divergence[1:] -= down[:-1]
    divergence[:, 1:] -= across[:, :-1]
    waves = cv2.dct(divergence)
    curved = [2 * np.cos(np.pi * np.arange(length) / length) - 2 for length in divergence.shape]
    curvature = curved[0][:, None] + curved[1][None]
    curvature[0, 0] = 1
    waves = (waves / curvature).astype(np.float32)
    waves[0, 0] = 0
    return np.asarray(cv2.idct(waves)[:height, :width], np.float32)
