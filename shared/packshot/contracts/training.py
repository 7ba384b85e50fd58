"""Trainings: what is ordered, how it comes along, and what it made."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from packshot.contracts.artifact import ArtifactRef, Digest
from packshot.contracts.ids import new_id
from packshot.contracts.model import Authored, Contract, Json
from packshot.contracts.operation import OPERATION_NAME, VERSION

MODEL_NAME = r"^[a-z][a-z0-9_-]{0,63}$"
"""What a model may be called: with its stage's word before it, it is an operation's name."""


class TrainerSpec(Contract):
    """A trainer as the catalogue shows it: enough for forms and help where no torch is installed."""

    name: Annotated[str, Field(pattern=OPERATION_NAME.pattern)]
    """The family of operations that its weights are for: `denoise.cnn`."""
    title: str
    summary: str = ""
    params_schema: Json
    takes: tuple[str, ...] = ()
    """Planes that every picture must have, beside its colours."""
    aim: str
    """The figure on the validation side by which the best weights are known."""
    better: Literal["max", "min"]
    defaults: Json = {}
    """What an order for it has where it says nothing."""
    baselines: tuple[str, ...] = ()
    """Operations that it is shown beside where the order names none."""
    plugin: str = ""


class Optimiser(Authored):
    """How weights are moved."""

    kind: Literal["adamw", "adam", "sgd"] = Field("adamw", description="AdamW, Adam, or SGD with Nesterov momentum")
    lr: float = Field(1e-3, gt=0, description="Learning rate at its highest")
    betas: tuple[float, float] = Field((0.9, 0.99), description="Adam's two rates of forgetting")
    momentum: float = Field(0.9, ge=0, lt=1, description="Of SGD")
    weight_decay: float = Field(0.0, ge=0, description="Pull of all weights towards zero")
    clip: float = Field(1.0, ge=0, description="Longest gradient that is followed; 0: any")


class Schedule(Authored):
    """How the learning rate goes: from 0 up over the warm-up, then down."""

    kind: Literal["cosine", "step", "constant"] = Field("cosine", description="The way down")
    warmup: int = Field(200, ge=0, description="Steps of warm-up, but never more than a tenth of all")
    final: float = Field(1e-3, ge=0, le=1, description="What is left of the learning rate at the end of the cosine")
    every: float = Field(0.3, gt=0, le=1, description="Share of all steps after which `step` multiplies by `gamma` again")
    gamma: float = Field(0.1, gt=0, le=1, description="What `step` multiplies by")


class Synthetic(Authored):
    """Pictures that are made for the training, beside or instead of a data set's."""

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")] = Field(description="studio, composites, or dead-leaves")
    share: float = Field(1.0, gt=0, le=1, description="Share of the examples that are made of them")
    pictures: int = Field(500, ge=8, le=1_000_000, description="Different ones to make; a tenth of them are for validation")
    settings: Json = Field(default_factory=dict, description="What the maker takes")
    grounds: Digest | None = Field(
        None,
        description="Of composites: the data set (its manifest's digest) whose photos lie behind; none: grounds made by code",
    )


class Between(Authored):
    """A number that a search chooses."""

    low: float
    high: float
    log: bool = Field(False, description="Equal chances for equal ratios")
    whole: bool = Field(False, description="Whole numbers only")

    @model_validator(mode="after")
    def _ordered(self) -> Between:
        if self.low >= self.high or (self.log and self.low <= 0):
            raise ValueError("low must be less than high, and above 0 where log is true")
        return self


class OneOf(Authored):
    """A value that a search chooses."""

    choices: Annotated[tuple[JsonValue, ...], Field(min_length=2)]


class Search(Authored):
    """A search for better settings (Optuna): trials that are judged on the validation side, and then a training with the best."""

    space: Annotated[dict[str, Between | OneOf], Field(min_length=1)] = Field(
        description="By dotted name of what is chosen: `optimiser.lr`, `batch`, `params.width`"
    )
    trials: int = Field(20, ge=2, le=1000, description="How many to try")
    steps: int = Field(1000, ge=1, description="Length of each")
    prune: bool = Field(True, description="End a trial that does worse than the median of those before it at the same step")


