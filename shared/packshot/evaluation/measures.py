"""The measures that restoration and cutouts are compared by."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.imaging.ssim import ssim
from packshot.plugin.frame import Plane

HIGHEST_PSNR = 100.0
"""Decibels of equal pictures, whose ratio has no bound."""
_REACH = 0.0075
"""Of the diagonal: how near contours must lie."""


def psnr(truth: Plane, picture: Plane) -> float:
    """Decibels between two 8-bit pictures of one shape, over all channels; 100 where they are equal."""
    error = float(np.square(picture.astype(np.float64) - truth).mean())
    return min(HIGHEST_PSNR, float(10 * np.log10(255**2 / error))) if error else HIGHEST_PSNR


def restoration(truth: Plane, picture: Plane) -> dict[str, float]:
    """`psnr` (decibels) and `ssim` (0..1) of 8-bit pictures, H×W×3; more is better."""
    return {"psnr": psnr(truth, picture), "ssim": ssim(truth, picture, 255)}


def cutout(truth: Plane, found: Plane) -> dict[str, float]:
    """Measures of an 8-bit alpha, H×W: `iou` and `boundary_f` (0..1, more is better), `mae` (0..1) and `sad` (less is).

    `sad` is the sum of absolute differences in thousands of pixels (C. Rhemann et al., "A perceptually motivated online benchmark
    for image matting", CVPR 2009).
    """
    difference = np.abs(found.astype(np.float64) - truth) / 255
    return {
        "iou": iou(truth, found),
        "boundary_f": boundary_f(truth, found),
        "mae": float(difference.mean()),
        "sad": float(difference.sum() / 1000),
    }


def iou(truth: Plane, found: Plane) -> float:
    """Intersection over union of two 8-bit masks at half opacity; 1 where both are empty."""
    a, b = found >= 128, truth >= 128
    union = int((a | b).sum())
    return float((a & b).sum() / union) if union else 1.0


def boundary_f(truth: Plane, found: Plane) -> float:
    """Harmonic mean of the shares of either contour that lie near the other, within 0.75 % of the diagonal.

    D. R. Martin, C. C. Fowlkes, J. Malik, "Learning to detect natural image boundaries", IEEE TPAMI 26(5), 2004. Without any
    contour on either side it is 1.
    """
    reach = max(1, round(_REACH * float(np.hypot(*truth.shape))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    edge = np.ones((3, 3), np.uint8)
    a, b = (cv2.morphologyEx((plane >= 128).astype(np.uint8), cv2.MORPH_GRADIENT, edge) > 0 for plane in (found, truth))
    if not a.any() and not b.any():
        return 1.0
    near_a, near_b = (cv2.dilate(contour.astype(np.uint8), kernel) > 0 for contour in (a, b))
    precision = float((a & near_b).sum() / max(1, a.sum()))
    recall = float((b & near_a).sum() / max(1, b.sum()))
    return 2 * precision * recall / max(1e-9, precision + recall)
