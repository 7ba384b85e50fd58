"""`compose.setting`: the product in a set that is made for it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, Field, JsonValue

from packshot.errors import BadPhoto
from packshot.imaging.hex_colour import written_colour
from packshot.plugin import Frame, Operation, Pixels, Run
from packshot_compose.casting import Light, shadow_of
from packshot_compose.grounds import dithered
from packshot_compose.harmony import Harmony, palette_for
from packshot_compose.overlay import SHADOW, Floats, alpha_of, over
from packshot_compose.sets import Order, Set, Style, made_set
from packshot_compose.standing import Standing, standing_of


class SettingParams(BaseModel):
    """What the set is like; what is left open, the seed draws."""

    style: Style = Field(
        "any",
        description="studio: wall and floor; podium: a plinth; window, leaves: what the light falls through; table: a surface",
    )
    colors: Harmony = Field(
        "any",
        description="neutral; tone: the product's own hue, paler; neighbour: one beside it; contrast: the one across from it",
    )
    light: Literal["match", "left", "right"] = Field("match", description="match: from where the product is lit in its photo")
    shadow: float = Field(0.6, ge=0, le=1, description="How dark the product's shadow is; 0 none")


class Setting(Operation[SettingParams]):
    """Builds a photographic set around a cut-out product: wall and floor, podium, arch, window light, shadows of leaves, a table.

    Each seed is another set. Its floor is seen from the height from which the product was photographed, told by how its foot
    bends; the light comes from the side that is brighter on the product; colours are in harmony with its own. The product's
    pixels are not touched. Where a step before has cast a shadow, that one is used.
    """

    name = "compose.setting"
    version = "1.0.0"
    stage = "generate"
    title = "Set"
    Params = SettingParams
    takes = Pixels.FLOAT

    def run(self, frame: Frame, params: SettingParams, run: Run) -> Frame:
        """The frame without alpha; the finding tells what the set is made of. BadPhoto if the product was not cut out."""
        alpha = alpha_of(frame, self.name)
        if not (alpha > 0.5).any():
            raise BadPhoto(f"{self.name} found a cutout with nothing in it: the product was not found in its photo.")
        random, standing = run.random, standing_of(frame.rgb, alpha)
        lit_from = _side(params, standing, random)
        palette = palette_for(frame.rgb, alpha, params.colors, random)
        made = made_set(params.style, Order((frame.height, frame.width), standing, palette, lit_from, random))
        if "shadow" not in frame.planes and params.shadow > 0:
            shadow = _shadow(alpha, made, lit_from, random) * np.float32(params.shadow)
            frame = frame.with_planes(shadow=shadow).with_finding(SHADOW, {"color": written_colour(palette.shade)})
        finding: dict[str, JsonValue] = {
            "made_of": list(made.made_of),
            "wall": written_colour(palette.wall),
            "light_from": "left" if lit_from < 0 else "right",
            "light_seen": standing.light_from is not None,
        }
        return over(frame, dithered(made.picture, random), self.name).with_finding(self.name, finding)


def _side(params: SettingParams, standing: Standing, random: np.random.Generator) -> float:
    """-1 for light from the left, 1 from the right."""
    drawn = float(random.choice((-1, 1)))
    if params.light != "match":
        return -1.0 if params.light == "left" else 1.0
    return drawn if standing.light_from is None else standing.light_from


def _shadow(alpha: Floats, made: Set, lit_from: float, random: np.random.Generator) -> Floats:
    """Away from the lamp, a little towards the viewer; on a podium no farther than its top."""
    towards = float(random.uniform(8, 30))
    direction = towards if lit_from < 0 else 180 - towards
    spread = float(random.uniform(0.3, 0.5))
    cast = shadow_of(
        alpha, "cast", Light(softness=float(random.uniform(0.4, 0.65)), direction=direction, offset=0.03, spread=spread)
    )
    contact = shadow_of(alpha, "contact", Light(softness=0.5, direction=90, offset=0.0, spread=0.3))
    reach = cast if made.top is None else cast * made.top
    return np.asarray(1 - (1 - 0.8 * contact) * (1 - 0.7 * reach), np.float32)
