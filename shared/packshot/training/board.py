"""TensorBoard's files, where TensorBoard is installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from packshot.plugin.frame import Plane


class Board:
    """Curves and pictures of one run. Without TensorBoard, nothing is written."""

    def __init__(self, folder: Path, run: str, step: int) -> None:
        self._writer = None
        if find_spec("tensorboard") is not None:
            from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - TensorBoard may not be installed

            # What an earlier, killed leg wrote beyond this step is taken back.
            self._writer = SummaryWriter(str(folder / "tensorboard" / (run or "training").replace(" ", "-")), purge_step=step)

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Points of curves by name."""
        for name, value in values.items():
            if self._writer is not None:
                self._writer.add_scalar(name, value, step)

    def picture(self, step: int, rgb: Plane) -> None:
        """H×W×3 uint8."""
        if self._writer is not None:
            self._writer.add_image("sheet", rgb, step, dataformats="HWC")

    def close(self) -> None:
        """Let go of the file."""
        if self._writer is not None:
            self._writer.close()
