"""What this plugin offers: the operations that each card of its family becomes."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from packshot.errors import BadSettings
from packshot.plugin import Operation, hookimpl
from packshot.plugin.models import find_cards
from packshot_diffusion.background import DiffusionBackground
from packshot_diffusion.inpaint import DiffusionInpaint
from packshot_diffusion.operation import FAMILY
from packshot_diffusion.relight import DiffusionRelight
from packshot_diffusion.use import TASKS

OPERATIONS = (DiffusionInpaint, DiffusionBackground, DiffusionRelight)


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Nothing while there are no cards. BadSettings if there are some, and diffusers is not installed."""
    cards = find_cards(FAMILY)
    lacking = [name for name in ("torch", "diffusers", "transformers") if find_spec(name) is None]
    if cards and lacking:
        raise BadSettings(f"{', '.join(lacking)} is not installed: pip install 'packshot-diffusion[diffusers]'.")
    return [kind.for_card(card) for card in cards for kind in OPERATIONS if kind.task in _offered(card.use)]


def _offered(use: dict[str, Any]) -> Any:
    """What the card names, unchecked: a card that does not suit is told so by each of its operations."""
    named = use.get("offers", TASKS)
    return named if isinstance(named, list | tuple) else TASKS
