"""The procedural studio: products rendered by code as amateurs photograph them, with exact alpha, depth, normals and shadow."""

from packshot.studio.render import FAMILIES, Render, StudioSettings, render

__all__ = ["FAMILIES", "Render", "StudioSettings", "render"]
