"""Finding and loading plugins."""

from types import ModuleType

import pytest

from packshot.errors import UnknownName
from packshot.plugin import hookimpl
from packshot.plugin.discovery import FoundPlugin, find_plugins
from packshot.plugin.registry import Registry

from .conftest import FOLDER
from .folder import pixels

OURS = "pixels,troubles,broken"


def module(*operations):
    plugin = ModuleType("plugin")
    plugin.packshot_operations = hookimpl(lambda: list(operations), specname="packshot_operations")
    return plugin


def found(name, plugin):
    return FoundPlugin(name, f"{name} 1.0", lambda: plugin)


def version_of(operation, version):
    return type(operation.__name__, (operation,), {"version": version, "__doc__": operation.__doc__})


def test_operations_are_found_by_name_and_major():
    registry = Registry(find_plugins(FOLDER), OURS)
    assert registry.find("test.brighten").spec.version == "2.1.0"
    assert registry.find("test.brighten@2").spec.plugin == "pixels.py in the plugins folder"
    assert len(registry) == len(list(registry)) == 21
    with pytest.raises(UnknownName, match=r"Did you mean test\.invert"):
        registry.find("test.invent")
    with pytest.raises(UnknownName, match="no version 1"):
        registry.find("test.brighten@1")


def test_a_plugin_that_cannot_be_imported_is_reported_and_harms_nobody():
    registry = Registry(find_plugins(FOLDER), OURS)
    (failure,) = registry.failures
    assert failure.plugin.startswith("broken.py")
    assert failure.reason == "ImportError: its library is not installed"


def test_only_the_plugins_that_are_allowed_are_loaded():
    registry = Registry(find_plugins(FOLDER), "pixels, pixls")
    assert {each.spec.name.split(".")[0] for each in registry} == {"test"}
    (failure,) = registry.failures
    assert (failure.plugin, "Did you mean pixels" in failure.reason) == ("pixls", True)


def test_installed_plugins_come_with_the_version_of_their_distribution():
    labels = [plugin.label for plugin in find_plugins(None) if plugin.name == "enhance"]
    assert labels == ["packshot-enhance 0.1.0"]


def test_the_order_is_always_the_same():
    names = [plugin.name for plugin in find_plugins(FOLDER)]
    installed = names[: names.index("broken")]
    assert installed == sorted(installed)
    assert names[len(installed) :] == ["broken", "learned", "pixels", "troubles"]


def test_two_majors_of_one_operation_live_side_by_side():
    registry = Registry([found("one", module(pixels.Invert, version_of(pixels.Invert, "2.0.0")))])
    assert registry.find("test.invert").spec.version == "2.0.0"
    assert registry.find("test.invert@1").spec.version == "1.0.0"
    assert not registry.failures


def test_two_plugins_that_offer_the_same_are_both_named():
    registry = Registry([found("one", module(pixels.Invert)), found("two", module(version_of(pixels.Invert, "1.5.0")))])
    (failure,) = registry.failures
    assert "one 1.0" in failure.reason
    assert "two 1.0" in failure.reason
    assert registry.find("test.invert").spec.plugin == "one 1.0"


def test_an_operation_that_is_declared_wrongly_does_not_take_its_neighbours_down():
    wrong = type("Wrong", (pixels.Invert,), {"name": "Not A Name"})
    registry = Registry([found("one", module(wrong, pixels.Cut))])
    assert [each.spec.name for each in registry] == ["test.cut"]
    assert "Not A Name" in registry.failures[0].reason


def test_a_plugin_without_hooks_is_told_so():
    registry = Registry([found("one", ModuleType("empty"))])
    assert "@hookimpl" in registry.failures[0].reason


def test_a_package_folder_is_a_plugin_and_may_import_its_own_modules(tmp_path):
    package = tmp_path / "my-plugin"
    package.mkdir()
    (package / "numbers.py").write_text("VERSION = '3.0.0'\n")
    (package / "__init__.py").write_text(
        "from packshot.plugin import Operation, hookimpl\n"
        "from pydantic import BaseModel\n"
        "from .numbers import VERSION\n"
        "class Params(BaseModel): pass\n"
        "class Mine(Operation[Params]):\n"
        "    name, version, stage, Params = 'my.own', VERSION, 'edit', Params\n"
        "@hookimpl\n"
        "def packshot_operations(): return [Mine]\n"
    )
    (tmp_path / "_ignored.py").write_text("raise AssertionError")
    (tmp_path / "notes.txt").write_text("no plugin")
    registry = Registry(find_plugins(tmp_path), "my-plugin")
    assert registry.find("my.own@3").spec.version == "3.0.0"
    assert not registry.failures
