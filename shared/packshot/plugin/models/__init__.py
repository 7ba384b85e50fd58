"""Models that users bring: what the author of a model-running plugin imports.

A card (YAML) names a model, its files by digest, and how it is used; cards and files lie in `PACKSHOT_MODELS_DIR`. A plugin asks
for the cards of its families, offers an operation for each, and opens the files when the operation is loaded. Fetching them is
the command line's business (`packshot models`): plugins may have no network. Why: docs/decisions/0009-models.md.
"""

from packshot.plugin.models.card import ModelCard, ModelFile
from packshot.plugin.models.folder import files_of
from packshot.plugin.models.net import Floats, Net
from packshot.plugin.models.net_operation import NetOperation
from packshot.plugin.models.net_use import NetUse
from packshot.plugin.models.operation import ModelOperation
from packshot.plugin.models.shelf import find_cards

__all__ = ["Floats", "ModelCard", "ModelFile", "ModelOperation", "Net", "NetOperation", "NetUse", "files_of", "find_cards"]
