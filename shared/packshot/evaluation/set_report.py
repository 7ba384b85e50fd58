"""What is written of an evaluation of sets: a table, JSON with the nearest pairs, and Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from packshot.evaluation.reporting import said
from packshot.evaluation.sets import Row

_LESS = ("fd.", "kd.", "copies")


def set_table(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """Columns and a line for each set: each measure as `mean [low, high]`."""
    names = list(dict.fromkeys(name for row in rows for name in row.figures))
    columns = ["set", *(f"{name} {'↓' if name.startswith(_LESS) else '↑'}" for name in names)]
    return columns, [[row.name, *(said(row.figures[name]) if name in row.figures else "" for name in names)] for row in rows]


def set_report(rows: Sequence[Row], about: Mapping[str, Any]) -> dict[str, Any]:
    """Everything, as JSON values."""
    return {
        **about,
        "sets": [
            {
                "name": row.name,
                "figures": {name: figure.model_dump() for name, figure in row.figures.items()},
                "nearest": [
                    {"made": pair.made, "train": pair.train, "distance": pair.distance, "ratio": pair.ratio} for pair in row.pairs
                ],
            }
            for row in rows
        ],
    }


def write_set_report(folder: Path, rows: Sequence[Row], about: Mapping[str, Any]) -> None:
    """`report.json` and `report.md` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = json.dumps(set_report(rows, about), indent=2, ensure_ascii=False)
    (folder / "report.json").write_text(whole + "\n", encoding="utf-8")
    columns, lines = set_table(rows)
    text = [
        f"# Sets of pictures against {about['data']}",
        "",
        f"Features of the network {about['features']} ({about['features_digest'][:12]}). With 95 % intervals (delete-half "
        "jackknife); ↑ more is better, ↓ less is.",
        "",
        f"| {' | '.join(columns)} |",
        f"|{' --- |' * len(columns)}",
        *(f"| {' | '.join(line)} |" for line in lines),
        "",
    ]
    (folder / "report.md").write_text("\n".join(text), encoding="utf-8")
