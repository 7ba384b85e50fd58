"""`onnx.restore.NAME`: a user's network that makes a better picture of the same size."""

from __future__ import annotations

from pydantic import BaseModel, Field

from packshot.plugin import Frame, Pixels, Run, Touch
from packshot.plugin.models import ModelOperation
from packshot_onnx.picture_net import PictureNet
from packshot_onnx.use import TiledUse


class RestoreParams(BaseModel):
    """How much of it."""

    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the picture as it is, 1 takes all that the model made of it")


class OnnxRestore(ModelOperation[RestoreParams, TiledUse]):
    """Lets a model of your own restore the colours, tile by tile; alpha stays."""

    family = "onnx.restore"
    prefix = "onnx.restore"
    handling = "1"
    stage = "edit"
    title = "Restore"
    Params = RestoreParams
    Use = TiledUse
    takes = Pixels.FLOAT
    touch = Touch.ENHANCED

    def load(self, device: str) -> None:
        """Raises ModelMissing, ModelDamaged or BadSettings."""
        self._net = PictureNet(self.card, self.use, device)

    def run(self, frame: Frame, params: RestoreParams, run: Run) -> Frame:
        """The frame with other colours, 0..1."""
        if params.strength == 0:
            return frame
        made = self._net(frame.rgb, run.progress)
        return frame.with_rgb(frame.rgb + params.strength * (made - frame.rgb))
