"""The service of a stage: what preprocess, generate, edit and quality-check have in common."""

from __future__ import annotations

from packshot.contracts.operation import Stage
from packshot.service import System
from packshot.worker.worker import Worker


class StageService:
    """Runs the operations of one stage (a packshot.service.Service)."""

    def __init__(self, stage: Stage) -> None:
        self.name = stage.value
        self._stage = stage

    async def run(self, system: System) -> None:
        """Work until the system stops, then drain."""
        await Worker(self._stage, system).run()


def stage_service(stage: Stage) -> StageService:
    """The service that runs the operations of `stage`."""
    return StageService(stage)
