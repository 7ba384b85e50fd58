"""An operation with a parameter of every kind that a form must know. Its findings say what it was given."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import BaseModel, Field

from packshot.plugin import Frame, Operation, Run, hookimpl


class Finish(StrEnum):
    """How it shines."""

    MATT = "matt"
    GLOSS = "gloss"


class Light(BaseModel):
    """A lamp."""

    angle: float = Field(45, ge=0, lt=360, description="Where it comes from, degrees")
    color: str = Field("#ffeedd", pattern="^#[0-9a-fA-F]{6}$", description="Its colour")


class Params(BaseModel):
    """All of them."""

    strength: float = Field(ge=0, le=1, description="0 leaves the picture as it is")
    passes: int = Field(3, ge=1, le=9)
    mode: Literal["soft", "hard"] = "soft"
    keep: bool = True
    limit: int | None = Field(None, ge=10, le=2000)
    light: Light = Light()
    size: tuple[int, int] = (640, 480)
    tags: list[str] = Field(["a"], max_length=3)
    extra: dict[str, float] = {}
    either: int | str = 4
    finish: Finish | Literal["auto"] = "auto"
    box: tuple[float, float] | None = None


class EveryKind(Operation[Params]):
    """Takes a parameter of every kind."""

    name, version, stage, Params, title = "browser.every-kind", "1.0.0", "edit", Params, "Every kind"
    inputs: ClassVar = {"ground": "What to put it on"}

    def run(self, frame: Frame, params: Params, run: Run) -> Frame:
        given = {"params": params.model_dump(mode="json"), "inputs": sorted(run.inputs), "size": run.inputs["ground"].width}
        return frame.with_rgb(255 - frame.rgb).with_finding("browser.every-kind", given)


@hookimpl
def packshot_operations() -> list[type[Operation]]:
    """The one."""
    return [EveryKind]
