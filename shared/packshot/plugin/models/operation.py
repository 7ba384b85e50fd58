"""`ModelOperation`: an operation for each card.

Not one operation with a parameter that names the model: a step goes to the workers that hold its model, its key and lineage name
that model's digests, its form has what that model takes, and two versions of a model run side by side as any two operations do.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel

from packshot.contracts.operation import OperationSpec
from packshot.plugin.models.card import ModelCard, parse_use
from packshot.plugin.models.folder import versioned_name
from packshot.plugin.models.shelf import find_cards
from packshot.plugin.models.shipped import shipped_cards
from packshot.plugin.operation import Operation

P = TypeVar("P", bound=BaseModel)
U = TypeVar("U", bound=BaseModel)


class ModelOperation(Operation[P], Generic[P, U]):
    """The base of a family: subclass it, write `load` and `run`, and offer `for_cards()`."""

    family: ClassVar[str]
    """Which cards it runs; the operation of the card `u2net` is called `<prefix>.u2net`."""
    further: ClassVar[tuple[str, ...]] = ()
    """Other families whose cards it runs as well: those of several trainers whose networks are used alike."""
    prefix: ClassVar[str]
    handling: ClassVar[str]
    """Version of the code between picture and model: raise it when equal cards give other results, or old ones are taken up."""
    Use: type[U]
    """What the family reads of a card's `use`."""
    card: ClassVar[ModelCard]
    ships: ClassVar[str] = ""
    """The package in whose folder `models` cards and files lie that come with the plugin: see `shipped_cards`."""

    @cached_property
    def use(self) -> U:
        """How the card wants its model used."""
        return parse_use(self.card, self.Use)

    @classmethod
    def spec(cls, plugin: str = "") -> OperationSpec:
        """See Operation. Raises BadSettings for a card whose `use` does not suit, which spoils this operation alone."""
        parse_use(cls.card, cls.Use)
        return super().spec(plugin)

    @classmethod
    def for_card(cls, card: ModelCard) -> type[Self]:
        """This operation with the model of `card`."""
        own = {
            "__doc__": f"{card.summary} {cls.__doc__}".strip(),
            "__module__": cls.__module__,
            "card": card,
            "name": f"{cls.prefix}.{card.name}",
            "version": card.version,
            "title": f"{cls.title} ({card.title or card.name})",
            "device": card.device,
            "timeout_s": card.timeout_s,
            "models": card.models(f"{cls.prefix} {cls.handling}"),
        }
        return type(f"{cls.__name__}_{card.name}", (cls,), own)

    @classmethod
    def for_cards(cls) -> list[type[Self]]:
        """One operation for each card of the families in PACKSHOT_MODELS_DIR, and for each that comes with the plugin.

        Of two with one name and major it is the folder's: what somebody trained or brought here is what they want.
        """
        families = (cls.family, *cls.further)
        found = find_cards(*families)
        taken = {versioned_name(card) for card in found}
        shipped = [card for family in families for card in shipped_cards(cls.ships, family)] if cls.ships else []
        return [cls.for_card(card) for card in (*found, *(one for one in shipped if versioned_name(one) not in taken))]
