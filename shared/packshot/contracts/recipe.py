"""Recipes as people write them: a tree of steps, each leaf one named output."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from packshot.contracts.artifact import Digest
from packshot.contracts.model import Authored

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]

MAX_STEPS = 200
MAX_DEPTH = 16


class Input(Authored):
    """A further input of a step: a photo of the listing (by position, from 0), all others of it, a stored artifact, or the
    frame's own photo."""

    photo: Annotated[int, Field(ge=0)] | None = None
    photos: Literal["others"] | None = None
    """Every photo but the job's own, for an input that takes several, in a recipe over a listing."""
    artifact: Digest | None = None
    own: Literal[True] | None = None
    """The photo, as it was uploaded, that the frame was made of: to compare with it, or to inherit its credentials."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Input:
        if sum(given is not None for given in (self.photo, self.photos, self.artifact, self.own)) != 1:
            raise ValueError(
                "give one of `photo` (a position in the listing, from 0), `photos: others` (the rest of the listing), "
                "`artifact` (a digest) and `own: true` (the frame's own photo)"
            )
        return self


class Step(Authored):
    """One operation with its parameters: `{operation: enhance.clahe@1, params: {clip_limit: 2}}`."""

    operation: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_-]*)+(@\d+)?$")]
    """Name, with `@MAJOR` to pin a version."""
    params: dict[str, JsonValue] = Field(default_factory=dict)
    inputs: dict[str, Input] = Field(default_factory=dict)
    """By the operation's input names; one that takes several as `name`, or `name.1`, `name.2`, … in their order."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0


class Include(Authored):
    """The steps of another recipe, put in here: `{recipe: studio-cutout}`. That recipe must be one line of steps."""

    recipe: Name


class Branch(Authored):
    """A line of steps that ends in one named output, or splits into branches."""

    steps: tuple[Step | Include, ...] = ()
    output: Name | None = None
    branches: tuple[Branch, ...] = ()

    @model_validator(mode="after")
    def _ends_somewhere(self) -> Branch:
        if self.output is not None and self.branches:
            raise ValueError(f"output {self.output!r} also has branches; an output is the end of a line of steps")
        if self.output is None and not self.branches:
            raise ValueError("a line of steps must end in an `output` name or in `branches`")
        return self


class Words(Authored):
    """What a recipe says of itself, in another language."""

    title: str = ""
    description: str = ""


class Recipe(Branch):
    """What to make from a photo."""

    name: Name
    title: str = ""
    description: str = ""
    group: str = ""
    """What it is shown with: `marketplace`, `look`, `variants`, `several`, `check`, or a word of your own."""
    translations: dict[str, Words] = Field(default_factory=dict)
    """Title and description by language, such as `zh`."""
    over: Literal["photo", "listing"] = "photo"
    """Whether a job takes one photo, or all photos of its listing (the first as the frame, the rest as inputs)."""
