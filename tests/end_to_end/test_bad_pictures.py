"""Every kind of file that merchants send: it works, or it is turned away with a reason, and nothing else notices."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.end_to_end.bad_pictures import alpha_file, bad_files, grey_file, odd_files, one_pixel, sixty_megapixels, upright
from tests.pictures import read_picture
from tests.system import DistributedSystem, ended

pytestmark = pytest.mark.real

AS_IT_IS = "name: as-it-is\nsteps: [{operation: layout.export, params: {format: png}}]\noutput: as-it-is"
TO_FAILURE_S = 10.0


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """All of them."""
    more = {"grey.jpg": grey_file(), "alpha.png": alpha_file(), "one pixel.png": one_pixel()}
    return {**odd_files(), **more, **{name: bad.content for name, bad in bad_files().items()}}


@pytest.fixture(scope="module")
def memory_mb(system: DistributedSystem) -> dict[str, float]:
    """What each service took before the listing."""
    return taken_mb(system)


@pytest.fixture(scope="module")
def started(system: DistributedSystem, files: dict[str, bytes], memory_mb: dict[str, float]) -> dict[str, Any]:
    """One listing with all of them, and when the bad ones had failed."""
    began = time.monotonic()
    made = system.submit(files, recipe=["taobao-main"], recipe_yaml=AS_IT_IS)
    bad = {job["id"] for job in made["jobs"] if job["photo"]["filename"] in bad_files()}
    system.until(lambda: all(ended(job) for job in system.listing(made["id"])["jobs"] if job["id"] in bad), 60, "bad files hang")
    return {"id": made["id"], "failed_after_s": time.monotonic() - began}


@pytest.fixture(scope="module")
def listing(system: DistributedSystem, started: dict[str, Any]) -> dict[str, Any]:
    """That listing, at its end."""
    return system.wait_listing(started["id"])


def taken_mb(system: DistributedSystem) -> dict[str, float]:
    """Resident memory of each service and its children."""
    found = {}
    for name, process in system.processes.items():
        parent = psutil.Process(process.pid)
        found[name] = sum(each.memory_info().rss for each in (parent, *parent.children(recursive=True))) / 1e6
    return found


def job_of(listing: dict[str, Any], filename: str, recipe: str) -> dict[str, Any]:
    (job,) = [job for job in listing["jobs"] if job["photo"]["filename"] == filename and job["recipe"] == recipe]
    return job


def result(system: DistributedSystem, listing: dict[str, Any], filename: str, recipe: str) -> np.ndarray:
    job = job_of(listing, filename, recipe)
    assert job["state"] == "finished", job["failure"]
    return read_picture(system.http.get(f"/v1/artifacts/{job['outputs'][0]['artifact']['digest']}").content)


def looks_like(picture: np.ndarray, wanted: np.ndarray, tolerance: float) -> None:
    """The same size, colours near on average, and the patch really of its colour."""
    assert picture.shape == wanted.shape
    difference = np.abs(picture.astype(float) - wanted)
    assert difference.mean() < tolerance
    assert np.abs(picture[70:100, 105:125].mean((0, 1)) - wanted[70:100, 105:125].mean((0, 1))).max() < 4 * tolerance


def test_nothing_is_lost(listing: dict[str, Any], files: dict[str, bytes]) -> None:
    assert len(listing["photos"]) == len(files)
    assert len(listing["jobs"]) == 2 * len(files)
    assert all(ended(job) for job in listing["jobs"])


@pytest.mark.parametrize("name", odd_files())
def test_an_odd_file_is_seen_upright_and_in_its_colours(system: DistributedSystem, listing: dict[str, Any], name: str) -> None:
    looks_like(result(system, listing, name, "as-it-is"), upright(), 5)


@pytest.mark.parametrize("name", [*odd_files(), "grey.jpg", "alpha.png"])
def test_an_odd_file_becomes_a_marketplace_picture(system: DistributedSystem, listing: dict[str, Any], name: str) -> None:
    picture = result(system, listing, name, "taobao-main")
    assert picture.shape == (800, 800, 3)
    assert (picture[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()
    assert (picture.min(axis=2) < 128).mean() > 0.05, "the product is gone"


def test_a_grey_photo_stays_grey(system: DistributedSystem, listing: dict[str, Any]) -> None:
    picture = result(system, listing, "grey.jpg", "as-it-is").astype(int)
    assert picture.shape == upright().shape
    assert np.ptp(picture, axis=2).max() <= 2


def test_transparency_is_kept(system: DistributedSystem, listing: dict[str, Any]) -> None:
    picture = result(system, listing, "alpha.png", "as-it-is")
    quarter = picture.shape[1] // 4
    assert np.abs(picture[:, quarter:].astype(int) - upright()[:, quarter:]).max() <= 1
    output = job_of(listing, "alpha.png", "as-it-is")["outputs"][0]
    assert system.http.get(f"/v1/artifacts/{output['artifact']['digest']}").content[25] == 6, "PNG colour type: RGB with alpha"


def test_one_pixel_is_worked_on_and_its_report_is_not_fooled(system: DistributedSystem, listing: dict[str, Any]) -> None:
    assert (result(system, listing, "one pixel.png", "as-it-is") == (10, 200, 30)).all()
    job = job_of(listing, "one pixel.png", "taobao-main")
    assert job["state"] == "finished", job["failure"]
    findings = job["outputs"][0]["findings"]
    assert findings["layout.fill"]["too_small"]
    assert {check["rule"]: check["status"] for check in findings["inspect.compliance"]["checks"]}["fill"] == "warn"


def says_why(failure: dict[str, Any], *words: str) -> bool:
    """Typed, a sentence of some length, with one of these words, and no Python in it."""
    message = failure["message"]
    clean = not any(sign in message for sign in ("Traceback", "Error(", "<_io.", "cv2"))
    return failure["code"] not in {"", "error"} and len(message) > 20 and clean and any(word in message for word in words)


@pytest.mark.parametrize("name", bad_files())
def test_a_bad_file_is_rejected_with_a_reason(listing: dict[str, Any], name: str) -> None:
    (photo,) = [photo for photo in listing["photos"] if photo["filename"] == name]
    assert photo["state"] == "rejected"
    assert photo["failure"]["code"] == "bad_photo"
    assert says_why(photo["failure"], bad_files()[name].says), photo["failure"]
    for recipe in ("taobao-main", "as-it-is"):
        job = job_of(listing, name, recipe)
        assert job["state"] == "failed"
        assert job["failure"]["message"] == photo["failure"]["message"]


@pytest.mark.alone
def test_a_bad_file_fails_soon(started: dict[str, Any]) -> None:
    assert started["failed_after_s"] < TO_FAILURE_S


def test_bombs_take_no_memory(system: DistributedSystem, listing: dict[str, Any], memory_mb: dict[str, float]) -> None:
    # A 30,000×30,000 picture has 2,700 MB of pixels; ordinary work of the first pictures may take a little.
    grown = {name: after - memory_mb[name] for name, after in taken_mb(system).items()}
    assert max(grown.values()) < 200, grown


def test_sixty_megapixels_are_a_photo_like_any_other(system: DistributedSystem, listing: dict[str, Any]) -> None:
    large = system.wait_listing(system.submit({"large.jpg": sixty_megapixels()}, recipe=["taobao-main"])["id"])
    assert (large["photos"][0]["width"], large["photos"][0]["height"]) == (9000, 6700)
    assert result(system, large, "large.jpg", "taobao-main").shape == (800, 800, 3)


@pytest.fixture
def empty_page() -> Iterator[str]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/mug.jpg"
    server.shutdown()
    server.server_close()


@pytest.mark.alone
def test_an_address_that_gives_nothing_is_rejected(system: DistributedSystem, empty_page: str) -> None:
    answer = system.http.post("/v1/listings", data={"photo_url": empty_page, "recipe_yaml": AS_IT_IS})
    listing = system.wait_listing(answer.json()["id"], TO_FAILURE_S)
    assert listing["photos"][0]["state"] == "rejected"
    assert says_why(listing["photos"][0]["failure"], "empty"), listing["photos"][0]["failure"]


def test_the_command_line_names_bad_files_and_makes_the_others(tmp_path: Path) -> None:
    chosen = {name: bad.content for name, bad in bad_files().items() if name in {"empty.jpg", "half.png", "page.jpg", "bomb.png"}}
    chosen |= {name: content for name, content in odd_files().items() if name in {"really a png.jpg", "turned by exif.jpg"}}
    for name, content in chosen.items():
        (tmp_path / name).write_bytes(content)
    out, recipe = tmp_path / "out", tmp_path / "as-it-is.yaml"
    recipe.write_text(AS_IT_IS)
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "packshot",
            "run",
            *(str(tmp_path / name) for name in chosen),
            "--recipe",
            str(recipe),
            "-o",
            str(out),
        ],
        check=False,
        env={"PACKSHOT_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=90,
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 1, said
    assert "Traceback" not in said
    for name in ("empty.jpg", "half.png", "page.jpg", "bomb.png"):
        (line,) = [line for line in said.splitlines() if name in line]
        assert bad_files()[name].says in line
    made = sorted(out.glob("*.png"))
    assert len(made) == 2, said
    for picture in made:
        looks_like(read_picture(picture.read_bytes()), upright(), 5)
    assert all(json.loads(report.read_text())["lineage"] for report in out.glob("*.json"))
