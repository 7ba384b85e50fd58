"""A small convolution in torch that batches. Imports torch only when it is loaded, as every learned operation should."""

import numpy as np
from pydantic import BaseModel

from packshot.plugin import Batch, Device, Operation, Pixels, hookimpl


class Gain(BaseModel):
    gain: float = 1.0


class Convolve(Operation[Gain]):
    """A fixed random 3×3 convolution."""

    name, version, stage, Params = "learned.convolve", "1.0.0", "edit", Gain
    takes = Pixels.FLOAT
    device = Device(kind="cuda", required=False)
    batch = Batch(max=8, window_ms=1000)

    def load(self, device):
        import torch  # noqa: PLC0415 - see above

        self._device = device
        random = torch.Generator().manual_seed(1)
        self._kernel = (torch.rand(3, 3, 3, 3, generator=random) / 27).to(device)

    def run_batch(self, frames, params, runs):
        import torch  # noqa: PLC0415 - see above

        with torch.inference_mode():
            batch = torch.from_numpy(np.stack([frame.rgb for frame in frames])).to(self._device).permute(0, 3, 1, 2)
            convolved = torch.nn.functional.conv2d(batch, self._kernel, padding=1) * params.gain
            answers = convolved.permute(0, 2, 3, 1).cpu().numpy()
        finding = {"batch": len(frames), "shapes": sorted({frame.rgb.shape for frame in frames})}
        return [frame.with_rgb(rgb).with_finding(self.name, finding) for frame, rgb in zip(frames, answers, strict=True)]


@hookimpl
def packshot_operations():
    return [Convolve]
