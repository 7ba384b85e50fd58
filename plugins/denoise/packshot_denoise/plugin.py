"""What this plugin offers."""

from __future__ import annotations

from typing import Any

from packshot.plugin import Operation, hookimpl
from packshot.training import Trainer
from packshot_denoise.bilateral import Bilateral
from packshot_denoise.cnn import CnnDenoise
from packshot_denoise.cnn_trainer import CnnTrainer
from packshot_denoise.dct import Dct
from packshot_denoise.jpeg import Jpeg
from packshot_denoise.jpeg_cnn import JpegCnn
from packshot_denoise.jpeg_cnn_trainer import JpegCnnTrainer
from packshot_denoise.nlm import NonLocalMeans
from packshot_denoise.wavelet import Wavelet


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Noise and JPEG artefacts."""
    return [Dct, NonLocalMeans, Wavelet, Bilateral, Jpeg, *CnnDenoise.for_cards(), *JpegCnn.for_cards()]


@hookimpl
def packshot_trainers() -> list[type[Trainer[Any]]]:
    """The networks whose cards `packshot_operations` looks for."""
    return [CnnTrainer, JpegCnnTrainer]
