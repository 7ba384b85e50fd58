"""The figures of a comparison as rows, for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator

from packshot.cli.comparing.figures import Report
from packshot.contracts.http import TrafficView

Row = tuple[str, str, str]


def rows_of(report: Report, traffic: TrafficView | None) -> list[Row]:
    """What is compared, and the figure of each of the two versions."""
    return [*_pictures(report), *_measures(report), *(_traffic(report, traffic) if traffic else ())]


def _pictures(report: Report) -> Iterator[Row]:
    one, other = report.one, report.other
    if one.made or other.made or one.failures or other.failures:
        yield "pictures made", str(one.made), str(other.made)
        yield "failures", str(len(one.failures)), str(len(other.failures))
        yield "median seconds", figure(one.median_s), figure(other.median_s)
        yield "median seconds a megapixel", figure(one.median_s_per_megapixel), figure(other.median_s_per_megapixel)
    if report.speed_ratio is not None:
        yield "time ÷ the first's", "1", figure(report.speed_ratio)
    if report.compared:
        yield "equal pictures", "", f"{report.equal} of {report.compared}"
        yield "PSNR between them, dB", "", figure(report.psnr)
        yield "SSIM between them", "", figure(report.ssim)


def _measures(report: Report) -> Iterator[Row]:
    one, other = report.one.measures, report.other.measures
    for path in sorted({*one, *other}):
        yield path, figure(one.get(path)), figure(other.get(path))


def _traffic(report: Report, traffic: TrafficView) -> Iterator[Row]:
    majors = [int(figures.version.partition("@")[2]) for figures in (report.one, report.other)]
    for shadow, where in ((False, "work"), (True, "shadow")):
        found = [
            next((each for each in traffic.versions if (each.major, each.shadow) == (major, shadow)), None) for major in majors
        ]
        if not any(each and each.jobs for each in found):
            continue
        for title, name in (("jobs", "jobs"), ("failed jobs", "failed"), ("failed by it", "blamed")):
            one, other = [str(getattr(each, name)) if each else "–" for each in found]
            yield f"{where}, {traffic.hours:g} h: {title}", one, other
        one, other = [figure(each.median_s_per_megapixel if each else None) for each in found]
        yield f"{where}, {traffic.hours:g} h: median seconds a megapixel", one, other


def figure(value: float | None) -> str:
    """Four digits are enough to compare by."""
    return "–" if value is None else f"{value:.4g}"