class TrainingOrder(Authored):
    """One training, complete: equal orders on one kind of device make equal weights."""

    id: str = Field(default_factory=new_id)
    tenant: str = "local"
    trainer: Annotated[str, Field(pattern=OPERATION_NAME.pattern)] = Field(description="Whose: `denoise.cnn`, `cutout.net`, …")
    name: Annotated[str, Field(pattern=MODEL_NAME)] | None = Field(
        None, description="What the model is to be called; none: the last part of the trainer's name"
    )
    version: Annotated[str, Field(pattern=VERSION.pattern)] = Field("1.0.0", description="Of the operation that it becomes")
    title: str = ""
    licence: str = Field("unstated", min_length=1, description="Licence of the weights, which the pictures' licences decide")

    data: Digest | None = Field(None, description="The data set: its manifest's digest")
    synthetic: tuple[Synthetic, ...] = ()
    params: Json = Field(default_factory=dict, description="What the trainer takes")
    parent: ArtifactRef | None = Field(None, description="Weights (safetensors) to start from")

    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    steps: int = Field(20_000, ge=1, description="Length, in steps of the optimiser")
    batch: int = Field(16, ge=1, le=4096, description="Examples in a step, over all devices")
    accumulate: int = Field(1, ge=1, le=256, description="Parts of a batch that go through the network one after the other")
    optimiser: Optimiser = Optimiser()
    schedule: Schedule = Schedule()
    ema: float = Field(0.999, ge=0, lt=1, description="How slowly the kept weights follow the trained ones; 0: they are the same")
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="Of the arithmetic; auto: bfloat16 on GPUs that have it, else float32"
    )
    weights: Literal["float16", "float32"] = Field("float16", description="Of the numbers in the result")
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda|cuda:\d+)$")] = Field("auto", description="auto, cpu, cuda or cuda:N")
    processes: int = Field(1, ge=1, le=64, description="Devices (or processes, on the CPU) that share the work")
    threads: int = Field(0, ge=0, le=1024, description="Of each process on the CPU; 0: all cores shared evenly")
    loaders: int = Field(2, ge=0, le=64, description="Processes that prepare examples; 0: the training itself does")
    cache_mb: int = Field(4096, ge=0, description="Decoded pictures kept on disk, in MB of 2^20 bytes")
    deterministic: bool = Field(True, description="The same weights each time; off: somewhat faster on GPUs")

    validate_every: int = Field(500, ge=1, description="Steps between two looks at the validation side")
    validate_on: int = Field(64, ge=1, description="At most so many pictures of it")
    patience: int = Field(0, ge=0, description="End after so many looks without improvement; 0: never before the last step")
    folds: Annotated[int, Field(ge=0, le=20)] = Field(0, description="Cross-validation in so many parts before; 0: none")
    search: Search | None = None
    baselines: tuple[str, ...] | None = Field(
        None, description="Operations that are measured on the test side too; none said: those that the trainer names"
    )

    @model_validator(mode="after")
    def _can_be_trained(self) -> TrainingOrder:
        if self.data is None and not self.synthetic:
            raise ValueError("name a data set, or synthetic pictures to make")
        if self.data is None and any(one.kind == "composites" for one in self.synthetic):
            raise ValueError("composites are made of a data set's photos with alpha: name one")
        if any(one.grounds is not None and one.kind != "composites" for one in self.synthetic):
            raise ValueError("grounds are for composites only")
        if sum(one.share for one in self.synthetic) > 1 + 1e-9:
            raise ValueError("the shares of synthetic pictures are more than 1 together")
        if self.folds == 1:
            raise ValueError("cross-validation needs at least 2 folds")
        if self.folds and self.data is None:
            raise ValueError("cross-validation needs a data set")
        if self.batch % (self.accumulate * self.processes):
            raise ValueError("batch must be a multiple of accumulate times processes")
        return self

    @property
    def data_sets(self) -> tuple[Digest, ...]:
        """What it reads, by the manifests' digests: its own data set, and the grounds of its composites."""
        own = () if self.data is None else (self.data,)
        return own + tuple(one.grounds for one in self.synthetic if one.grounds is not None)

    @property
    def model(self) -> str:
        """What the model is called."""
        return self.name or self.trainer.rpartition(".")[2]


class Figure(Contract):
    """The mean of a measure over pictures, with the interval that holds it with 95 % confidence."""

    mean: float
    low: float
    high: float
    pictures: int


Figures = dict[str, Figure]


class Progress(Contract):
    """How a training comes along: told every second or so, and at each look at the validation side."""

    run: str = ""
    """Which of several: `fold 2 of 5`, `trial 3 of 20`; empty: the training itself."""
    step: int
    steps: int
    done: Annotated[float, Field(ge=0, le=1)]
    """Share of the whole order that is done, all runs together."""
    losses: dict[str, float] = {}
    """Means since the last report; `loss` is what is minimised."""
    lr: float = 0.0
    steps_per_s: float = 0.0
    figures: dict[str, float] = {}
    """On the validation side, where it was just looked at."""
    best: float | None = None
    """The aim's best so far."""
    picture: str = ""
    """A sheet of what is made at this step, a PNG in the leg's folder; empty: none new."""
    note: str = ""


class RunRecord(Contract):
    """One run that has ended: a fold, a trial, or the training itself."""

    run: str
    figures: dict[str, float]
    """On its validation side, of its best weights."""
    steps: int
    settings: Json = {}
    """What a trial chose."""
    pruned: bool = False


class Trained(Contract):
    """What a training made."""

    weights: Digest
    """Of the file `result.safetensors`."""
    bytes: int
    graph: Digest | None = None
    """Of the file `result.onnx`, with which ONNX Runtime runs the weights; None: only torch does."""
    graph_bytes: int = 0
    figures: Figures = {}
    """On the test side, of the kept weights as they are written."""
    baselines: dict[str, Figures] = {}
    """The same of other operations, by name; one that could not be run is left out, and `notes` says why."""
    validation: dict[str, float] = {}
    runs: tuple[RunRecord, ...] = ()
    use: Json = {}
    """What the model's card says under `use`."""
    params: Json = {}
    step: int
    """At which the kept weights were the best."""
    steps: int
    """That were run."""
    seconds: float
    device: str
    """The hardware in words."""
    notes: tuple[str, ...] = ()
