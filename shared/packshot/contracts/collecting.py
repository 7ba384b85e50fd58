"""Collecting a data set: what is asked for, how far it is, and what comes of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from packshot.contracts.artifact import ArtifactRef, Digest
from packshot.contracts.augmentation import Augmentation
from packshot.contracts.dataset import NAME, Split
from packshot.contracts.model import Authored, Contract, Json

DataSetName = Annotated[str, Field(pattern=NAME, description="What the data set is called")]
Licence = Annotated[
    str,
    Field(
        min_length=1, max_length=200, description="What the pictures may be used under, such as CC-BY-4.0, or `own` for one's own"
    ),
]


class _Pictures(Authored):
    """Pictures from outside."""

    licence: Licence
    category: str = Field("", max_length=100, description="What all of them show; empty: the folder's name, or nothing")
    most: int = Field(20_000, gt=0, le=1_000_000, description="Take at most so many pictures")


class Crawl(_Pictures):
    """Pictures of web pages, taken politely: robots.txt, one request a host at a time, with pauses."""

    kind: Literal["crawl"] = "crawl"
    urls: tuple[Annotated[str, Field(max_length=2000)], ...] = Field(min_length=1, max_length=100)
    within: Literal["host", "anywhere"] = Field("host", description="Follow links on the hosts of `urls` only, or to others too")
    sitemaps: bool = Field(True, description="Also follow the sitemaps that robots.txt names")
    depth: int = Field(3, ge=0, le=20, description="Follow links so far from `urls`")
    pages: int = Field(1000, gt=0, le=1_000_000, description="Read at most so many pages")
    megabytes: int = Field(10_000, gt=0, description="Stop after so many MB of 2^20 bytes")
    minutes: float = Field(24 * 60.0, gt=0, description="Stop after so long")


class _Grouped(_Pictures):
    product: str = Field(
        "file",
        max_length=200,
        description="What makes one product: `file` (each picture is one), `folder`, or a regular expression over the path "
        "whose first group is the product's name, such as `([^/_]+)_[0-9]+`",
    )


class ImportFolder(_Grouped):
    """Pictures of a folder on the machine of the service `collect`, with all folders in it."""

    kind: Literal["folder"] = "folder"
    path: str = Field(min_length=1, max_length=4000)
    masks: str = Field(
        "",
        max_length=4000,
        description="A folder with a mask of the same name for each picture, white where the product is; what has none is left "
        "out. Empty: where a picture has alpha, that is taken",
    )


class ImportBucket(_Grouped):
    """Pictures of an S3 bucket that the service `collect` was given (PACKSHOT_COLLECT_BUCKETS)."""

    kind: Literal["bucket"] = "bucket"
    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,62}$")
    prefix: str = Field("", max_length=1000)


class ImportIdx(_Pictures):
    """Grey pictures and their labels in a pair of IDX files on the machine of the service `collect`, as MNIST comes."""

    kind: Literal["idx"] = "idx"
    path: str = Field(min_length=1, max_length=4000, description="The pictures; may be gzipped")
    labels: str = Field(min_length=1, max_length=4000, description="Their labels; may be gzipped")
    classes: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(
        (), max_length=256, description="What each label means, from 0 on; empty: the labels themselves are the categories"
    )


class FromDataSet(Authored):
    """The pictures of a data set there is, with all that is known of them."""

    kind: Literal["data-set"] = "data-set"
    reference: str = Field(description="NAME for its newest version, or NAME@DIGEST")


class Renders(Authored):
    """Pictures of the procedural studio, with their truth."""

    kind: Literal["studio"] = "studio"
    count: int = Field(gt=0, le=1_000_000, description="How many pictures")
    seed: int = Field(0, ge=0, description="The first picture's seed; the others follow")
    size: int = Field(320, ge=32, le=4096, description="Pixels, width and height")
    settings: Json = Field({}, description="As packshot.studio takes them, such as families and views")


Source = Annotated[Crawl | ImportFolder | ImportBucket | ImportIdx | FromDataSet | Renders, Field(discriminator="kind")]


class Cleaning(Authored):
    """What is left out. The limits' origin and figures: docs/explanation/data.md."""

    min_side: int = Field(128, ge=1, description="Pixels that the shorter side must have")
    max_aspect: float = Field(4.0, ge=1, description="How many times longer than the other a side may be")
    max_blur: float = Field(0.7, ge=0, le=1, description="The strongest blur taken, 0 (sharp) to 1; 1 takes all")
    duplicates: int = Field(
        14,
        ge=-1,
        le=64,
        description="Bits of 256 in which the perceptual hashes of two pictures that count as one may differ; -1 keeps all",
    )
    outliers: float = Field(
        0.0, ge=0, description="Leave out what looks unlike its category by so many robust deviations, such as 6; 0 keeps all"
    )


class Grouping(Authored):
    """On which side of the data set each product is. Products that look alike are kept together."""

    validation: float = Field(0.1, ge=0, lt=1, description="Share of products kept for validation")
    test: float = Field(0.1, ge=0, lt=1, description="Share of products kept for the test")
    seed: int = 0
    alike: int = Field(
        40, ge=-1, le=64, description="Bits of 256 in which pictures of two products that count as one may differ; -1: none do"
    )


class Copies(Authored):
    """Varied copies of the pictures for training. Pictures for validation and test stay as they are."""

    pipeline: Augmentation
    copies: int = Field(1, ge=1, le=100, description="How many of each picture, beside it")


class CollectOrder(Authored):
    """A data set to make: where its pictures come from, and what is done with them. Each run makes a new version of `name`."""

    name: DataSetName
    source: Source
    clean: Cleaning | None = None
    split: Grouping | None = None
    augment: Copies | None = None


class Phase(StrEnum):
    """What a collection is doing."""

    GATHER = "gather"
    CLEAN = "clean"
    AUGMENT = "augment"
    SAVE = "save"


class Counts(Contract):
    """What a collection has done so far."""

    pages: int = 0
    pictures: int = 0
    """Taken so far."""
    rejected: int = 0
    waiting: int = 0
    """Addresses, files or pictures that are known and not done."""
    bytes: int = 0


class Summary(Contract):
    """What is in a version of a data set."""

    items: int = 0
    products: int = 0
    categories: dict[str, int] = {}
    """How many pictures of each; the most frequent 100."""
    splits: dict[Split, int] = {}
    planes: dict[str, int] = {}
    """How many pictures have each plane of truth."""
    labels: int = 0
    rejected: bool = False
    """Whether there is a report of what was left out."""


class Rejection(Contract):
    """A picture that was left out: one line of a data set's report."""

    source: str
    """Where it came from."""
    code: str
    """For programs: broken, not-a-picture, tiny, aspect, blurred, duplicate, outlier, too-large, away, forbidden, …"""
    reason: str
    """For people."""
    picture: ArtifactRef | None = None
    """Where it could be opened."""
    like: Digest | None = None
    """The picture that was kept, of which it is a duplicate."""
