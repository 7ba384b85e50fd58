"""Settings, from `PACKSHOT_*` environment variables. Only they differ between embedded and distributed."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from packshot.errors import BadSettings


def _home() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "packshot"


class Settings(BaseSettings):
    """What every service reads. A service adds its own by subclassing."""

    model_config = SettingsConfigDict(env_prefix="PACKSHOT_", extra="ignore")

    home: Path = Field(default_factory=_home, description="Where the embedded mode keeps its files")
    bus_url: str = Field("memory://", description="memory:// or amqp://user:password@host:5672/vhost")
    bus_prefix: str = Field("", description="Put before every exchange and queue name, so that systems can share a broker")
    bus_publish_timeout_s: float = Field(10.0, gt=0)
    bus_connect_timeout_s: float = Field(60.0, gt=0)
    retry_delays_s: tuple[float, ...] = Field((2.0, 10.0, 60.0, 300.0), min_length=1)
    """Waits between attempts of a step whose failure is transient; after the last one it has failed."""
    store_url: str = Field(
        "", description="file:///path or s3://key:secret@host:port/bucket?secure=false; empty: a folder in home"
    )
    database_url: str = Field("", description="sqlite:///path or postgresql://user:password@host/name; empty: a file in home")
    max_photo_mb: int = Field(64, gt=0, description="The largest photo taken, in MB of 2^20 bytes")
    plugins_dir: Path | None = Field(None, description="A watched folder of further plugins; empty: a folder in home")
    plugins_poll_s: float = Field(0.5, gt=0, description="Time between two looks into the plugins folder")
    plugins_linger_s: float = Field(
        60.0, ge=0, description="How long a replaced major version still takes work that was planned with it"
    )
    plugins_pip_args: str = Field("", description="Further arguments for pip, as --no-index --find-links /wheels")
    recipes_dir: Path | None = Field(None, description="A folder of further recipes")
    models_dir: Path | None = Field(None, description="Cards and files of models that users bring; empty: a folder in home")
    models_allow_private: bool = Field(False, description="Fetch model files from private and loopback addresses, any port, too")
    plugins: str = Field("", description="Load only these plugins, comma-separated; empty: all that are installed")
    device: str = Field("auto", description="auto, cpu, cuda or cuda:N")
    host_processes: int = Field(0, ge=0, description="Plugin-host processes of this worker; 0: one for each core")
    host_threads: int = Field(0, ge=0, description="OpenCV threads of each plugin host; 0: cores ÷ processes")
    host_memory_mb: int = Field(4096, gt=0, description="A plugin host that grows past this is replaced after its step")
    host_limit_processes: int = Field(64, gt=0, description="A plugin host that starts more processes than this is stopped")
    host_start_s: float = Field(120.0, gt=0, description="How long a plugin host may take to import its plugins")
    host_network: bool = Field(False, description="Let plugins use the network")
    quarantine_s: float = Field(60.0, gt=0, description="How long an operation rests that crashed or hung three times in a row")
    drain_s: float = Field(30.0, gt=0, description="How long a stopping service may take to finish what is in hand")
    log_level: str = "INFO"
    log_format: str = Field("auto", pattern="^(auto|json|console)$")
    metrics_port: int = Field(0, ge=0, le=65535, description="Port of /metrics, /healthz and /readyz of a worker; 0: none")
    secret: SecretStr | None = Field(None, description="Signs webhooks")

    @classmethod
    def read(cls, **given: Any) -> Self:
        """The settings of this process. Raises BadSettings naming the variable that cannot be used."""
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = "_".join(str(part) for part in first["loc"][:1]).upper()
            raise BadSettings(f"PACKSHOT_{name} cannot be used: {first['msg']}.") from error
        except SettingsError as error:
            raise BadSettings(
                f"A PACKSHOT_ setting cannot be read: {error}. Lists are written as JSON, such as [2, 10, 60]."
            ) from error

    @cached_property
    def resolved_store_url(self) -> str:
        """The store's URL, with the embedded default filled in."""
        return self.store_url or (self.home / "store").absolute().as_uri()

    @cached_property
    def resolved_database_url(self) -> str:
        """The database's URL, with the embedded default filled in."""
        return self.database_url or f"sqlite:///{(self.home / 'packshot.db').absolute()}"

    @cached_property
    def resolved_plugins_dir(self) -> Path:
        """The plugins folder, with the default filled in. It need not exist."""
        return self.plugins_dir or self.home / "plugins"

    @cached_property
    def resolved_models_dir(self) -> Path:
        """The folder of models, with the default filled in."""
        return self.models_dir or self.home / "models"

    @property
    def max_photo_bytes(self) -> int:
        """The largest photo taken, in bytes."""
        return self.max_photo_mb << 20

    @property
    def distributed(self) -> bool:
        """Whether services talk over a broker."""
        return not self.bus_url.startswith("memory:")
