"""Photos of one thing laid over each other: features find the way, the correlation makes it exact to a fraction of a pixel.

Features: D. G. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 2004, matched with a ratio test and
fitted with MAGSAC++ (Barath et al., CVPR 2020). Correlation: G. D. Evangelidis and E. Z. Psarakis, "Parametric image
alignment using enhanced correlation coefficient maximization", PAMI 2008, which brightness and contrast do not disturb.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from packshot.plugin.frame import Plane

Matrix = npt.NDArray[np.float64]
Grey = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

WORK_SIDE = 1000
"""Photos are correlated at most this large."""
_FEATURE_SIDE = 600
"""Features are looked for at most this large: they only show the way."""
_RATIO = 0.75
_INLIERS = 12
"""A homography through fewer matches than this is chance."""
_ROUNDS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-5)
_SEARCH_BLUR = 9
"""Pixels: how far the correlation sees when no features showed the way."""


@dataclass(frozen=True)
class Alignment:
    """Where a photo's pixels lie in another one."""

    matrix: Matrix
    """3×3 homography: from the reference's pixel (x, y, 1) to that of the moving photo."""
    correlation: float
    """-1..1 of the two after alignment."""

    def warped(self, rgb: Plane, height: int, width: int) -> tuple[Plane, Plane]:
        """The moving photo (H×W×3, 0..1) as the reference (height × width) would show it, and where (H×W, 0..1) it shows
        anything.

        Beyond its border its edge pixels go on.
        """
        lies, size = self.matrix, (width, height)
        shown = np.ones(rgb.shape[:2], np.float32)
        seen = cv2.warpPerspective(shown, lies, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        moved = cv2.warpPerspective(np.ascontiguousarray(rgb), lies, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.clip(moved, 0, 1), np.asarray(seen >= 1 - 1e-4, np.float32)


def align(reference: Plane, moving: Plane) -> Alignment | None:
    """How `moving` lies over `reference` (both H×W×3 float, sRGB 0..1; sizes may differ). None if they do not show the same."""
    one, other = _work_size(reference), _work_size(moving)
    start = _by_features(one.grey, other.grey)
    found = _by_correlation(one.grey, other.grey, start)
    if found is None:
        return None
    matrix, correlation = found
    return Alignment(np.linalg.inv(other.scaling) @ matrix @ one.scaling, correlation)


@dataclass(frozen=True)
class _Work:
    grey: Grey
    scaling: Matrix
    """From the photo's pixels to those of `grey`."""


def _work_size(rgb: Plane) -> _Work:
    """The photo in grey, small, and with its tones spread so that photos of different exposure look alike."""
    scale = min(1.0, WORK_SIDE / max(rgb.shape[:2]))
    size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    small = cv2.resize(rgb.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(np.clip(small, 0, 1), cv2.COLOR_RGB2GRAY)
    even = cv2.createCLAHE(2.0, (4, 4)).apply(np.rint(grey * 255).astype(np.uint8))
    across, down = size[0] / rgb.shape[1], size[1] / rgb.shape[0]
    # Pixel centres, not corners, keep their place.
    scaling = np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])
    return _Work(np.asarray(even, np.uint8), scaling)


def _by_features(reference: Grey, moving: Grey) -> Matrix | None:
    scale = min(1.0, _FEATURE_SIDE / max(*reference.shape, *moving.shape))
    points, marks = _features(reference, scale)
    other_points, other_marks = _features(moving, scale)
    if min(len(points), len(other_points)) < _INLIERS:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(marks, other_marks, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(good) < _INLIERS:
        return None
    here = points[[match.queryIdx for match in good]]
    there = other_points[[match.trainIdx for match in good]]
    cv2.setRNGSeed(0)
    matrix, inliers = cv2.findHomography(here, there, cv2.USAC_MAGSAC, 2.0)
    if matrix is None or inliers.sum() < _INLIERS or not _plausible(np.asarray(matrix, np.float64)):
        return None
    return np.asarray(matrix, np.float64)


def _features(grey: Grey, scale: float) -> tuple[Floats, Floats]:
    """Places N×2 in pixels of `grey`, and marks N×128."""
    small = grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    points, marks = cv2.SIFT.create(1500).detectAndCompute(small, None)
    if marks is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    return np.array([point.pt for point in points], np.float32) / np.float32(scale), np.asarray(marks, np.float32)


def _by_correlation(reference: Grey, moving: Grey, start: Matrix | None) -> tuple[Matrix, float] | None:
    scale = np.diag([moving.shape[1] / reference.shape[1], moving.shape[0] / reference.shape[0], 1.0])
    motion, blur = (cv2.MOTION_HOMOGRAPHY, 5) if start is not None else (cv2.MOTION_AFFINE, _SEARCH_BLUR)
    begin = np.asarray(start if start is not None else scale, np.float32)
    given = begin if motion == cv2.MOTION_HOMOGRAPHY else begin[:2]
    everywhere = np.ones_like(moving)
    if min(*reference.shape, *moving.shape) <= 2 * blur or reference.std() < 1 or moving.std() < 1:
        return None if start is None else (start, 0.0)
    try:
        correlation, refined = cv2.findTransformECC(reference, moving, given.copy(), motion, _ROUNDS, everywhere, blur)
    except cv2.error:
        return None if start is None else (start, 0.0)
    matrix = np.asarray(refined if motion == cv2.MOTION_HOMOGRAPHY else np.vstack((refined, (0, 0, 1))), np.float64)
    return (matrix, float(correlation)) if _plausible(matrix) else None


def _plausible(matrix: Matrix) -> bool:
    """Whether it moves, turns and scales as a photographer's hand does, without folding or mirroring."""
    turn = matrix[:2, :2] / matrix[2, 2]
    stretch = np.linalg.svd(turn, compute_uv=False)
    return bool(np.linalg.det(turn) > 0 and 0.2 < stretch[1] <= stretch[0] < 5 and np.abs(matrix[2, :2]).max() < 2e-3)
