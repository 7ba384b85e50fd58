"""Sample photos, as merchants take them: rendered by code, with the exact alpha, and a few that scikit-image ships."""

from packshot.samples.photos import RENDERED, render, write_samples

__all__ = ["RENDERED", "render", "write_samples"]
