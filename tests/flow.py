"""Jobs that flow through a running system while its plugins change, and how long a dropped plugin takes to do its first job."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
from PIL import Image

from tests.authors import drop, source
from tests.real.postgres import fresh_database
from tests.real.sweeping import sweep
from tests.system import DistributedSystem, System

ADDS = {"1.0.0": 1, "1.1.0": 2, "2.0.0": 3, "3.0.0": 5}
"""What each version adds after halving, so that a picture tells which version made it."""
RECIPE = """
name: flowing
steps:
  - operation: {operation}
output: made
"""


def put(folder: Path, name: str, version: str, operation: str = "hot.own") -> Path:
    """Drop the plugin `name` in this version."""
    return drop(folder, f"{name}.py", source(operation, version, add=ADDS[version]))


@dataclass
class Flow:
    """A steady stream of one-step jobs."""

    system: System
    count: int
    pause_s: float
    submitted: list[tuple[str, np.ndarray]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._submit, daemon=True)
        self._thread.start()

    def _submit(self) -> None:
        with httpx.Client(base_url=self.system.url, timeout=60) as http:
            for number in range(self.count):
                photo, pixels = random_photo(number)
                fields = {"recipe_yaml": RECIPE.format(operation="hot.own")}
                answer = http.post("/v1/listings", data=fields, files=[("photos", (f"{number}.png", photo))])
                if answer.status_code == httpx.codes.ACCEPTED:
                    self.submitted.append((answer.json()["id"], pixels))
                else:
                    self.failures.append(answer.text)
                time.sleep(self.pause_s)

    def wait_submitted(self, share: float) -> None:
        """Until so much of it was handed in."""
        wanted = self.count * share
        self.system.until(lambda: len(self.submitted) + len(self.failures) >= wanted, 120, "the flow does not flow")

    def check(self) -> dict[str, int]:
        """Wait for every job, compare every pixel with what the recorded version makes, and count jobs by version."""
        self._thread.join(120)
        assert not self.failures, self.failures[0]
        by_version: dict[str, int] = {}
        for listing, pixels in self.submitted:
            (job,) = self.system.wait_listing(listing)["jobs"]
            assert job["state"] == "finished", job
            (output,) = job["outputs"]
            (step,) = output["lineage"]
            made = self.system.http.get(f"/v1/artifacts/{output['artifact']['digest']}").content
            assert (read(made) == pixels // 2 + ADDS[step["version"]]).all(), f"a wrong result under {step['version']}"
            by_version[step["version"]] = by_version.get(step["version"], 0) + 1
        return by_version


def seconds_until_done(system: System, operation: str, version: str, began: float) -> float:
    """From `began` (time.monotonic) until a job was done by this version of the operation."""
    for number in range(1_000_000, 1_000_300):
        photo, _ = random_photo(number)
        fields = {"recipe_yaml": RECIPE.format(operation=operation)}
        answer = system.http.post("/v1/listings", data=fields, files=[("photos", ("new.png", photo))])
        if answer.status_code == httpx.codes.ACCEPTED:
            (job,) = _followed(system, answer.json()["id"])["jobs"]
            if job["state"] == "finished" and job["outputs"][0]["lineage"][0]["version"] == version:
                return time.monotonic() - began
        time.sleep(0.1)
    raise AssertionError(f"{operation} {version} never did a job\n{system.logs()}")


def seconds_until_away(system: System, operation: str, began: float) -> float:
    """From `began` until everybody sees that nobody offers it."""
    system.until(lambda: operation not in system.live_operations(), 60, f"{operation} does not leave")
    return time.monotonic() - began


def random_photo(seed: int, size: tuple[int, int] = (60, 80)) -> tuple[bytes, np.ndarray]:
    """A picture that no other job has, as PNG and as RGB."""
    rgb = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    return cv2.imencode(".png", rgb[..., ::-1])[1].tobytes(), rgb


def read(content: bytes) -> np.ndarray:
    """RGB of a finished PNG."""
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def _followed(system: System, listing: str) -> dict[str, Any]:
    with suppress(httpx.HTTPError, json.JSONDecodeError):
        return system.follow_listing(listing, seconds=30)
    return system.listing(listing)


def all_changes(system: System, folder: Path, flow: Flow) -> dict[str, float]:
    """Add, upgrade, try, promote, take back, upgrade to another major, remove, spread over the flow; seconds of each."""
    seconds = {}
    flow.wait_submitted(0.1)
    began = time.monotonic()
    put(folder, "fresh", "3.0.0", "hot.fresh")
    seconds["add"] = seconds_until_done(system, "hot.fresh", "3.0.0", began)
    flow.wait_submitted(0.25)
    began = time.monotonic()
    put(folder, "hot", "1.1.0")
    seconds["upgrade 1.0 to 1.1"] = seconds_until_done(system, "hot.own", "1.1.0", began)
    flow.wait_submitted(0.4)
    seconds |= _tried(system, folder, flow)
    flow.wait_submitted(0.8)
    began = time.monotonic()
    put(folder, "hot", "2.0.0")
    seconds["upgrade 1.1 to 2.0"] = seconds_until_done(system, "hot.own", "2.0.0", began)
    began = time.monotonic()
    (folder / "fresh.py").unlink()
    seconds["remove (until seen by all)"] = seconds_until_away(system, "hot.fresh", began)
    return seconds


def _tried(system: System, folder: Path, flow: Flow) -> dict[str, float]:
    """A second version beside the first: canary, promotion, rollback, and away with it."""
    seconds = {}
    _policy(system, "POST", "/promote", major=1)
    began = time.monotonic()
    put(folder, "next", "2.0.0")
    system.until(lambda: _majors(system) == {1, 2}, 60, "the second version does not come")
    _policy(system, "PUT", "/trial", major=2, share=0.5)
    seconds["canary: dropped, tried, first job"] = seconds_until_done(system, "hot.own", "2.0.0", began)
    flow.wait_submitted(0.5)
    _policy(system, "POST", "/promote")
    flow.wait_submitted(0.6)
    began = time.monotonic()
    _policy(system, "POST", "/rollback")
    seconds["roll back"] = seconds_until_done(system, "hot.own", "1.1.0", began)
    (folder / "next.py").unlink()
    system.until(lambda: _majors(system) == {1}, 60, "the second version does not leave")
    _policy(system, "DELETE", "")
    return seconds


def _policy(system: System, method: str, action: str, **body: Any) -> None:
    answer = system.http.request(method, f"/v1/traffic/hot.own{action}", json=body or None)
    assert answer.status_code == httpx.codes.OK, answer.text


def _majors(system: System) -> set[int]:
    views = system.http.get("/v1/operations").json()
    return {int(view["version"].partition(".")[0]) for view in views if view["name"] == "hot.own" and not view["away"]}


@contextmanager
def two_workers(folder: Path, plugins: Path, bus: str, prefix: str, store: str) -> Iterator[DistributedSystem]:
    """Gateway, ingest and two edit workers over a real broker; the plugins folder is one worker's alone."""
    delays = (0.3, 0.6, 1.2)
    settings = {"PACKSHOT_BUS_PREFIX": prefix, "PACKSHOT_PLUGINS_LINGER_S": "5", "PACKSHOT_RETRY_DELAYS_S": str(list(delays))}
    without = {"PACKSHOT_PLUGINS_DIR": str(folder / "empty"), "PACKSHOT_HOME": str(folder / "second")}
    try:
        with (
            fresh_database() as database,
            DistributedSystem(folder, bus_url=bus, store_url=store, database_url=database, settings=settings) as system,
        ):
            system.start("gateway")
            system.start("ingest")
            system.start("edit", instance="with", settings={"PACKSHOT_PLUGINS_DIR": str(plugins)})
            system.start("edit", instance="without", settings=without)
            system.wait_ready()
            system.wait_operations(["hot.own", "layout.export"])
            yield system
            assert all(process.poll() is None for process in system.processes.values())
    finally:
        gone = ("op.edit.hot.own.v1", "op.edit.hot.own.v2", "op.edit.hot.fresh.v3")
        sweep(bus, prefix, delays, plugins, also=gone)
