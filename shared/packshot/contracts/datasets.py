"""Data sets and collections as the HTTP API shows them."""

from __future__ import annotations

from datetime import datetime

from packshot.contracts.artifact import Digest
from packshot.contracts.collecting import CollectOrder, Counts, Phase, Rejection, Summary
from packshot.contracts.dataset import Item
from packshot.contracts.messages import Failure
from packshot.contracts.model import Contract, Json
from packshot.contracts.state import JobState


class CollectionView(Contract):
    """One run that makes a version of a data set, and how far it is."""

    id: str
    name: str
    state: JobState
    phase: Phase = Phase.GATHER
    counts: Counts = Counts()
    note: str = ""
    """What it is doing, for people."""
    order: CollectOrder
    digest: Digest | None = None
    """The version that it made."""
    failure: Failure | None = None
    created_at: datetime
    ended_at: datetime | None = None


class VersionView(Contract):
    """One version of a data set."""

    digest: Digest
    created: datetime
    summary: Summary | None = None
    """None for one that was saved without."""


class DataSetView(Contract):
    """A data set: its newest version, and which others there are."""

    name: str
    newest: VersionView
    versions: tuple[VersionView, ...] = ()
    """Oldest first; only where one data set is asked for."""
    recipe: Json = {}
    """How the version that was asked for was made; only where one is."""
    collections: tuple[CollectionView, ...] = ()
    """Runs for it that have not ended."""


class ItemPage(Contract):
    """Some pictures of a data set."""

    digest: Digest
    """The version they are of."""
    total: int
    """How many fit what was asked for."""
    items: tuple[Item, ...]


class RejectionPage(Contract):
    """Some of the pictures that were left out of a data set."""

    digest: Digest
    total: int
    codes: dict[str, int]
    """How many there are for each reason, whatever was asked for."""
    rejections: tuple[Rejection, ...]
