"""What this service offers: the trainers of its host's plugins."""

from __future__ import annotations

import socket

from packshot.contracts.messages import WorkerAnnounced
from packshot.contracts.plugin import PluginCondition, PluginState
from packshot.errors import BadSettings
from packshot.plugin.host import PluginHost
from packshot.training.installed import can_train

NO_TORCH = "Training needs torch, which is not installed: pip install 'packshot[train]', then start packshot again."


def require_torch() -> None:
    """Raise BadSettings where torch is not installed."""
    if not can_train():
        raise BadSettings(NO_TORCH)


def announcement(worker: str, host: PluginHost) -> WorkerAnnounced:
    """What everybody is told. Without torch: no trainers, and the reason among the plugins."""
    reason = PluginState(name="torch", source="torch", condition=PluginCondition.REFUSED, reason=NO_TORCH)
    return WorkerAnnounced(
        worker=worker,
        service="train",
        host=socket.gethostname(),
        devices=host.devices,
        plugins=() if can_train() else (reason,),
        trainers=host.trainers if can_train() else (),
    )
