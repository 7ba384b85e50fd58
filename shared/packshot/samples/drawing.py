"""What products are drawn with: labels, flat faces, outlines, the insides of vessels."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from packshot.samples.surface import Layer, shade
from packshot.studio.noise import Floats, fractal
from packshot.studio.profile import rounded

Colour = tuple[float, float, float]
"""Linear red, green, blue."""
Points = list[tuple[int, int]]
"""x, y."""


def colour(red: float, green: float, blue: float) -> Floats:
    """A linear colour to calculate with."""
    return np.array((red, green, blue), np.float32)


def plain(size: tuple[int, int], tone: Colour) -> Floats:
    """A plane of one colour."""
    return np.full((*size, 3), tone, np.float32)


def label(
    random: np.random.Generator, size: tuple[int, int], words: tuple[str, str], paper: Colour, ink: Colour = (0.03, 0.035, 0.03)
) -> Floats:
    """A printed paper: a frame, a leaf, a title and a line."""
    height, width = size
    sheet = plain(size, paper)
    sheet *= 1 + 0.02 * fractal(random, height, width, (6, 6), 2)[:, :, None]
    middle = width // 2
    cv2.rectangle(sheet, (width // 12, height // 14), (width - width // 12, height - height // 14), ink, 5, cv2.LINE_AA)
    cv2.circle(sheet, (middle, int(height * 0.30)), height // 9, ink, 8, cv2.LINE_AA)
    for leaf in np.linspace(-1.1, 1.1, 5):
        tip = (middle + int(np.sin(leaf) * height * 0.085), int(height * 0.30 - np.cos(leaf) * height * 0.085))
        cv2.line(sheet, (middle, int(height * 0.36)), tip, ink, 7, cv2.LINE_AA)
    lettering = Image.new("L", (width, height))
    for text, row, room in zip(words, (0.56, 0.70), (0.72, 0.56), strict=True):
        if text:
            font = ImageFont.load_default(100)
            font = ImageFont.load_default(100 * width * room / font.getlength(text))
            ImageDraw.Draw(lettering).text((middle, height * row), text, fill=255, font=font, anchor="mm")
    cover = np.asarray(lettering, np.float32)[:, :, None] / 255
    return np.asarray(sheet + (colour(*ink) - sheet) * cover, np.float32)


def sampled(texture: Floats, across: Floats, down: Floats) -> Floats:
    """`texture` at these places."""
    return np.asarray(cv2.remap(texture, across.astype(np.float32), down.astype(np.float32), cv2.INTER_LINEAR), np.float32)


def face(texture: Floats, corners: Points, light: float, size: tuple[int, int]) -> Layer:
    """A flat face of a box with `texture` on it."""
    height, width = texture.shape[:2]
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    warp = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    shown = cv2.warpPerspective(texture, warp, (size[1], size[0]), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros(size, np.float32)
    cv2.fillPoly(mask, [np.array(corners, np.int32)], 1.0)
    fall = np.linspace(1.08, 0.86, size[0], dtype=np.float32)[:, None, None]
    return Layer(np.asarray(shown * light * fall, np.float32), mask)


def filled_opening(
    rgb: Floats, centre: tuple[int, int], axes: tuple[int, int], *, wall: Colour, drink: Colour | None, level: int
) -> Floats:
    """The inside of a vessel drawn over its top ellipse, darker to the left, where the light does not reach."""
    height, width = rgb.shape[:2]
    opening, inside = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    cv2.ellipse(opening, centre, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    cv2.ellipse(inside, centre, (axes[0] - 14, axes[1] - 7), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    x = (np.arange(width, dtype=np.float32)[None, :] - centre[0]) / axes[0]
    y = (np.arange(height, dtype=np.float32)[:, None] - centre[1]) / axes[1]
    light = np.clip(0.62 + 0.26 * x + 0.16 * y, 0.15, 1.2)[:, :, None]
    lip = shade(plain((height, width), wall), np.broadcast_to(colour(-0.2, -0.75, 0.6), rgb.shape), 0.25)
    hollow = plain((height, width), wall) * light
    if drink is not None:
        surface = np.zeros((height, width), np.float32)
        cv2.ellipse(surface, (centre[0], centre[1] + level), (axes[0] - 34, axes[1] - 10), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
        sheen = 0.10 * np.exp(-(((x + 0.35) / 0.28) ** 2) - ((y - 0.35) / 0.5) ** 2)[:, :, None]
        hollow = hollow + (colour(*drink) + sheen - hollow) * (surface * inside)[:, :, None]
    rgb = rgb + (lip - rgb) * opening[:, :, None]
    return np.asarray(rgb + (hollow - rgb) * inside[:, :, None], np.float32)


def blob(size: tuple[int, int], points: Points) -> Floats:
    """A closed smooth outline through `points`, filled."""
    mask = np.zeros(size, np.float32)
    cv2.fillPoly(mask, [np.rint(rounded(points, 24)).astype(np.int32)], 1.0)
    return mask


def circle(centre: tuple[float, float], axes: tuple[float, float]) -> Floats:
    """A ring of points for tube(): an ellipse, its lower side nearer."""
    turn = np.linspace(0, 2 * np.pi, 2400, dtype=np.float32)
    return np.stack((centre[0] + axes[0] * np.cos(turn), centre[1] + axes[1] * np.sin(turn), np.sin(turn)), axis=-1)


def edge_shade(mask: Floats, width: float) -> Floats:
    """Where a seam runs around `mask`: 0..1."""
    edges = np.abs(cv2.Laplacian((mask > 0.5).astype(np.float32), cv2.CV_32F))
    return np.asarray(np.clip(cv2.GaussianBlur(edges, (0, 0), width) * (width * 1.5), 0, 1), np.float32)
