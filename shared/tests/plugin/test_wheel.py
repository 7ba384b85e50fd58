"""Wheels are taken only as their RECORD describes them."""

import zipfile

import pytest
from tests.authors import wheel

from packshot.errors import BadPlugin
from packshot.plugin.wheel import distribution_in, entry_points_of, unpack_wheel


def changed(path, change):
    """The wheel with its contents as `change` leaves them."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    change(contents)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def test_modules_and_names_come_out(tmp_path):
    built = wheel(tmp_path, "mine", "1.2.0", {"mine/__init__.py": "x = 1"}, needs=["numpy"], entry="mine")
    unpack_wheel(built, tmp_path / "out")
    distribution = distribution_in(tmp_path / "out")
    assert (distribution.version, distribution.requires) == ("1.2.0", ["numpy"])
    assert entry_points_of(distribution) == {"mine": "mine"}
    assert (tmp_path / "out" / "mine" / "__init__.py").read_text() == "x = 1"


def test_what_lies_in_a_data_folder_is_put_beside_the_others(tmp_path):
    built = wheel(tmp_path, "mine", "1.0.0", {"mine-1.0.0.data/purelib/mine.py": "x = 1"}, entry="mine")
    unpack_wheel(built, tmp_path / "out")
    assert (tmp_path / "out" / "mine.py").is_file()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda contents: contents.update({"more.py": b"x = 2"}), "does not vouch for more.py"),
        (lambda contents: contents.update({"mine.py": b"x = 2"}), "mine.py is not what the wheel's RECORD says"),
        (lambda contents: contents.pop("mine-1.0.0.dist-info/RECORD"), "has no RECORD"),
        (
            lambda contents: contents.update({"mine-1.0.0.dist-info/RECORD": b"mine.py,md5=abc,5\n"}),
            "does not vouch for mine.py",
        ),
    ],
)
def test_what_record_does_not_vouch_for_is_refused(tmp_path, change, says):
    built = changed(wheel(tmp_path, "mine", "1.0.0", {"mine.py": "x = 1"}, entry="mine"), change)
    with pytest.raises(BadPlugin, match=says):
        unpack_wheel(built, tmp_path / "out")
    assert not (tmp_path / "out").exists(), "something of it was unpacked"


def test_a_wheel_without_a_plugin_says_what_to_add(tmp_path):
    unpack_wheel(wheel(tmp_path, "mine", "1.0.0", {"mine.py": "x = 1"}), tmp_path / "out")
    with pytest.raises(BadPlugin, match=r"\[project.entry-points.packshot\]"):
        entry_points_of(distribution_in(tmp_path / "out"))
