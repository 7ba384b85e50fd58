"""`NetUse`: what a card says of a network of packshot's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from pydantic import BaseModel

from packshot.plugin.models.net import Floats

if TYPE_CHECKING:
    from torch import nn


class NetUse(BaseModel, ABC, extra="forbid"):
    """The network's shape. The operation reads it from the card's `use`; what a training takes is this and more."""

    @abstractmethod
    def network(self) -> nn.Module:
        """With fresh weights. Import its module here: it imports torch, which the light install has not."""

    @abstractmethod
    def example_inputs(self) -> tuple[Floats, ...]:
        """Float32 N×C×H×W arrays of a usual size, as the network's `forward` takes them.

        By them its graph is written, where N, H and W stay free, and runtimes are compared.
        """
