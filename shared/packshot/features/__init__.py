"""Features of pictures by networks of packshot's own: what measures of sets of pictures compare.

A measure always says whose features it is made of: `fd.fashion`, `kd.products`.
"""

from packshot.features.looking import FeatureNetwork, Seen, features_of, find_network, network_names
from packshot.features.use import FeatureUse

__all__ = ["FeatureNetwork", "FeatureUse", "Seen", "features_of", "find_network", "network_names"]
