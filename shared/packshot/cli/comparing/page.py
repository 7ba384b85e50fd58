"""The page of a comparison: one file that needs no other, to be opened anywhere and sent to anybody."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from datetime import datetime
from html import escape
from importlib.resources import files

import numpy as np
from PIL import Image

from packshot.cli.comparing.figures import Likeness, Report, floats_of
from packshot.cli.comparing.pairs import Made, Pair
from packshot.cli.comparing.table import figure, rows_of
from packshot.contracts.http import TrafficView
from packshot.contracts.operation import Pixels
from packshot.errors import BadPhoto
from packshot.imaging.decode import decode
from packshot.imaging.pixels import as_pixels

LARGEST = 1600
"""Pixels of a shown picture's longer side. The figures are of the whole pictures."""
AMPLIFIED = 8
"""How much the difference is brightened to be seen."""


def page_of(report: Report, pairs: Sequence[Pair], likenesses: Sequence[Likeness | None], traffic: TrafficView | None) -> str:
    """The whole page as HTML."""
    one, other = report.one.version, report.other.version
    rows = "".join(f"<tr><th>{escape(name)}<td>{escape(a)}<td>{escape(b)}" for name, a, b in rows_of(report, traffic))
    failures = "".join(
        f"<li><b>{escape(figures.version)}</b> {escape(failure)}"
        for figures in (report.one, report.other)
        for failure in figures.failures
    )
    cards = "".join(_card(pair, likeness, (one, other)) for pair, likeness in zip(pairs, likenesses, strict=True))
    return _template().substitute(
        title=escape(f"{one} and {other}"),
        one=escape(one),
        other=escape(other),
        when=f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
        rows=rows,
        failures=f"<h2>Failures</h2><ul class=failures>{failures}</ul>" if failures else "",
        cards=cards or "<p class=faint>There are no pairs of pictures: canary traffic gives each photo to one version only.",
    )


def _card(pair: Pair, likeness: Likeness | None, versions: tuple[str, str]) -> str:
    title = escape(f"{pair.photo} → {pair.output}")
    pictures = {"photo": _shown(pair.before), "one": _shown(pair.one.picture), "other": _shown(pair.other.picture)}
    if likeness is not None:
        pictures["difference"] = _difference(pair)
    if pictures["one"] is None or pictures["other"] is None:
        made = next((picture for picture in (pictures["one"], pictures["other"], pictures["photo"]) if picture), None)
        image = f'<img src="{made}" alt="">' if made else ""
        return f"<article><h3>{title}</h3><div class='stage still'>{image}</div>{_facts(pair, likeness, versions)}</article>"
    sources = escape(json.dumps({name: source for name, source in pictures.items() if source}))
    return (
        f'<article data-pictures="{sources}"><h3>{title}</h3><div class=stage></div>{_facts(pair, likeness, versions)}</article>'
    )


def _facts(pair: Pair, likeness: Likeness | None, versions: tuple[str, str]) -> str:
    facts = [_of(version, made) for version, made in zip(versions, (pair.one, pair.other), strict=True)]
    if likeness is not None and likeness.psnr is None:
        facts.append("no difference at all")
    elif likeness is not None:
        facts.append(
            f"PSNR {figure(likeness.psnr)} dB, SSIM {figure(likeness.ssim)}, largest difference {figure(likeness.largest)}"
        )
    elif not (pair.one.failure or pair.other.failure):
        facts.append("pictures of different sizes")
    return f"<p class=faint>{' · '.join(map(escape, facts))}</p>"


def _of(version: str, made: Made) -> str:
    if made.failure:
        return f"{version}: {made.failure}"
    return f"{version}: {figure(made.seconds)} s"


def _shown(picture: bytes | None) -> str | None:
    if picture is None:
        return None
    try:
        frame = as_pixels(decode(picture), Pixels.UINT8)
    except BadPhoto:
        return None
    planes = frame.rgb if frame.alpha is None else np.dstack((frame.rgb, frame.alpha))
    return _as_uri(planes)


def _difference(pair: Pair) -> str:
    assert pair.one.picture is not None
    assert pair.other.picture is not None
    difference = np.abs(floats_of(pair.one.picture) - floats_of(pair.other.picture)) * AMPLIFIED
    return _as_uri((np.clip(difference, 0, 1) * 255).astype(np.uint8))


def _as_uri(planes: np.ndarray) -> str:
    image = Image.fromarray(np.ascontiguousarray(planes))
    image.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "WEBP", quality=90)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


class _Page:
    """The template beside this module: `@name@` stands for a text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def substitute(self, **texts: str) -> str:
        found = self._text
        for name, text in texts.items():
            found = found.replace(f"@{name}@", text)
        return found


def _template() -> _Page:
    return _Page(files("packshot.cli.comparing").joinpath("page.html").read_text(encoding="utf-8"))
