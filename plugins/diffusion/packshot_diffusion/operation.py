"""The base of the operations that a pipeline becomes."""

from __future__ import annotations

import os
from pkgutil import resolve_name
from typing import TYPE_CHECKING, ClassVar, TypeVar

from pydantic import BaseModel

from packshot.plugin import Touch
from packshot.plugin.models import ModelOperation
from packshot_diffusion.use import PipelineUse, Task

if TYPE_CHECKING:
    from packshot_diffusion.pipeline import Pipeline

P = TypeVar("P", bound=BaseModel)

FAMILY = "diffusion.pipeline"


class PipelineOperation(ModelOperation[P, PipelineUse]):
    """One task of a pipeline."""

    family = FAMILY
    handling = "1"
    stage = "generate"
    Use = PipelineUse
    touch = Touch.COMPOSITE
    task: ClassVar[Task]
    """What a card offers."""
    asks_for: ClassVar[str] = "inpaint"
    """What the pipeline must be able to do for it."""

    def load(self, device: str) -> None:
        """Raises ModelMissing, ModelDamaged or BadSettings."""
        # Before diffusers is imported: then no part of it ever asks a hub.
        os.environ["HF_HUB_OFFLINE"] = "1"
        # Named rather than imported: cards are read where the extra is not installed, too.
        pipeline_for = resolve_name("packshot_diffusion.pipeline:pipeline_for")
        self._pipeline: Pipeline = pipeline_for(self.card, self.use, device)
        self._pipeline.require(self.asks_for)

    def unload(self) -> None:
        """The weights go with the last operation that holds them."""
        del self._pipeline
