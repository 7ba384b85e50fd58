"""The gateway's own settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field

from packshot.settings import Settings

DEFAULT_PORT = 8780


class GatewaySettings(Settings):
    """What the gateway reads beside what every service reads."""

    gateway_host: str = "127.0.0.1"
    gateway_port: int | None = Field(None, ge=0, le=65535, description="Default 8780, or none where there is a socket")
    gateway_socket: Path | None = Field(None, description="Listen on this Unix socket, and on a port only if one is set")
    auth: Literal["none", "keys"] = Field(
        "none", description="none: everybody is tenant `local`; keys: Authorization: Bearer pk_…"
    )
    max_upload_mb: int = Field(1024, gt=0, description="The largest listing taken, all photos together")
    max_photos: int = Field(200, gt=0, le=1000, description="Photos in one listing")
    overdue_s: float = Field(120.0, gt=0, description="A job without news for this long is dispatched again")
    max_redispatches: int = Field(5, ge=1, description="After so many dispatches that brought no news a job has failed")
    worker_expires_s: float = Field(30.0, gt=0, description="A worker not heard of for this long is away")
    webhook_allow_private: bool = Field(False, description="Let webhooks go to private and loopback addresses")

    @property
    def port(self) -> int | None:
        """The port to listen on, if any."""
        if self.gateway_port is None and self.gateway_socket is None:
            return DEFAULT_PORT
        return self.gateway_port

    @classmethod
    def beside(cls, settings: Settings, **own: Any) -> Self:
        """The gateway's settings on top of those that the system was given."""
        return cls.read(**{**settings.model_dump(exclude_unset=True), **own})
