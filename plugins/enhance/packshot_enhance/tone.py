"""`enhance.tone`: brightness, contrast and colour by hand."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from packshot.imaging.adjustment import Adjustment
from packshot.imaging.mask import Where
from packshot.imaging.pixels import bands_of, linear_to_srgb, srgb_to_linear
from packshot.plugin import Frame, Pixels, Run
from packshot.plugin.frame import Plane
from packshot_enhance.colour import REC709, luma


class ToneParams(Where):
    """What `enhance.tone` takes. All at their defaults leave the picture exactly as it is."""

    exposure: float = Field(0.0, ge=-5, le=5, description="EV: +1 doubles the light")
    temperature: float = Field(0.0, ge=-1, le=1, description="Below 0 bluer, above 0 warmer")
    tint: float = Field(0.0, ge=-1, le=1, description="Below 0 greener, above 0 pinker")
    contrast: float = Field(0.0, ge=-1, le=1, description="Around middle grey")
    gamma: float = Field(1.0, ge=0.2, le=5, description="Above 1 lifts the middle tones; black and white stay")
    highlights: float = Field(0.0, ge=-1, le=1, description="Bright parts down (below 0) or up")
    shadows: float = Field(0.0, ge=-1, le=1, description="Dark parts down (below 0) or up")
    saturation: float = Field(0.0, ge=-1, le=1, description="-1 is grey")
    vibrance: float = Field(0.0, ge=-1, le=1, description="Saturation of dull colours; vivid ones change little")

    @property
    def changes_nothing(self) -> bool:
        """Wherever it is done."""
        return self.model_copy(update={"box": None, "polygon": None}) == ToneParams()


class Tone(Adjustment[ToneParams]):
    """Changes exposure, warmth, contrast, highlights, shadows and saturation. Nothing is clipped on the way."""

    name, version, stage, Params = "enhance.tone", "1.1.0", "edit", ToneParams
    title = "Tone"
    takes = Pixels.FLOAT

    def adjusted(self, frame: Frame, params: ToneParams, run: Run) -> Frame:
        """In the order of the parameters."""
        rgb = toned(frame.rgb, params)
        return frame if rgb is frame.rgb else frame.with_rgb(rgb)


def toned(rgb: Plane, params: ToneParams) -> Plane:
    """`rgb` (float, sRGB-encoded, H×W×3) toned; the same array when nothing is to change."""
    if params.changes_nothing:
        return rgb
    changed = np.empty(rgb.shape, np.float32)
    for rows in bands_of(rgb):
        changed[rows] = _band(rgb[rows], params)
    return changed


def _band(rgb: Plane, params: ToneParams) -> Plane:
    rgb = _lit(rgb, params)
    if params.contrast:
        rgb = _contrasted(rgb, params.contrast)
    if params.gamma != 1:
        rgb = np.copysign(np.abs(rgb) ** np.float32(1 / params.gamma), rgb)
    if params.highlights or params.shadows:
        rgb = _rebalanced(rgb, params.highlights, params.shadows)
    if params.saturation or params.vibrance:
        rgb = _saturated(rgb, params.saturation, params.vibrance)
    return rgb


def _lit(rgb: Plane, params: ToneParams) -> Plane:
    """Exposure, temperature and tint: gains in linear light. Temperature and tint keep the luminance of grey."""
    if not (params.exposure or params.temperature or params.tint):
        return rgb
    warm, pink = 0.2 * params.temperature, 0.1 * params.tint
    gains = np.array([1 + warm + pink, 1 - pink, 1 - warm + pink])
    gains *= 2.0**params.exposure / float(gains @ REC709)
    return linear_to_srgb(srgb_to_linear(rgb) * gains.astype(np.float32))


def _contrasted(rgb: Plane, contrast: float) -> Plane:
    """A straight line through middle grey, bent so that black and white stay: a mix with the smoothstep curve.

    Below 0 the line is flatter and the ends come in. Outside 0..1 the curve goes on as the identity.
    """
    if contrast < 0:
        return 0.5 + (rgb - 0.5) * np.float32(1 + 0.8 * contrast)
    inside = np.clip(rgb, 0, 1)
    curve = inside * inside * (3 - 2 * inside) + (rgb - inside)
    bent: Plane = rgb + np.float32(contrast) * (curve - rgb)
    return bent


def _rebalanced(rgb: Plane, highlights: float, shadows: float) -> Plane:
    """Moves bright and dark parts by their luma, the same for all channels, so that hues hold."""
    brightness = np.clip(luma(rgb), 0, 1)
    bright, dark = brightness**2 * (1 - brightness), brightness * (1 - brightness) ** 2
    target = brightness + np.float32(highlights) * bright + np.float32(shadows) * dark
    ratio = np.divide(target, brightness, out=np.ones_like(brightness), where=brightness > 1e-4)
    rebalanced: Plane = rgb * ratio[..., None]
    return rebalanced


def _saturated(rgb: Plane, saturation: float, vibrance: float) -> Plane:
    """Away from the luma of each pixel; vibrance is weighted by 1 - the pixel's own saturation."""
    grey = luma(rgb)[..., None]
    amount: Plane | float = 1 + saturation
    if vibrance:
        vividness = np.clip(rgb.max(axis=-1) - rgb.min(axis=-1), 0, 1)[..., None]
        amount = amount + np.float32(vibrance) * (1 - vividness)
    saturated: Plane = grey + (rgb - grey) * np.asarray(amount, np.float32)
    return saturated
