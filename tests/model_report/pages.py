"""The report in Markdown: tables beside aims, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import PIL
import skimage
import yaml

from packshot.contracts.training import Figure
from packshot.evaluation.reporting import said
from packshot.evaluation.task import LESS_IS_BETTER
from tests.benchmarks.result import Ratio
from tests.model_report.case import BEST, Aim, Case, Column, Method, Section, Table
from tests.model_report.gallery import WORST, gallery_name
from tests.model_report.measuring import Outcome
from tests.model_report.ours import version_of

Outcomes = Mapping[str, Mapping[str, Outcome]]
"""By case and method."""
LESS = LESS_IS_BETTER | {"mse", "grad", "conn", "band_mse", "band_sad"}
NAMES = {
    "psnr": "PSNR",
    "psnr_b": "PSNR-B",
    "ssim": "SSIM",
    "psnr_y": "PSNR",
    "ssim_y": "SSIM",
    "iou": "IoU",
    "boundary_f": "boundary F",
    "mae": "MAE",
    "sad": "SAD",
    "mse": "MSE",
    "grad": "Grad",
    "conn": "Conn",
    "band_mse": "MSE in the band",
    "band_sad": "SAD in the band",
    "detail": "detail",
    "seconds": "s/MP",
}
WORDS = Path(__file__).parent / "words"
EXPLAINED = WORDS / "failures.yaml"


def write_pages(sections: Sequence[Section], outcomes: Mapping[str, Outcomes], speeds: Sequence[Ratio], folder: Path) -> None:
    """`README.md` and `failures.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [
        _words("head"),
        *(part for section in sections for part in _section(section, outcomes[section.name])),
        *_speed(speeds),
    ]
    (folder / "README.md").write_text("\n".join(parts), encoding="utf-8")
    explained = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8")) or {}
    worst = [part for section in sections for part in _failures(section, outcomes[section.name], explained)]
    head = f"# What the networks do worst\n\nThe {WORST} worst pictures of each set, looked at one by one.\n"
    (folder / "failures.md").write_text("\n".join([head, *worst]), encoding="utf-8")


def _section(section: Section, outcomes: Outcomes) -> Iterator[str]:
    yield f"## {section.title}\n\n{_words(section.name)}"
    yield from _aims(section, outcomes)
    for table in section.tables:
        yield f"### {table.title}\n"
        yield from _table(section, table, outcomes)


def _versions(sections: Sequence[Section]) -> Iterator[str]:
    libraries = f"OpenCV {cv2.__version__}, scikit-image {skimage.__version__}, Pillow {PIL.__version__}"
    networks = [version_of(name) for section in sections for name in section.learned.split(", ")]
    yield f"Measured: {'; '.join(networks)}; beside {libraries}.\n"


def _words(name: str) -> str:
    return (WORDS / f"{name}.md").read_text(encoding="utf-8")


def _table(section: Section, table: Table, outcomes: Outcomes) -> Iterator[str]:
    counts = {case.name: len(case.samples) for case in section.cases}
    heads = [f"{case} {NAMES[measure]} {'↓' if measure in LESS else '↑'}" for case, measure in table.columns]
    yield from _head(["", *heads])
    for name, row in table.published.items():
        yield _line([f"{name}, as published", *(f"{row[column]:.2f}" if column in row else "" for column in table.columns)])
    for method in section.methods:
        title = f"**{method.title}**" if method.title == section.learned else method.title
        if method.answer is None:
            yield _line([title, "not installed", *[""] * (len(table.columns) - 1)])
            continue
        yield _line([title, *(_cell(outcomes[case].get(method.title), measure, counts[case]) for case, measure in table.columns)])
    yield ""


def _cell(outcome: Outcome | None, measure: str, of: int) -> str:
    figure = outcome.figures().get(measure) if outcome is not None else None
    if figure is None:
        return "–"
    words = f"{figure.mean:.2f}" if measure == "seconds" else said(figure)
    return words if figure.pictures == of else f"{words} ({figure.pictures})"


def _aims(section: Section, outcomes: Outcomes) -> Iterator[str]:
    yield from _head(["aim", "with a GPU", "without", "reached", ""])
    for aim in section.aims:
        case, measure = aim.column
        over = f" over {aim.over}" if aim.over else ""
        less = measure in LESS
        bounds = [f"{'≤' if less else '≥'} {value:g}" if value is not None else "" for value in (aim.with_gpu, aim.without)]
        figure = reached(aim, section, outcomes)
        verdict = "" if figure is None else _verdict(aim, figure.mean, less)
        yield _line([f"{case} {NAMES[measure]}{over}", *bounds, "" if figure is None else said(figure), verdict])
    yield ""


def _verdict(aim: Aim, value: float, less: bool) -> str:
    sign = -1 if less else 1
    if sign * value >= sign * aim.with_gpu:
        return "met"
    return "met without a GPU" if aim.without is not None and sign * value >= sign * aim.without else "**missed**"


def reached(aim: Aim, section: Section, outcomes: Outcomes) -> Figure | None:
    """What the learned method has, or has more than the others, picture by picture; None where either was not measured."""
    case, measure = aim.column
    ours = outcomes[case].get(section.learned)
    if ours is None or not ours.measured:
        return None
    if not aim.over:
        return ours.figures().get(measure)
    other = (
        _best(section.methods, section.learned, outcomes[case], aim.column) if aim.over == BEST else outcomes[case].get(aim.over)
    )
    return None if other is None else ours.less(other, measure)


def _best(methods: Sequence[Method], learned: str, found: Mapping[str, Outcome], column: Column) -> Outcome | None:
    """Of those that are not learned, the one with the best mean."""
    others = [found[method.title] for method in methods if not method.title.startswith(learned) and method.title in found]
    measured = [outcome for outcome in others if outcome.measured]
    sign = -1 if column[1] in LESS else 1
    return max(measured, key=lambda outcome: sign * outcome.figures()[column[1]].mean, default=None)


def _speed(speeds: Sequence[Ratio]) -> Iterator[str]:
    if not speeds:
        return
    yield "## Speed\n\nOne megapixel on two cores, the least of five rounds in turn, in the run that made this page.\n"
    yield from _head(["", "figure", "aim", "", "seconds by the clock (of processor time)"])
    for ratio in speeds:
        bound = f"{'≤' if ratio.at_most else '≥'} {ratio.aim:g}"
        yield _line([ratio.name, f"{ratio.ratio:.2f}", bound, "met" if ratio.met else "**missed**", ratio.note])
    yield ""


def _failures(section: Section, outcomes: Outcomes, explained: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Iterator[str]:
    for case in section.cases:
        outcome = outcomes[case.name].get(section.learned)
        if not case.gallery or outcome is None or not outcome.measured:
            continue
        yield f"## {section.learned} on {case.name}\n"
        if case.free:
            name = gallery_name(section, case)
            yield f"![what was given, the answer, the truth, for each of the ten worst]({name})\n"
        yield from _head(["", "picture", NAMES[section.worst_by], "what went wrong"])
        yield from _ten(section, case, outcome, explained.get(section.learned, {}).get(case.name, {}))
        yield ""


def _ten(section: Section, case: Case, outcome: Outcome, sentences: Mapping[str, str]) -> Iterator[str]:
    for number, name in enumerate(outcome.worst(section.worst_by, WORST), 1):
        yield _line(
            [str(number), name, f"{outcome.measured[name][section.worst_by]:.4g}", sentences.get(name, "not yet looked at")]
        )


def _head(titles: Sequence[str]) -> Iterator[str]:
    yield _line(titles)
    yield f"|{' --- |' * len(titles)}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
