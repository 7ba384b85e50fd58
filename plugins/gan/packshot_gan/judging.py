"""How near made pictures are to real ones, by a network of features."""

from __future__ import annotations

from collections.abc import Sequence

from packshot.evaluation.distances import frechet_distance
from packshot.features import features_of, network_names
from packshot.plugin.frame import Plane
from packshot_gan.use import GeneratorUse

_SMALL = 32


def compared(real: Sequence[Plane], made: Sequence[Plane], use: GeneratorUse, network: str = "") -> dict[str, float]:
    """`fd` and `fd.<network>`: the Fréchet distance of two sets of pictures (uint8, H×W×3), by `network` or the one that suits.

    Raises UnknownName for a network that was named and is not there; where the one that suits is not, there are no figures.
    """
    name = network or ("fashion" if use.channels == 1 and use.size <= _SMALL else "products")
    if not network and name not in network_names():
        return {}
    distance = frechet_distance(features_of(real, name), features_of(made, name))
    return {"fd": distance, f"fd.{name}": distance}
