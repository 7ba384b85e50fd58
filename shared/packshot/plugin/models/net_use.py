"""`NetUse`: what a card says of a network of packshot's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pkgutil import resolve_name
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel

from packshot.plugin.models.net import Floats

if TYPE_CHECKING:
    from torch import nn


class NetUse(BaseModel, ABC, extra="forbid"):
    """The network's shape. The operation reads it from the card's `use`; what a training takes is this and more."""

    built_by: ClassVar[str]
    """`module:callable` that makes the network of this, with fresh weights. Named rather than imported: hosts without torch read
    cards too, and the network's module imports torch."""

    def network(self) -> nn.Module:
        """With fresh weights. Needs torch."""
        network: nn.Module = resolve_name(self.built_by)(self)
        return network

    @abstractmethod
    def example_inputs(self) -> tuple[Floats, ...]:
        """Float32 N×C×H×W arrays of a usual size, as the network's `forward` takes them.

        By them its graph is written, where N, H and W stay free, and runtimes are compared.
        """
