"""The one runtime of all stages: takes commands from the bus, keeps blobs in the store, has operations run by a plugin host."""

from packshot.worker.stage import stage_service

__all__ = ["stage_service"]
