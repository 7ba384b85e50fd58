"""The model report, from sets of a few tiny pictures to its pages."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest

from packshot.errors import OperationFailed
from packshot.plugin.frame import Plane
from packshot.plugin.local import registry_for
from tests.benchmarks.result import Ratio
from tests.model_report import __main__ as command
from tests.model_report import cutout, inpaint, jpeg, noise, upscale
from tests.model_report.case import BEST, Aim, Case, Given, Method, Sample, Section, Table
from tests.model_report.gallery import write_galleries
from tests.model_report.measuring import Memory, measure
from tests.model_report.ours import either, restores
from tests.model_report.pages import reached, write_pages
from tests.model_report.speed import timed

SECTIONS = (noise.section, jpeg.section, upscale.section, inpaint.section, cutout.section)


def grey(level: int) -> Plane:
    return np.full((24, 32, 3), level, np.uint8)


def off_by(error: int) -> Method:
    """A method whose error is known."""
    return Method(f"off by {error}", f"off {error}", lambda given: given.picture + np.uint8(error))


def case_of(count: int = 3, **kinds: bool) -> Case:
    samples = [Sample(f"p{number}", lambda number=number: (Given(grey(number)), grey(number))) for number in range(count)]
    return Case("greys", samples, lambda _, truth, answer: {"mae": float(np.abs(answer.astype(float) - truth).mean())}, **kinds)


def section_of(case: Case, *methods: Method, learned: str, aims: tuple[Aim, ...] = ()) -> Section:
    return Section("denoise", "Greys", learned, [case], methods, [Table("Error", [("greys", "mae")])], aims, "mae")


def test_what_was_measured_is_not_measured_again_until_it_changes(tmp_path: Path) -> None:
    calls = itertools.count()

    def answer(given: Given) -> Plane:
        next(calls)
        return given.picture

    for identity in ("one", "one", "two"):
        measure(case_of(), [Method("same", identity, answer)], Memory(tmp_path / "figures.jsonl"))
    assert next(calls) == 6


def test_a_slow_method_is_measured_on_pictures_evenly_taken(tmp_path: Path) -> None:
    slow = Method("slow", "", lambda given: given.picture, most=3)
    outcome = measure(case_of(9), [slow], Memory(tmp_path / "figures.jsonl"))["slow"]
    assert list(outcome.measured) == ["p0", "p4", "p8"]


def test_a_picture_that_a_method_fails_on_is_named(tmp_path: Path) -> None:
    def answer(given: Given) -> Plane:
        if given.picture[0, 0, 0] == 1:
            raise OperationFailed("No.")
        return given.picture[given.picture[0, 0, 0] :]

    outcome = measure(case_of(), [Method("fussy", "", answer)], Memory(tmp_path / "figures.jsonl"))["fussy"]
    assert list(outcome.measured) == ["p0"]
    assert outcome.faults == [
        "fussy on greys, p1: No.",
        "fussy on greys, p2: The answer has the shape (22, 32, 3), the truth (24, 32, 3).",
    ]


def test_an_aim_is_held_against_the_best_other_picture_by_picture(tmp_path: Path) -> None:
    aim = Aim(("greys", "mae"), -4, -2, over=BEST)
    section = section_of(case_of(), off_by(9), off_by(5), off_by(2), learned="off by 2", aims=(aim,))
    outcomes = {"greys": measure(section.cases[0], section.methods, Memory(tmp_path / "figures.jsonl"))}
    figure = reached(aim, section, outcomes)
    assert figure is not None
    assert (figure.mean, figure.low, figure.high) == (-3, -3, -3)
    write_pages([section], {"denoise": outcomes}, [Ratio("pace", 2.5, 2.0, "a note")], tmp_path)
    page = (tmp_path / "README.md").read_text()
    assert "| greys MAE over the best other | ≤ -4 | ≤ -2 | -3 [-3, -3] | met without a GPU |" in page
    assert "| **off by 2** | 2 [2, 2] |" in page
    assert "| pace | 2.50 | ≥ 2 | met | a note |" in page


def test_what_is_not_installed_is_said_so(tmp_path: Path) -> None:
    section = section_of(case_of(), off_by(1), Method("net", "", None), learned="net", aims=(Aim(("greys", "mae"), 1),))
    outcomes = {"greys": measure(section.cases[0], section.methods, Memory(tmp_path / "figures.jsonl"))}
    write_pages([section], {"denoise": outcomes}, [], tmp_path)
    page = (tmp_path / "README.md").read_text()
    assert "| **net** | not installed |" in page
    assert "| greys MAE | ≤ 1 |  |  |  |" in page


def test_an_operation_with_other_parameters_is_another_method() -> None:
    told = restores("denoise.dct", told=lambda given: {"sigma": given.level})
    assert told.identity != restores("denoise.dct").identity
    assert registry_for("denoise.dct").find("denoise.dct").spec.version in told.identity
    assert restores("denoise.nobody-has-it").answer is None


def test_a_row_of_several_operations_answers_with_the_one_for_the_level() -> None:
    row = either("two, four", {2: off_by(2), 4: Method("four", "", None)})
    assert row.answer is not None
    assert row.answer(Given(grey(0), 2)).max() == 2
    with pytest.raises(OperationFailed, match="not installed for 4"):
        row.answer(Given(grey(0), 4))
    assert either("four", {4: Method("four", "", None)}).answer is None


@pytest.mark.parametrize("free", [False, True])
def test_only_free_pictures_come_into_the_documents(tmp_path: Path, free: bool) -> None:
    case = case_of(12, gallery=True, free=free)
    section = section_of(case, off_by(7), learned="off by 7")
    outcomes = {"greys": measure(case, section.methods, Memory(tmp_path / "figures.jsonl"))}
    private, shared = tmp_path / "private", tmp_path / "shared"
    write_galleries(section, outcomes, private, shared)
    (sheet,) = (shared if free else private).iterdir()
    assert not (private if free else shared).exists()
    assert sheet.stat().st_size < 300_000
    assert cv2.imread(str(sheet)).shape == (984, 1180, 3)
    write_pages([section], {"denoise": outcomes}, [], shared)
    worst = (shared / "failures.md").read_text()
    assert worst.count("not yet looked at") == 10
    assert (f"({sheet.name})" in worst) is free


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One tiny picture a set."""
    folder = tmp_path_factory.mktemp("sets")
    photo = cv2.resize(np.random.default_rng(0).integers(0, 256, (5, 6, 3), np.uint8), (72, 64), interpolation=cv2.INTER_CUBIC)
    mask = np.zeros((64, 72), np.uint8)
    cv2.circle(mask, (36, 32), 18, 255, -1)
    photo[mask > 0] = (30, 60, 200)
    for name in ("kodak24", "mcmaster18", "set14", "dtd10", "ikea_products_nc"):
        _write(folder / name / "a.png", photo)
    _write(folder / "tuxpaint_cutouts" / "cutouts" / "a.png", np.dstack((photo, mask)))
    for name in ("davis16", "fruits_nuts", "coco128_seg", "tuxpaint_cutouts", "scanned_product_renders"):
        _write(folder / name / "images" / "a.jpg", photo)
        _write(folder / name / "masks" / "a.png", mask)
    _write(folder / "ccp" / "images" / "a.jpg", photo)
    _write(folder / "ccp" / "fg_masks" / "a.png", mask // 255)
    for name in ("ikea_products_nc", "grocery_iconic"):
        _write(folder / name / "a.png", photo)
        _write(folder / f"{name}_masks_derived" / "a.png", mask)
    return folder


def _write(path: Path, picture: Plane) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture)


