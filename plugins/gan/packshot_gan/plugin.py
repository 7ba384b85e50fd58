"""What this plugin offers."""

from __future__ import annotations

from typing import Any

from packshot.plugin import Operation, hookimpl
from packshot.training import Trainer
from packshot_gan.dcgan_trainer import DcganTrainer
from packshot_gan.edit import Edit
from packshot_gan.encoder_trainer import EncoderTrainer
from packshot_gan.generate import Generate
from packshot_gan.interpolate import Interpolate
from packshot_gan.modern_trainer import ModernTrainer
from packshot_gan.variations import Variations
from packshot_gan.wgan_gp_trainer import WganGpTrainer


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """What every generator can do."""
    return [*Generate.for_cards(), *Interpolate.for_cards(), *Edit.for_cards(), *Variations.for_cards()]


@hookimpl
def packshot_trainers() -> list[type[Trainer[Any]]]:
    """Generators, and the encoder that may stand beside one."""
    return [DcganTrainer, WganGpTrainer, ModernTrainer, EncoderTrainer]
