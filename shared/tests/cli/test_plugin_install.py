"""`packshot plugin install` and `remove` put plugins where workers find them, in one step each."""

import hashlib
import json

import pytest
from tests.authors import drop, source, wheel

from packshot.errors import BadPlugin, UnknownName
from packshot.plugin.installing import install, remove


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "watched"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_installed_listed_and_removed(packshot, tmp_path):
    drop(tmp_path, "mine.py", source("my.own"))
    folder = {"PACKSHOT_PLUGINS_DIR": str(tmp_path / "watched"), "PACKSHOT_PLUGINS": "mine"}
    done = packshot("plugin", "install", tmp_path / "mine.py", **folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"mine\t{tmp_path / 'watched' / 'mine.py'}\n"
    (state,) = json.loads(packshot("plugin", "list", "--json", **folder).stdout)
    assert (state["condition"], state["operations"]) == ("ready", ["my.own@1.0.0"])
    assert state["digest"] == hashlib.sha256((tmp_path / "mine.py").read_bytes()).hexdigest()
    assert "my.own\t1.0.0" in packshot("ops", **folder).stdout
    assert packshot("plugin", "remove", "mine", **folder).returncode == 0
    assert names(tmp_path / "watched") == []


def test_what_is_not_there_is_said_so(packshot):
    done = packshot("plugin", "remove", "tinny")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Did you mean tiny?" in done.stderr
    done = packshot("plugin", "install", "./nowhere.py")
    assert done.returncode == 1
    assert "does not exist" in done.stderr


def test_an_older_wheel_gives_way_to_a_newer(tmp_path, folder):
    for version in ("1.0.0", "1.1.0"):
        install(str(wheel(tmp_path / "built", "mine", version, {"mine.py": source()}, entry="mine")), folder, "")
    assert names(folder) == ["mine-1.1.0-py3-none-any.whl"]
    assert remove("mine", folder)[0].name == "mine-1.1.0-py3-none-any.whl"


def test_pip_fetches_what_is_no_path(tmp_path, folder):
    wheel(tmp_path / "index", "packshot_mine", "1.0.0", {"mine.py": source()}, entry="mine")
    installed = install("packshot-mine", folder, f"--no-index --find-links {tmp_path / 'index'}")
    assert installed.name == "packshot-mine"
    assert names(folder) == ["packshot_mine-1.0.0-py3-none-any.whl"]
    with pytest.raises(BadPlugin, match="pip could not make a wheel of packshot-nobody"):
        install("packshot-nobody", folder, "--no-index")


def test_a_distributions_folder_becomes_a_wheel(tmp_path, folder):
    project = tmp_path / "my-effect"
    project.mkdir()
    (project / "my_effect.py").write_text(source())
    (project / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "my-effect"\nversion = "1.0.0"\n[project.entry-points.packshot]\nmy-effect = "my_effect"\n'
        '[tool.hatch.build.targets.wheel]\ninclude = ["my_effect.py"]\n'
    )
    install(str(project), folder, "--no-build-isolation")
    (name,) = names(folder)
    assert name.startswith("my_effect-1.0.0-py")


def test_a_package_folder_is_replaced_as_a_whole(tmp_path, folder):
    package = tmp_path / "mine"
    package.mkdir()
    (package / "__init__.py").write_text(source())
    (package / "old.py").touch()
    install(str(package), folder, "")
    (package / "old.py").unlink()
    install(str(package), folder, "")
    assert names(folder) == ["mine"]
    assert names(folder / "mine") == ["__init__.py"]


def test_a_plugin_under_another_form_gives_way_too(tmp_path, folder):
    drop(tmp_path, "mine.py", source())
    install(str(tmp_path / "mine.py"), folder, "")
    install(str(wheel(tmp_path / "built", "mine", "1.0.0", {"mine.py": source()}, entry="mine")), folder, "")
    assert names(folder) == ["mine-1.0.0-py3-none-any.whl"]


def test_what_is_no_plugin_is_refused(tmp_path, folder):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(BadPlugin, match="it must be a \\.py file"):
        install(str(tmp_path / "notes.txt"), folder, "")
    with pytest.raises(UnknownName, match="None is known yet"):
        remove("mine", folder)
