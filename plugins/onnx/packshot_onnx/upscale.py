"""`onnx.upscale.NAME`: a user's network that makes a picture N times as large."""

from __future__ import annotations

from pydantic import BaseModel, Field

from packshot.errors import BadPhoto
from packshot.imaging.enlarge import enlarged_frame
from packshot.imaging.spread import spread_outward
from packshot.plugin import Frame, Pixels, Run, Touch
from packshot.plugin.models import ModelOperation
from packshot_onnx.picture_net import PictureNet
from packshot_onnx.use import UpscaleUse


class UpscaleParams(BaseModel):
    """How large a result is wanted."""

    max_side: int = Field(8000, ge=16, le=16000, description="A result whose longer side would be larger is refused, in pixels")


class OnnxUpscale(ModelOperation[UpscaleParams, UpscaleUse]):
    """Lets a model of your own make the picture larger, tile by tile; alpha and other planes grow with it."""

    family = "onnx.upscale"
    prefix = "onnx.upscale"
    handling = "1"
    stage = "edit"
    title = "Upscale"
    Params = UpscaleParams
    Use = UpscaleUse
    takes = Pixels.FLOAT
    touch = Touch.ENHANCED

    def load(self, device: str) -> None:
        """Raises ModelMissing, ModelDamaged or BadSettings."""
        self._net = PictureNet(self.card, self.use, device, self.use.scale)

    def run(self, frame: Frame, params: UpscaleParams, run: Run) -> Frame:
        """The frame `scale` times as large. BadPhoto if that is more than `max_side`."""
        scale = self.use.scale
        longest = max(frame.width, frame.height) * scale
        if longest > params.max_side:
            raise BadPhoto(
                f"The picture would be {longest} pixels long, {scale} times as long as now, and max_side is {params.max_side}: "
                "it is large enough already, or shrink it with layout.resize first."
            )
        # What lies under clear alpha is of no meaning, and would be drawn into the product's edge.
        rgb = self._net(spread_outward(frame.rgb, frame.alpha), run.progress)
        return enlarged_frame(frame, rgb, scale)
