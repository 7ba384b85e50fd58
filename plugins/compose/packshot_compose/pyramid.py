"""Laplacian pyramids: pictures mixed band by band.

P. J. Burt and E. H. Adelson, "The Laplacian pyramid as a compact image code", IEEE Trans. Communications 1983, and "A
multiresolution spline with application to image mosaics", ACM Trans. Graphics 1983.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def most_bands(height: int, width: int) -> int:
    """How many bands a picture of this size has: the last is about four pixels wide."""
    return max(1, int(np.log2(max(1, min(height, width)))) - 1)


def mixed(layers: Iterable[tuple[Floats, Floats]], bands: int) -> Floats:
    """H×W×C: the sum of the layers' bands (picture H×W×C, weight H×W), each weighted at its own coarseness.

    Weights of all layers sum to 1 everywhere. One band is plain weighting. The result may leave the range of the pictures a
    little.
    """
    total: list[Floats] = []
    for picture, weight in layers:
        for level, band in enumerate(_weighted(picture, weight, bands)):
            if level == len(total):
                total.append(band)
            else:
                total[level] += band
    result = total.pop()
    while total:
        band = total.pop()
        band += _expanded(result, band.shape)
        result = band
    return result


def _weighted(picture: Floats, weight: Floats, bands: int) -> Iterable[Floats]:
    for _ in range(bands - 1):
        smaller = np.asarray(cv2.pyrDown(picture), np.float32)
        band = _expanded(smaller, picture.shape)
        np.subtract(picture, band, out=band)
        band *= weight[..., None]
        yield band
        picture, weight = smaller, np.asarray(cv2.pyrDown(weight), np.float32)
    yield picture * weight[..., None]


def _expanded(smaller: Floats, shape: tuple[int, ...]) -> Floats:
    return np.asarray(cv2.pyrUp(smaller, dstsize=(shape[1], shape[0])), np.float32)
