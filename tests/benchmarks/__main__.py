"""`python -m tests.benchmarks [NAME]`: run all benchmarks, or the ones whose name starts with NAME; print a line each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module

from tests.benchmarks.result import Ratio

BENCHMARKS = {
    "pipeline": ("pipeline_efficiency", "pipeline_vs_celery"),
    "embedded": ("embedded_efficiency",),
    "noop": ("noop_vs_aiopika",),
    "memory": ("worker_memory",),
    "loader": ("loader_first_time", "loader_later", "loader_large"),
    "collect": ("collect_minutes", "collect_memory", "collect_found", "collect_wrong"),
    "studio": ("studio_pace",),
    "footprint": ("footprint_memory", "footprint_speed"),
    "plugins": (
        "plugins_isolation",
        "plugins_crossing",
        "plugins_memory_back",
        "plugins_left",
        "plugins_neighbours",
        "plugins_supervisor_memory",
        "plugins_slowest_change",
    ),
}


def main(wanted: str = "") -> int:
    """Exit status: 0 if every aim was met, 1 if not, 2 if no benchmark has that name."""
    modules = [module for module, names in BENCHMARKS.items() if any(name.startswith(wanted) for name in names)]
    if not modules:
        print("No such benchmark. There is: " + ", ".join(name for names in BENCHMARKS.values() for name in names))
        return 2
    met = True
    for module in modules:
        measure: Callable[[], list[Ratio]] = import_module(f"tests.benchmarks.{module}").measure
        for ratio in measure():
            print(ratio.line(), flush=True)
            met &= ratio.met
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
