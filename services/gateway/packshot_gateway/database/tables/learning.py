"""Tables of data sets, annotation and training."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from packshot_gateway.database.tables.base import Base, Counter


class DataSet(Base):
    """Whose data set it is. Its versions are in the object store."""

    __tablename__ = "data_sets"

    name: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]


class Collection(Base):
    """A run that makes a version of a data set. Without `order` it is only known from an event that came before the others."""

    __tablename__ = "collections"
    __table_args__ = (Index(None, "tenant", "created_at"), Index(None, "state", "due_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    name: Mapped[str]
    order: Mapped[dict[str, Any] | None]
    state: Mapped[str]
    phase: Mapped[str]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(default="")
    leg: Mapped[int] = mapped_column(default=-1)
    place: Mapped[int] = mapped_column(default=-1)
    """Leg and place of the newest progress."""
    digest: Mapped[str | None]
    failure: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    """When it is sent on its way again, unless there is news before."""
    redispatches: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    """Grows with each change: who follows it resumes after one."""


class AnnotationTask(Base):
    """A version of a data set that people annotate."""

    __tablename__ = "annotation_tasks"
    __table_args__ = (Index(None, "tenant", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    dataset: Mapped[str]
    digest: Mapped[str]
    categories: Mapped[list[Any]]
    people: Mapped[int]
    least_overlap: Mapped[float]
    operation: Mapped[str | None]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    alpha: Mapped[bool]
    pictures: Mapped[int]
    created_at: Mapped[datetime]
    published: Mapped[str | None]
    """The digest of the version that came of it, once all is said."""


class AnnotationPicture(Base):
    """One picture of a task: the item of its data set at `position`."""

    __tablename__ = "annotation_pictures"
    __table_args__ = (Index(None, "task", "digest"),)

    task: Mapped[str] = mapped_column(ForeignKey("annotation_tasks.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    item: Mapped[dict[str, Any]]
    job: Mapped[str | None]
    """The job that makes the machine's proposal."""
    proposals: Mapped[list[Any] | None]
    """None until the machine's is there."""
    proposal_failure: Mapped[str] = mapped_column(default="")
    comparison: Mapped[dict[str, Any] | None]
    """How the work of two people compares, once both are done."""
    decision: Mapped[dict[str, Any] | None]
    decided_at: Mapped[datetime | None]


class AnnotationWork(Base):
    """What one person has said about one picture."""

    __tablename__ = "annotation_works"
    __table_args__ = (
        ForeignKeyConstraint(["task", "position"], ["annotation_pictures.task", "annotation_pictures.position"]),
        Index(None, "task", "person", "state"),
    )

    task: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    revision: Mapped[int] = mapped_column(default=0)
    labels: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(default="")
    taken_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    first_saved_at: Mapped[datetime | None]


class AnnotationMask(Base):
    """A mask that was drawn or proposed for a picture of a task."""

    __tablename__ = "annotation_masks"
    __table_args__ = (ForeignKeyConstraint(["task", "position"], ["annotation_pictures.task", "annotation_pictures.position"]),)

    task: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    artifact: Mapped[dict[str, Any]]


class Rating(Base):
    """Systems whose pictures people compare."""

    __tablename__ = "ratings"
    __table_args__ = (Index(None, "tenant", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    question: Mapped[str]
    systems: Mapped[list[Any]]
    pairs: Mapped[int]
    created_at: Mapped[datetime]


class RatingPair(Base):
    """Two pictures of a rating, by the numbers of their systems."""

    __tablename__ = "rating_pairs"

    rating: Mapped[str] = mapped_column(ForeignKey("ratings.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    one: Mapped[int]
    other: Mapped[int]
    one_picture: Mapped[dict[str, Any]]
    other_picture: Mapped[dict[str, Any]]
    reference: Mapped[dict[str, Any] | None]


class RatingWord(Base):
    """What one person has said of one pair."""

    __tablename__ = "rating_words"
    __table_args__ = (
        ForeignKeyConstraint(["rating", "position"], ["rating_pairs.rating", "rating_pairs.position"]),
        Index(None, "rating", "person", "said_at"),
    )

    rating: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    one_left: Mapped[bool]
    """Whether the picture of system `one` was on the left for this person."""
    said_at: Mapped[datetime]


class Training(Base):
    """A training that was ordered."""

    __tablename__ = "trainings"
    __table_args__ = (Index(None, "tenant", "created_at"), Index(None, "state", "due_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    order: Mapped[dict[str, Any]]
    registers: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str]
    progress: Mapped[dict[str, Any] | None]
    heard_at: Mapped[datetime | None]
    """When what `progress` says was said."""
    legs: Mapped[int] = mapped_column(default=0)
    """That have ended."""
    checkpoint: Mapped[dict[str, Any] | None]
    """With which the next leg goes on."""
    trained: Mapped[dict[str, Any] | None]
    weights: Mapped[dict[str, Any] | None]
    sheet: Mapped[dict[str, Any] | None]
    registered: Mapped[str] = mapped_column(default="")
    failure: Mapped[dict[str, Any] | None]
    worker: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    """When the reconciler looks after it, unless there is news before."""


class TrainingEvent(Base):
    """What happened to a training, in the order in which it was learnt."""

    __tablename__ = "training_events"
    __table_args__ = (Index(None, "training", "sequence"),)

    sequence: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    event: Mapped[str] = mapped_column(unique=True)
    training: Mapped[str] = mapped_column(ForeignKey("trainings.id"))
    type: Mapped[str]
    time: Mapped[datetime]
    state: Mapped[str]
    progress: Mapped[dict[str, Any] | None]
    picture: Mapped[dict[str, Any] | None]
    message: Mapped[str] = mapped_column(default="")
