"""Settings of ingest."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field

from packshot.settings import Settings


class IngestSettings(Settings):
    """What ingest reads beside what every service reads."""

    photos_at_once: int = Field(8, gt=0, description="How many photos ingest fetches and looks into at a time")
    fetch_allow_private: bool = Field(False, description="Fetch photos from private and loopback addresses, and any port, too")
    fetch_ports: tuple[int, ...] = Field((80, 443, 8080, 8443), min_length=1, description="Ports that photos are fetched from")
    fetch_timeout_s: float = Field(30.0, gt=0, description="How long one fetch may take, redirects included")
    fetch_redirects: int = Field(3, ge=0, description="How many redirects are followed")
    fetch_retry_delays_s: tuple[float, ...] = Field((2.0, 10.0, 60.0), description="Waits between attempts to fetch a photo")

    upload_store_url: str = Field(
        "",
        description="s3://key:secret@host:port/bucket to upload to; empty: any bucket of the artifact store's server",
    )
    notify_exchange: str = Field("minio", min_length=1, description="The exchange that bucket notifications are published to")
    notify_exchange_type: Literal["fanout", "direct", "topic"] = Field("fanout", description="Its type, if ingest has to make it")
    notify_routing_key: str = Field("", description="The routing key of bucket notifications")
    bucket_recipes: str = Field("amazon-main", description="Recipes of an upload that names none, comma-separated")
    bucket_tenant: str = Field("local", description="Tenant of an upload whose key is only sku/file")
    catalogue_wait_s: float = Field(300.0, gt=0, description="How long an upload waits for a worker to announce its operations")

    @classmethod
    def beside(cls, settings: Settings) -> Self:
        """Ingest's settings on top of those that the system was given."""
        return cls.read(**settings.model_dump(exclude_unset=True))
