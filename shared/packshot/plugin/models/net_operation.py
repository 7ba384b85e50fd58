"""`NetOperation`: an operation for each card whose weights packshot has trained, run by torch or by ONNX Runtime."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel

from packshot.contracts.operation import OperationSpec
from packshot.plugin.models.net import Net
from packshot.plugin.models.net_use import NetUse
from packshot.plugin.models.opening import must_be_runnable, open_net
from packshot.plugin.models.operation import ModelOperation

P = TypeVar("P", bound=BaseModel)
U = TypeVar("U", bound=NetUse)


class NetOperation(ModelOperation[P, U], Generic[P, U]):
    """The base of a family with a network of its own, which its `Use` builds: call `self.net` in `run`."""

    net: Net
    """With the card's weights, in float32."""

    def load(self, device: str) -> None:
        """See `open_net`."""
        self.net = open_net(self.card, self.use, device)

    @classmethod
    def spec(cls, plugin: str = "") -> OperationSpec:
        """See ModelOperation. BadSettings where nothing is installed that runs it: that spoils operations with cards alone."""
        must_be_runnable(cls.card)
        return super().spec(plugin)