@pytest.mark.parametrize("make", SECTIONS)
def test_every_set_is_read_and_every_method_answers(data: Path, tmp_path: Path, make) -> None:
    section: Section = make(data)
    for case in section.cases:
        assert case.samples, case.name
        if not case.name.startswith("own"):
            given, truth = case.samples[0].open()
            assert given.picture.shape[2] == 3
            assert truth.dtype == np.uint8
    case = section.cases[0]
    outcomes = measure(Case(case.name, case.samples[:1], case.measure), section.methods, Memory(tmp_path / "figures.jsonl"))
    assert set(outcomes) == {method.title for method in section.methods if method.answer is not None}
    for title, outcome in outcomes.items():
        assert len(outcome.measured) == 1, outcome.faults
        assert section.worst_by in outcome.measured[case.samples[0].name], title


@pytest.mark.parametrize("make", SECTIONS)
def test_tables_and_aims_name_cases_and_methods_that_there_are(data: Path, make) -> None:
    section: Section = make(data)
    cases, titles = {case.name for case in section.cases}, [method.title for method in section.methods]
    assert len(set(titles)) == len(titles)
    assert section.learned in titles
    assert {case for table in section.tables for case, _ in table.columns} <= cases
    assert {aim.column[0] for aim in section.aims} <= cases
    assert {aim.over for aim in section.aims} <= {"", BEST, *titles}


def test_the_plainest_methods_order_themselves(data: Path, tmp_path: Path) -> None:
    """On a picture of soft blobs nobody can doubt which is nearer."""
    found = _figures(noise.section(data), tmp_path, "kodak24 σ25")
    assert found["denoise.dct"]["psnr"] > found["noisy"]["psnr"] + 3
    found = _figures(cutout.section(data), tmp_path, "davis16")
    assert found["cutout.classical"]["iou"] > 0.8


def _figures(section: Section, folder: Path, name: str) -> Mapping[str, Mapping[str, float]]:
    (case,) = (case for case in section.cases if case.name == name)
    outcomes = measure(case, section.methods, Memory(folder / f"{section.name}.jsonl"))
    return {title: next(iter(outcome.measured.values())) for title, outcome in outcomes.items()}


def test_without_its_sets_the_command_says_what_is_missing(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setitem(command.SECTIONS, "upscale", lambda data: _without_own(upscale.section(data)))
    command.main([str(tmp_path / "out"), "--data", str(tmp_path), "--part", "upscale"])
    said = capsys.readouterr().out
    assert f"Not measured: set14, which is not in {tmp_path}." in said
    assert (tmp_path / "out" / "README.md").exists()


def _without_own(section: Section) -> Section:
    cases = [Case(case.name, case.samples[:0], case.measure) for case in section.cases]
    return Section(
        section.name, section.title, section.learned, cases, section.methods, section.tables, section.aims, section.worst_by
    )


@pytest.mark.alone
def test_speed_is_the_least_of_some_rounds_after_one_that_loads() -> None:
    calls = []

    def answer(given: Given) -> Plane:
        calls.append(time.sleep(0.2 if not calls else 0.01))
        return given.picture

    took = timed([Method("quick", "", answer), Method("away", "", None)], Given(grey(0)), rounds=2)
    assert len(calls) == 3
    assert list(took) == ["quick"]
    assert 0.01 <= took["quick"].wall < 0.2
