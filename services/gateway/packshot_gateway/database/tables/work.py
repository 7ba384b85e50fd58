"""Tables of listings, jobs and what they made, of workers, and of what is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from packshot_gateway.database.tables.base import Base, Counter


class Listing(Base):
    """One product."""

    __tablename__ = "listings"
    __table_args__ = (Index(None, "tenant", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    sku: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    urgent: Mapped[bool] = mapped_column(default=False)
    webhook_url: Mapped[str | None]
    created_at: Mapped[datetime]


class Photo(Base):
    """One photo of a listing."""

    __tablename__ = "photos"

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    listing: Mapped[str] = mapped_column(ForeignKey("listings.id"), index=True)
    position: Mapped[int]
    filename: Mapped[str]
    url: Mapped[str | None]
    state: Mapped[str]
    artifact: Mapped[dict[str, Any] | None]
    digest: Mapped[str | None] = mapped_column(index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    failure: Mapped[dict[str, Any] | None]


class Job(Base):
    """One recipe over one photo. Without `listing` it is only known from events that came before the one that tells of it."""

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "tenant", "created_at"), Index(None, "state", "due_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    listing: Mapped[str | None] = mapped_column(ForeignKey("listings.id"), index=True)
    photo: Mapped[str | None] = mapped_column(ForeignKey("photos.id"), index=True)
    recipe: Mapped[str] = mapped_column(default="")
    plan: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    planned_steps: Mapped[list[Any]] = mapped_column(default=list)
    planned_outputs: Mapped[list[Any]] = mapped_column(default=list)
    done_steps: Mapped[list[Any]] = mapped_column(default=list)
    patience_s: Mapped[float] = mapped_column(default=0.0)
    """The longest that one of its steps may take."""
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str]
    progress: Mapped[float] = mapped_column(default=0.0)
    failure: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    """When the reconciler looks after it, unless there is news before."""
    redispatches: Mapped[int] = mapped_column(default=0)
    shadow_of: Mapped[str | None] = mapped_column(index=True)
    """The job in whose shadow it runs, if it does: then no merchant sees it."""


class JobRoute(Base):
    """A version that a traffic policy chose for a job."""

    __tablename__ = "job_routes"
    __table_args__ = (Index(None, "operation", "major"),)

    job: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    major: Mapped[int] = mapped_column(primary_key=True)


class TrafficPolicy(Base):
    """The traffic policy of an operation; without `stable` it has none any more, and only its revision counts."""

    __tablename__ = "traffic"

    operation: Mapped[str] = mapped_column(primary_key=True)
    stable: Mapped[int | None]
    candidate: Mapped[int | None]
    mode: Mapped[str]
    share: Mapped[float]
    tenants: Mapped[list[Any]] = mapped_column(default=list)
    salt: Mapped[str] = mapped_column(default="")
    previous: Mapped[int | None]
    revision: Mapped[int]
    changed_at: Mapped[datetime]


class Output(Base):
    """One named output of a job: ready, or failed for good."""

    __tablename__ = "outputs"

    job: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    ready_by: Mapped[str | None]
    """The id of the event that said so; of several, the lowest counts."""
    artifact: Mapped[dict[str, Any] | None]
    digest: Mapped[str | None] = mapped_column(index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    findings: Mapped[dict[str, Any] | None]
    lineage: Mapped[list[Any] | None]
    failed_by: Mapped[str | None]
    failure: Mapped[dict[str, Any] | None]


class Visit(Base):
    """A visit that left something to do: where the reconciler takes a job up again."""

    __tablename__ = "visits"

    event: Mapped[str] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    depth: Mapped[int]
    """Steps done since the photo."""
    repairing: Mapped[bool] = mapped_column(default=False)
    frame: Mapped[dict[str, Any]]
    remaining: Mapped[dict[str, Any]]
    finished_at: Mapped[datetime]


class JobEvent(Base):
    """What happened to a job, in the order in which it was learnt."""

    __tablename__ = "job_events"
    __table_args__ = (UniqueConstraint("event", "job"), Index(None, "job", "sequence"))

    sequence: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    event: Mapped[str]
    job: Mapped[str] = mapped_column(ForeignKey("jobs.id"))
    type: Mapped[str]
    time: Mapped[datetime]
    state: Mapped[str]
    progress: Mapped[float]
    operation: Mapped[str | None]
    fraction: Mapped[float | None]
    message: Mapped[str] = mapped_column(default="")


class Outgoing(Base):
    """A message that is sent because its transaction was committed."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "sent_at", "sequence"),)

    sequence: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    envelope: Mapped[dict[str, Any]]
    queue: Mapped[str | None]
    """The work queue of a command; none for an event."""
    urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Operation(Base):
    """An operation that some worker has offered."""

    __tablename__ = "operations"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    spec: Mapped[dict[str, Any]]
    last_seen: Mapped[datetime]


class Worker(Base):
    """A worker, as it last announced itself."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    devices: Mapped[list[Any]] = mapped_column(default=list)
    operations: Mapped[list[Any]] = mapped_column(default=list)
    """`name@version` of each."""
    quarantined: Mapped[list[Any]] = mapped_column(default=list)
    plugins: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """What has become of each of its plugins."""
    trainers: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """What it can train."""
    announced_at: Mapped[datetime | None]
    departed_at: Mapped[datetime | None]


class Webhook(Base):
    """One event of one job that somebody is to be told of. Its id is the event's."""

    __tablename__ = "webhooks"
    __table_args__ = (Index(None, "ended_at", "next_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    job: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    type: Mapped[str]
    url: Mapped[str]
    body: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was delivered, or given up."""
    delivered: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None]


class ApiKey(Base):
    """A key, known only by its SHA-256."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """A request that was answered: the same key gets the same answer."""

    __tablename__ = "idempotency_keys"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    listing: Mapped[str] = mapped_column(ForeignKey("listings.id"))
    created_at: Mapped[datetime]
