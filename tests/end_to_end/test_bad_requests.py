"""Bad input gets a clear error, and nothing else notices."""

from __future__ import annotations

import pytest

from tests.pictures import product_photo
from tests.system import DistributedSystem

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"recipe": "amazon-mian"}, "unknown_name", "amazon-main"),
        ({"recipe_yaml": "name: x\nsteps: [{operation: enhance.clahee}]\noutput: y"}, "unknown_name", "enhance.clahe"),
        (
            {"recipe_yaml": "name: x\nsteps: [{operation: enhance.clahe, params: {clip_limt: 2}}]\noutput: y"},
            "bad_parameters",
            "clip_limit",
        ),
        (
            {"recipe_yaml": "name: x\nsteps: [{operation: enhance.clahe, params: {clip_limit: lots}}]\noutput: y"},
            "bad_parameters",
            "clip_limit",
        ),
        ({"recipe_yaml": "name: x\nsteps: [{recipe: x}]\noutput: y"}, "bad_recipe", "x → x"),
        ({"recipe_yaml": "&a\nname: x\nbranches: [*a]"}, "bad_recipe", "recipe"),
        ({"recipe_yaml": "steps: ["}, "bad_recipe", "YAML"),
        ({"recipe_yaml": "name: x\nsteps: [{operation: enhance.clahe}]"}, "bad_recipe", "output"),
    ],
)
def test_a_wrong_order_is_refused_with_what_is_near(system: DistributedSystem, fields: dict, code: str, says: str) -> None:
    answer = system.http.post("/v1/listings", data=fields, files=[("photos", ("a.jpg", product_photo(20)))])
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["code"] == code
    assert says in problem["detail"]


def test_a_listing_without_a_photo_is_refused(system: DistributedSystem) -> None:
    answer = system.http.post("/v1/listings", data={"recipe": "amazon-main"})
    assert answer.status_code == 422
    assert "photo" in answer.json()["detail"]


def test_bad_files_are_named_with_the_reason_and_do_not_stop_the_others(system: DistributedSystem) -> None:
    good = product_photo(21)
    photos = {
        "empty.jpg": b"",
        "note.jpg": b"just some text, not a picture at all",
        "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        "page.jpg": b"<!doctype html><html></html>",
        "half.jpg": good[: len(good) // 2],
        "good.jpg": good,
    }
    listing = system.wait_listing(system.submit(photos, recipe=["taobao-main"])["id"])
    states = {photo["filename"]: photo for photo in listing["photos"]}
    assert states["good.jpg"]["state"] == "accepted"
    for name in set(photos) - {"good.jpg"}:
        assert states[name]["state"] == "rejected", states[name]
        assert len(states[name]["failure"]["message"]) > 10
    by_photo = {job["photo"]["filename"]: job["state"] for job in listing["jobs"]}
    assert by_photo.pop("good.jpg") == "finished"
    assert set(by_photo.values()) == {"failed"}


def test_an_operation_that_raises_ends_the_job_with_its_words(system: DistributedSystem) -> None:
    recipe = "name: r\nsteps: [{operation: e2e.raise}]\noutput: never"
    job = system.wait_listing(system.submit({"a.jpg": product_photo(22)}, recipe_yaml=recipe)["id"])["jobs"][0]
    assert job["state"] == "failed"
    assert job["failure"]["code"] == "operation_failed"
    assert "the lens cap was on" in job["failure"]["message"]


def test_an_operation_that_kills_its_process_ends_the_job_and_nothing_else(system: DistributedSystem) -> None:
    recipe = "name: c\nsteps: [{operation: e2e.crash}]\noutput: never"
    crashed = system.submit({"a.jpg": product_photo(23)}, recipe_yaml=recipe)["id"]
    fine = system.submit({"b.jpg": product_photo(24)}, recipe=["taobao-main"])["id"]
    job = system.wait_listing(crashed)["jobs"][0]
    assert job["state"] == "failed"
    assert job["failure"]["code"] in {"host_crashed", "quarantined"}
    assert system.wait_listing(fine)["jobs"][0]["state"] == "finished"


def test_what_is_not_there_is_a_404_with_words(system: DistributedSystem) -> None:
    for path in ("/v1/listings/nothing", "/v1/jobs/nothing", "/v1/artifacts/" + "0" * 64):
        answer = system.http.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["detail"]
