"""What is written of an evaluation: JSON for programs, Markdown for people, and a sheet of pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from packshot.contracts.training import Figure, Figures
from packshot.evaluation.evaluating import Evaluation, Outcome
from packshot.evaluation.task import LESS_IS_BETTER
from packshot.imaging.pixels import to_bytes
from packshot.plugin.frame import Plane
from packshot.training.sheet import TILE, sheet, tiles_of, write

_LABEL = 34
LABELLED = TILE - _LABEL
"""Pixels, the longer side of a picture that has a label below it."""


def table(outcomes: Sequence[Outcome], seed: int) -> tuple[list[str], list[list[str]]]:
    """Columns and a line for each target: each measure as `mean [low, high]`."""
    figures = [outcome.figures(seed) for outcome in outcomes]
    names = list(dict.fromkeys(name for each in figures for name in each))
    columns = ["operation", "pictures", *(f"{name} {'↓' if name in LESS_IS_BETTER else '↑'}" for name in names)]
    rows = [
        [
            f"{outcome.target.operation} ({outcome.version})",
            str(len(outcome.measured)),
            *(said(each[name]) if name in each else "" for name in names),
        ]
        for outcome, each in zip(outcomes, figures, strict=True)
    ]
    return columns, rows


def said(figure: Figure) -> str:
    """`31.2 [30.5, 31.9]`."""
    return f"{figure.mean:.4g} [{figure.low:.4g}, {figure.high:.4g}]"


def report(evaluation: Evaluation, outcomes: Sequence[Outcome], about: Mapping[str, Any]) -> dict[str, Any]:
    """Everything, as JSON values; `about` says what was measured on."""
    first, seed = outcomes[0], evaluation.seed
    return {
        **about,
        "task": evaluation.task.name,
        "targets": [
            {
                "operation": outcome.target.operation,
                "version": outcome.version,
                "params": outcome.target.params,
                "pictures": len(outcome.measured),
                "figures": _plain(outcome.figures(seed)),
                "against_the_first": _plain(outcome.against(first, seed)) if outcome is not first else {},
                "each": [
                    {"picture": evaluation.items[place].picture.digest, **values} for place, values in outcome.measured.items()
                ],
                "faults": outcome.faults,
            }
            for outcome in outcomes
        ],
    }


def write_report(folder: Path, evaluation: Evaluation, outcomes: Sequence[Outcome], about: Mapping[str, Any]) -> None:
    """`report.json`, `report.md` and `sheet.png` in `folder`. Raises OperationFailed where no picture could be measured."""
    folder.mkdir(parents=True, exist_ok=True)
    made = picture_sheet(evaluation, outcomes)
    write(folder / "sheet.png", made)
    whole = report(evaluation, outcomes, about)
    (folder / "report.json").write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(_markdown(evaluation, outcomes, about), encoding="utf-8")


def picture_sheet(evaluation: Evaluation, outcomes: Sequence[Outcome]) -> Plane:
    """H×W×3 uint8: the best, the median and the worst picture of the last target; what was given, each answer, the truth."""
    rows = []
    for word, place in evaluation.rows(outcomes):
        picture = evaluation.open(place)
        given = evaluation.task.given(picture)
        tiles: list[Plane] = []
        for outcome in outcomes:
            before, answer, truth = tiles_of(given, outcome.target.answer(given, evaluation.device), picture)
            tiles = tiles or [labelled(before, word)]
            value = outcome.measured.get(place, {}).get(evaluation.task.aim)
            figure = "failed" if value is None else f"{evaluation.task.aim} {value:.4g}"
            tiles.append(labelled(answer, f"{outcome.target.operation}\n{figure}"))
        rows.append([*tiles, labelled(truth, "truth")])
    return sheet(rows)


def labelled(tile: Plane, text: str) -> Plane:
    """A square: `tile` at 158 pixels, `text` below it. Hershey's letters know ASCII only, and names of operations are no more."""
    size = TILE
    scale = LABELLED / max(tile.shape[:2])
    small = cv2.resize(to_bytes(tile), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
    made = np.full((size, size, 3), 40, np.uint8)
    top, left = (size - _LABEL - small.shape[0]) // 2, (size - small.shape[1]) // 2
    made[top : top + small.shape[0], left : left + small.shape[1]] = small
    for number, line in enumerate(text.split("\n")):
        place = (4, size - _LABEL + 13 + 15 * number)
        cv2.putText(made, line[:30], place, cv2.FONT_HERSHEY_SIMPLEX, 0.38, (235, 235, 235), 1, cv2.LINE_AA)
    return made


def _markdown(evaluation: Evaluation, outcomes: Sequence[Outcome], about: Mapping[str, Any]) -> str:
    columns, rows = table(outcomes, evaluation.seed)
    lines = [
        f"# {evaluation.task.name.capitalize()} on {about['data']}",
        "",
        f"{len(evaluation.items)} pictures of the side {about['split']}. Means with 95 % intervals (bootstrap over pictures); "
        "↑ more is better, ↓ less is.",
        "",
        f"| {' | '.join(columns)} |",
        f"|{' --- |' * len(columns)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    for outcome in outcomes[1:]:
        differences = ", ".join(f"{name} {said(each)}" for name, each in outcome.against(outcomes[0], evaluation.seed).items())
        lines += ["", f"{outcome.target.operation} less {outcomes[0].target.operation}, picture by picture: {differences}."]
    faults = [f"- {outcome.target.operation}: {fault}" for outcome in outcomes for fault in outcome.faults]
    lines += ["", "Not measured:", "", *faults] if faults else []
    return "\n".join([*lines, "", "![The best, the median and the worst picture](sheet.png)", ""])


def _plain(figures: Figures) -> dict[str, Any]:
    return {name: figure.model_dump() for name, figure in figures.items()}
