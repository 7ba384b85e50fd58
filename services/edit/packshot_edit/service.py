"""The service `edit`: a worker for the operations of its stage."""

from __future__ import annotations

from packshot.contracts.operation import Stage
from packshot.worker import stage_service

SERVICE = stage_service(Stage.EDIT)
