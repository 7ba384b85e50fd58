"""`packshot ops`, `recipes` and `plugin list` show what this machine's plugins bring."""

import json
import re

import yaml

from packshot.contracts.operation import OperationSpec


def test_ops_is_a_line_for_each_operation(packshot):
    done = packshot("ops")
    assert done.returncode == 0, done.stderr
    assert "tiny.invert\t1.2.3\tedit\tInvert" in done.stdout.splitlines()


def test_ops_name_shows_types_defaults_ranges_and_meanings(packshot):
    done = packshot("ops", "tiny.invert")
    assert "Turn every colour into its opposite.\n\nTakes long: never.\n" in done.stdout
    assert "strength\tnumber\t1.0\t0..1\t0 leaves the picture as it is" in done.stdout.splitlines()


def test_ops_as_json_is_the_catalogue(packshot):
    specs = [OperationSpec.model_validate(spec) for spec in json.loads(packshot("ops", "--json").stdout)]
    assert [spec.name for spec in specs] == ["tiny.count", "tiny.invert", "tiny.plain", "tiny.slow", "tiny.stubborn"]


def test_unknown_operation_says_what_is_near(packshot):
    done = packshot("ops", "tiny.inverse")
    assert done.returncode == 2
    assert done.stderr == "There is no operation 'tiny.inverse'. Did you mean tiny.invert?\n"


def test_recipes_lists_and_prints_one_that_can_be_run_again(packshot):
    assert "tiny\tinverted\tInverted and counted" in packshot("recipes").stdout.splitlines()
    written = yaml.safe_load(packshot("recipes", "tiny").stdout)
    assert written["name"] == "tiny"
    assert [step["operation"] for step in written["steps"]] == ["tiny.invert", "tiny.count"]


def test_plugin_list_names_plugins_that_cannot_be_used(packshot):
    assert packshot("plugin", "list").returncode == 0
    (packshot.home.parent / "plugins" / "broken.py").write_text("import no_such_module")
    done = packshot("plugin", "list", PACKSHOT_PLUGINS="")
    assert done.returncode == 1
    assert re.search(r"broken\.py in the plugins folder .*: ModuleNotFoundError: No module named 'no_such_module'", done.stderr)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("broken\t"))
    assert line.split("\t")[1] == "refused"
    assert "tiny.invert@1.2.3" in done.stdout
