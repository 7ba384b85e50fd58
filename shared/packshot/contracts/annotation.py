"""Annotation as the HTTP API says it: tasks over a data set, pictures given to people, what they say, and how far they agree."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue, field_validator

from packshot.contracts.artifact import ArtifactRef, Digest
from packshot.contracts.dataset import Label
from packshot.contracts.model import Authored, Contract, Json

Person = Annotated[str, Field(pattern=r"^[\w.-]{1,64}$", description="Who says it. With API keys, the key's name counts instead")]
Category = Annotated[str, Field(min_length=1, max_length=100)]
Revision = Annotated[int, Field(ge=0, description="The revision that was seen last; 0 where nothing was said yet")]


class WorkState(StrEnum):
    """How far a person is with a picture."""

    OPEN = "open"
    SAVED = "saved"
    SKIPPED = "skipped"


class NewTask(Authored):
    """What is to be annotated, and how."""

    dataset: str
    """NAME for the newest version of a data set, or NAME@DIGEST."""
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=100)]
    people: Literal[1, 2] = 1
    """How many look at each picture, without seeing each other's work."""
    least_overlap: Annotated[float, Field(gt=0, le=1)] = 0.8
    """Two people whose masks (else boxes) overlap by less, as intersection over union, disagree."""
    operation: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_-]*)+(@\d+)?$")] | None = None
    """What proposes masks: any operation whose result has an alpha, such as `cutout.classical`."""
    params: dict[str, JsonValue] = Field(default_factory=dict)
    alpha: bool = False
    """Whether the masks of a picture together become its plane `alpha`."""

    @field_validator("categories")
    @classmethod
    def _once(cls, categories: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(categories)) < len(categories):
            raise ValueError("a category is named twice")
        return categories


class TaskView(Contract):
    """A task and how far it is."""

    id: str
    dataset: str
    digest: Digest
    """The version that is annotated."""
    categories: tuple[str, ...]
    people: int
    least_overlap: float
    operation: str | None = None
    params: Json = {}
    alpha: bool = False
    created_at: datetime
    pictures: int
    complete: int = 0
    """Pictures that as many people as asked for are done with."""
    person: str = ""
    """Who asks."""
    mine: int = 0
    """Pictures that this person is done with."""
    published: Digest | None = None
    """The version that came of it, once all is said."""


class Mark(Authored):
    """What a person says is in a picture."""

    category: Category
    box: tuple[float, float, float, float] | None = None
    """x, y, width, height in pixels; none: the whole picture. With a mask, the box around that counts."""
    mask: Digest | None = None
    """A mask that was sent for this picture, or one that was proposed."""


class Saved(Authored):
    """A person's word on a picture."""

    person: Person = "me"
    revision: Revision = 0
    labels: Annotated[tuple[Mark, ...], Field(max_length=500)] = ()


class Skipped(Authored):
    """A picture that a person cannot or need not annotate."""

    person: Person = "me"
    revision: Revision = 0
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Decision(Authored):
    """What holds where two people disagree: labels, or a reason to leave the picture out."""

    person: Person = "me"
    labels: Annotated[tuple[Mark, ...], Field(max_length=500)] = ()
    leave_out: Annotated[str, Field(max_length=500)] = ""


class Asking(Authored):
    """Who wants a picture."""

    person: Person = "me"


class PictureView(Contract):
    """A picture as one person sees it: what was proposed, and what this person has said. Nothing of anybody else."""

    task: str
    position: int
    picture: ArtifactRef
    width: int
    height: int
    product: str = ""
    category: str = ""
    proposals: tuple[Label, ...] = ()
    """By `machine:OPERATION@VERSION`, or what the data set said already."""
    waiting: bool = False
    """Whether the machine's proposal is still to come."""
    failure: str = ""
    """Why there is no proposal."""
    state: WorkState = WorkState.OPEN
    revision: int = 0
    labels: tuple[Label, ...] = ()
    reason: str = ""


class NextPicture(Contract):
    """The next picture for a person; none when nothing is left for this person to do."""

    picture: PictureView | None = None
    task: TaskView


class Agreement(Contract):
    """How far two people agree, over all pictures that both have done."""

    pictures: int
    """Done by both."""
    objects: int
    """Marked by both: matched by overlap, whatever their class."""
    unmatched: int
    """Marked by one only."""
    box_iou: float | None = None
    """Mean intersection over union of the boxes of what both marked."""
    mask_iou: float | None = None
    mask_dice: float | None = None
    kappa: float | None = None
    """Cohen's kappa of their classes; 1 where both have only ever used one class."""
    disagreements: int = 0
    """Pictures that somebody has to decide."""
    decided: int = 0


class Work(Contract):
    """What one person has said about a picture."""

    person: str
    state: WorkState
    labels: tuple[Label, ...] = ()
    reason: str = ""


class Disagreement(Contract):
    """A picture about which two people disagree, with what each has said."""

    position: int
    picture: ArtifactRef
    width: int
    height: int
    works: tuple[Work, ...]
    decided_by: str = ""


class Publishing(Authored):
    """How to publish."""

    partial: bool = False
    """Publish although pictures are undone or undecided: they keep the labels they had."""


class Published(Contract):
    """The version that came of a task."""

    name: str
    digest: Digest
    pictures: int
    left_out: int
    undone: int
    """Pictures that keep the labels they had."""
