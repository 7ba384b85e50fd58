"""`packshot plugin new` and `packshot plugin test`: from a name to a plugin that keeps every rule."""

import json
import subprocess
import sys

import pytest

STAGES = {
    "preprocess": "my-effect.vignette",
    "generate": "my-effect.spotlight",
    "edit": "my-effect.vignette",
    "quality-check": "my-effect.corner_light",
}


def tool(folder, *arguments):
    """A tool of this environment, run in `folder` as its owner would."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("stage", STAGES)
def test_a_new_plugin_passes_every_check_as_it_is(packshot, tmp_path, stage):
    made = packshot("plugin", "new", "my-effect", "--stage", stage, "-o", tmp_path)
    assert made.returncode == 0, made.stderr
    assert f"packshot plugin test {tmp_path / 'my-effect'}" in made.stdout
    done = packshot("plugin", "test", tmp_path / "my-effect")
    assert done.returncode == 0, done.stdout
    assert f"ok    {STAGES[stage]} leaves its input alone" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1].endswith("checks, all passed.")


@pytest.fixture(scope="module")
def type_cache(tmp_path_factory):
    """NumPy's types are read once."""
    return tmp_path_factory.mktemp("types")


@pytest.mark.parametrize("stage", ["generate", "edit", "quality-check"])
def test_a_new_plugin_passes_its_own_tests_linter_and_type_checker(packshot, tmp_path, stage, type_cache):
    folder = tmp_path / "my-effect"
    assert packshot("plugin", "new", "my-effect", "--stage", stage, "-o", tmp_path).returncode == 0
    tool(folder, "pytest", "-q", "-p", "no:cacheprovider")
    pytest.importorskip("ruff")
    pytest.importorskip("mypy")
    tool(folder, "ruff", "check", "--no-cache", ".")
    tool(folder, "mypy", "--cache-dir", type_cache, ".")


@pytest.mark.parametrize("stage", ["generate", "edit", "quality-check"])
@pytest.mark.parametrize("name", ["a", "a-name-of-as-many-letters-as-are-allowed"])
def test_a_new_plugin_is_well_formatted_whatever_its_name(packshot, tmp_path, stage, name):
    pytest.importorskip("ruff")
    assert packshot("plugin", "new", name, "--stage", stage, "-o", tmp_path).returncode == 0
    tool(tmp_path / name, "ruff", "format", "--check", "--no-cache", ".")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("My Effect", "Did you mean my-effect?"),
        ("my_effect", "Did you mean my-effect?"),
        ("9", "lower-case letters"),
        ("json", "Try my-json."),
        ("class", "Try my-class."),
        ("n" * 41, "up to 40"),
    ],
)
def test_a_name_that_cannot_be_used(packshot, tmp_path, name, said):
    done = packshot("plugin", "new", name, "-o", tmp_path / "new")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(packshot, tmp_path):
    (tmp_path / "my-effect").mkdir()
    done = packshot("plugin", "new", "my-effect", "-o", tmp_path)
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert list((tmp_path / "my-effect").iterdir()) == []


def test_each_failed_check_says_what_to_change(packshot, tmp_path):
    packshot("plugin", "new", "my-effect", "-o", tmp_path)
    operation = tmp_path / "my-effect" / "my_effect" / "vignette.py"
    operation.write_text(operation.read_text().replace("frame.rgb * light", "frame.rgb.astype(float) * light"))
    done = packshot("plugin", "test", "--quick", tmp_path / "my-effect")
    assert done.returncode == 1
    said = "FAIL  my-effect.vignette answers soundly: For a 48×64 picture rgb is float64; takes='linear' means float32"
    assert said in done.stdout


def test_results_as_json_of_a_plugin_in_the_watched_folder(packshot):
    plugins = packshot.home.parent / "plugins"
    source = (plugins / "tiny.py").read_text()
    (plugins / "stubborn.py").write_text(source.replace("[Invert, Count, Plain, Slow, Stubborn]", "[Invert, Stubborn]"))
    done = packshot("plugin", "test", "stubborn", "--quick", "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["passed"] is False
    failed = {(each["subject"], each["check"]): each["reason"] for each in said["results"] if each["verdict"] == "failed"}
    assert "RuntimeError: I will not (stubborn.py:" in failed["tiny.stubborn", "answers soundly"]
    assert {subject for subject, _ in failed} == {"tiny.stubborn"}
    assert {each["subject"] for each in said["results"]} == {"stubborn", "tiny.invert", "tiny.stubborn"}


def test_what_is_not_there(packshot, tmp_path):
    done = packshot("plugin", "test", tmp_path / "nothing")
    assert done.returncode == 2
    assert "there is no such file or folder" in done.stderr
