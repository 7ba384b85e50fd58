"""Finding the product of a finished picture in the photo that it was cut from: moved, scaled, turned, on another ground."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from packshot.imaging.align import Alignment
from packshot.plugin.frame import Plane
from packshot_inspect.subject import Mask

_WORK_SIDE = 800
_RATIO, _NEAR = 0.8, 3.0
_INLIERS = 8
_ROUNDS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-5)

Grey = npt.NDArray[np.uint8]


def trace(picture: Plane, inside: Mask, photo: Plane) -> Alignment | None:
    """Where the product `inside` of `picture` lies in `photo` (both H×W×3, 0..1). None if it is not found.

    Features of the product alone (D. G. Lowe, IJCV 2004) by RANSAC to a similarity, which is all that canvas operations do,
    then the correlation inside the product (Evangelidis and Psarakis, PAMI 2008): the grounds differ and have no say.
    """
    one, scaling = _small(picture)
    other, other_scaling = _small(photo)
    mask = cv2.resize(inside.astype(np.uint8), one.shape[::-1], interpolation=cv2.INTER_NEAREST)
    start = _similarity(one, mask, other)
    if start is None:
        return None
    refined, correlation = _refined(one, mask, other, start)
    return Alignment(np.linalg.inv(other_scaling) @ refined @ scaling, correlation)


def _small(rgb: Plane) -> tuple[Grey, npt.NDArray[np.float64]]:
    """The picture in grey at work size with its tones spread, and the way from its pixels to those."""
    scale = min(1.0, _WORK_SIDE / max(rgb.shape[:2]))
    size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    grey = cv2.cvtColor(cv2.resize(rgb.astype(np.float32), size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    even = cv2.createCLAHE(3.0, (8, 8)).apply(np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8))
    across, down = size[0] / rgb.shape[1], size[1] / rgb.shape[0]
    # Pixel centres, not corners, keep their place.
    way = np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])
    return np.asarray(even, np.uint8), way


def _similarity(one: Grey, mask: Plane, other: Grey) -> npt.NDArray[np.float64] | None:
    # Faint features, too: plain products have no others.
    finder = cv2.SIFT.create(2000, contrastThreshold=0.015)
    points, marks = finder.detectAndCompute(one, mask)
    other_points, other_marks = finder.detectAndCompute(other, None)
    if marks is None or other_marks is None or min(len(marks), len(other_marks)) < _INLIERS:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(marks, other_marks, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(good) < _INLIERS:
        return None
    here = np.array([points[match.queryIdx].pt for match in good], np.float32)
    there = np.array([other_points[match.trainIdx].pt for match in good], np.float32)
    cv2.setRNGSeed(0)
    matrix, inliers = cv2.estimateAffinePartial2D(here, there, method=cv2.RANSAC, ransacReprojThreshold=_NEAR, maxIters=5000)
    if matrix is None or inliers.sum() < max(_INLIERS, 0.15 * len(good)):
        return None
    return np.vstack((matrix, (0, 0, 1)))


def _refined(one: Grey, mask: Plane, other: Grey, start: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], float]:
    begin = start[:2].astype(np.float32)
    # OpenCV takes the mask in the moving picture's pixels.
    theirs = cv2.warpAffine(mask * np.uint8(255), begin, other.shape[::-1], flags=cv2.INTER_NEAREST)
    try:
        correlation, matrix = cv2.findTransformECC(one, other, begin.copy(), cv2.MOTION_AFFINE, _ROUNDS, theirs, 5)
    except cv2.error:
        return start, 0.0
    moved = np.vstack((matrix, (0, 0, 1))).astype(np.float64)
    drift = np.abs(moved[:2, :2] - start[:2, :2]).max()
    return (moved, float(correlation)) if drift < 0.05 else (start, float(correlation))
