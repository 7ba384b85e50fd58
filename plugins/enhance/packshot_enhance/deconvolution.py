"""Undoing a known blur. Planes are H×W float32 in linear light, kernels have odd sides and the sum 1."""

from __future__ import annotations

import cv2
import numpy as np

from packshot.plugin.frame import Plane

_SLOPES = (np.array([[0, 0, 0], [0, -1, 1], [0, 0, 0]], np.float32), np.array([[0, 0, 0], [0, -1, 0], [0, 1, 0]], np.float32))
_DARKEST = np.float32(1e-4)
_NOISY = 6
"""Standard deviations of noise that make up the contrast of a small plain place."""
_OVERSHOOT = 0.2
"""How far a restored pixel may go beyond the darkest and brightest of its surroundings, as a share of their difference."""


def wiener(plane: Plane, kernel: Plane, noise: float) -> Plane:
    """`plane` without the blur of `kernel`, where its noise has the standard deviation `noise`.

    N. Wiener, "Extrapolation, interpolation, and smoothing of stationary time series", 1949, where the picture's own spectrum
    falls with the square of the frequency (B. R. Hunt, IEEE TC C-22(9), 1973), as strong as its slopes show. Beyond the borders
    the picture goes on by reflection, and fades into its own blur, so that opposite borders, which the transform joins, fit.
    """
    margin = 2 * max(kernel.shape)
    below, beside = (cv2.getOptimalDFTSize(side + 2 * margin) - side - margin for side in plane.shape)
    framed = cv2.copyMakeBorder(plane, margin, below, margin, beside, cv2.BORDER_REFLECT)
    transfer = _transfer(kernel, framed.shape)
    soft = np.fft.irfft2(np.fft.rfft2(framed) * transfer, framed.shape)
    weight = _fade(framed.shape[0], margin)[:, None] * _fade(framed.shape[1], margin)[None]
    spectrum = np.fft.rfft2(soft + weight * (framed - soft))
    slopes = sum(np.square(np.abs(_transfer(slope, framed.shape))) for slope in _SLOPES)
    energy = sum(float(np.square(np.diff(framed, axis=axis)).mean()) for axis in (0, 1))
    ratio = noise**2 / max(energy - 4 * noise**2, noise**2)
    restored = np.fft.irfft2(spectrum * np.conj(transfer) / (np.square(np.abs(transfer)) + ratio * slopes), framed.shape)
    return restored[margin : margin + plane.shape[0], margin : margin + plane.shape[1]].astype(np.float32)


def richardson_lucy(plane: Plane, kernel: Plane, rounds: int) -> Plane:
    """`plane` without the blur of `kernel`; each round brings out more, and more noise.

    W. H. Richardson, JOSA 62(1), 1972; L. B. Lucy, Astronomical Journal 79, 1974; accelerated by the vector extrapolation of
    D. S. C. Biggs, M. Andrews, Applied Optics 36(8), 1997, equations 3 to 7: ten rounds do what takes some forty.
    """
    blurred = plane if plane.min() >= _DARKEST else np.maximum(plane, _DARKEST)
    estimate, former = blurred.copy(), blurred.copy()
    change, former_change = np.zeros_like(blurred), np.zeros_like(blurred)
    # Six planes take turns, because a round that made new ones would need twice the memory.
    for _ in range(rounds):
        pace = np.float32(np.clip(_dot(change, former_change) / max(_dot(former_change, former_change), 1e-12), 0, 1))
        guess = np.subtract(estimate, former, out=former)
        guess *= pace
        guess += estimate
        np.maximum(guess, _DARKEST, out=guess)
        ratio = _spread(guess, kernel, former_change)
        np.divide(blurred, np.maximum(ratio, _DARKEST, out=ratio), out=ratio)
        corrected = _spread(ratio, kernel[::-1, ::-1])
        corrected *= guess
        former, estimate = estimate, corrected
        former_change, change = change, np.subtract(estimate, guess, out=guess)
    return estimate


def _dot(one: Plane, other: Plane) -> float:
    return sum(float(np.vdot(row, beside)) for row, beside in zip(one, other, strict=True))


def within_bounds(restored: Plane, blurred: Plane, reach: int, noise: float = 0.0) -> Plane:
    """`restored` without rings: near to what the surroundings, `reach` pixels to each side, have in `blurred`.

    Where they differ by little more than noise of the standard deviation `noise` does, there is nothing to restore.
    """
    surroundings = np.ones((2 * reach + 1,) * 2, np.uint8)
    brightest: Plane = cv2.dilate(blurred, surroundings)
    darkest: Plane = cv2.erode(blurred, surroundings)
    contrast = brightest - darkest
    room = np.float32(_OVERSHOOT) * contrast
    darkest -= room
    brightest += room
    bounded = np.clip(restored, darkest, brightest, out=brightest)
    if noise == 0:
        return bounded
    energy = np.square(contrast, out=contrast)
    share = np.divide(energy, energy + np.float32((_NOISY * noise) ** 2), out=energy)
    bounded -= blurred
    bounded *= share
    bounded += blurred
    return bounded


def _spread(plane: Plane, kernel: Plane, into: Plane | None = None) -> Plane:
    """Each point as `kernel` (filter2D correlates, hence the turn)."""
    turned = np.ascontiguousarray(kernel[::-1, ::-1])
    blurred: Plane = cv2.filter2D(plane, -1, turned, dst=into, borderType=cv2.BORDER_REFLECT)
    return blurred


def _transfer(kernel: Plane, shape: tuple[int, ...]) -> Plane:
    """The spectrum (half, as of rfft2) of `kernel` around the origin of a plane of `shape`."""
    plane = np.zeros(shape, np.float32)
    plane[: kernel.shape[0], : kernel.shape[1]] = kernel
    spectrum: Plane = np.fft.rfft2(np.roll(plane, (-(kernel.shape[0] // 2), -(kernel.shape[1] // 2)), (0, 1)))
    return spectrum


def _fade(length: int, margin: int) -> Plane:
    """From 0 at both ends to 1 after `margin` entries."""
    place = np.minimum(np.arange(length), np.arange(length)[::-1])
    ramp = np.minimum((place + 1) / margin, 1)
    fade: Plane = (ramp * ramp * (3 - 2 * ramp)).astype(np.float32)
    return fade
