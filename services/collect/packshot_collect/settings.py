"""Settings of collect."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field

from packshot.settings import Settings


class CollectSettings(Settings):
    """What collect reads beside what every service reads."""

    collect_folders: tuple[Path, ...] = Field(
        (), description="Folders that pictures are imported from; empty: any where packshot runs in one process, else none"
    )
    collect_buckets: tuple[str, ...] = Field(
        (), description="Buckets that pictures are imported from, as s3://key:secret@host:port/bucket"
    )
    collect_contact: str = Field(
        "", max_length=200, description="How the owner of a crawled site reaches you: an address of mail or web. No crawl without"
    )
    collect_delay_s: float = Field(1.0, ge=0, description="The least time between two requests to one host")
    collect_timeout_s: float = Field(30.0, gt=0, description="How long a page or picture may take to come, all of it")
    collect_page_mb: int = Field(8, gt=0, description="A web page is read up to so many MB")
    collect_hosts_at_once: int = Field(
        8, gt=0, description="How many hosts a crawl asks at a time; each answers one request at a time"
    )
    collect_allow_private: bool = Field(False, description="Crawl private and loopback addresses, and any port, too")
    collect_at_once: int = Field(2, gt=0, description="How many collections go on at a time")
    collect_processes: int = Field(0, ge=0, description="Processes that look at pictures; 0: one for each core")
    collect_leg_s: float = Field(60.0, gt=0, description="A collection is handed on to whoever is free after so long")
    collect_flush_s: float = Field(2.0, gt=0, description="What was found is written down this often: what a crash costs at most")

    @classmethod
    def beside(cls, settings: Settings) -> Self:
        """Collect's settings on top of those that the system was given."""
        return cls.read(**settings.model_dump(exclude_unset=True))
