"""`python -m tests.model_report OUT --data FOLDER [--part NAME]`: measure, and write the report.

Figures are kept in OUT: what has been measured once is not measured again. The documents are written anew where no set is missing
and no part was left out; otherwise the report lies in OUT. Galleries of pictures that may not be shown are always there.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2

from tests.model_report import cutout, inpaint, jpeg, noise, speed, upscale
from tests.model_report.case import Section
from tests.model_report.gallery import write_galleries
from tests.model_report.measuring import Memory, Outcome, measure
from tests.model_report.pages import write_pages

SECTIONS: Mapping[str, Callable[[Path], Section]] = {
    "denoise": noise.section,
    "jpeg": jpeg.section,
    "upscale": upscale.section,
    "inpaint": inpaint.section,
    "cutout": cutout.section,
}
DOCUMENTS = Path(__file__).parents[2] / "docs" / "models"


def main(arguments: list[str] | None = None) -> None:
    """Measure every section, or one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="where the benchmark sets lie")
    parser.add_argument("--part", choices=[*SECTIONS, "speed"], help="measure one part only, and write no documents")
    options = parser.parse_args(arguments)
    # Seconds are of one core; speed itself is measured with two.
    cv2.setNumThreads(1)
    sections = [make(options.data) for name, make in SECTIONS.items() if options.part in (None, name)]
    missing = _missing(sections, options.data)
    for line in missing:
        print(line)
    outcomes = {section.name: _measured(section, options.out) for section in sections}
    speeds = speed.measure() if options.part in (None, "speed") else []
    for ratio in speeds:
        print(ratio.line())
    target = options.out if options.part or missing else DOCUMENTS
    for section in sections:
        write_galleries(section, outcomes[section.name], options.out / "galleries", target)
    write_pages(sections, outcomes, speeds, target)
    print(f"The report lies in {target}, galleries of pictures that may not be shown in {options.out / 'galleries'}.")


def _missing(sections: list[Section], data: Path) -> list[str]:
    """A line for each set that is not there."""
    sets = (case.name.partition(" ")[0] for section in sections for case in section.cases if not case.samples)
    return [f"Not measured: {name}, which is not in {data}." for name in dict.fromkeys(sets)]


def _measured(section: Section, out: Path) -> Mapping[str, Mapping[str, Outcome]]:
    memory = Memory(out / "figures" / f"{section.name}.jsonl")
    for method in section.methods:
        if method.answer is None:
            print(f"Not measured: {method.title}, which is not installed.")
    found = {}
    for case in section.cases:
        found[case.name] = measure(case, section.methods, memory)
        means = [f"{title} {figures[section.worst_by].mean:.4g}" for title, outcome in found[case.name].items()
                 if (figures := outcome.figures())]  # fmt: skip
        print(f"{case.name}, {len(case.samples)} pictures: {', '.join(means)}", flush=True)
        for fault in (fault for outcome in found[case.name].values() for fault in outcome.faults):
            print(f"  Not measured: {fault}")
    return found


if __name__ == "__main__":
    main()
