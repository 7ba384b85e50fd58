"""`packshot doctor` finds what is wrong, says how to mend it, and never takes long or shows a traceback."""

import json
import resource
import time

from packshot.cli.checks.connections import check_connections
from packshot.cli.checks.line import Level
from packshot.cli.checks.machine import check_files, check_home, check_shared_memory
from packshot.cli.checks.plugins import check_plugins
from packshot.cli.checks.settings import check_settings
from packshot.settings import Settings


def test_report_as_json_has_a_line_for_each_subject(packshot):
    done = packshot("doctor", "--json")
    found = {line["subject"]: line for line in json.loads(done.stdout)}
    assert {"services", "settings", "broker", "store", "database", "plugins", "recipes", "device", "disk"} <= set(found)
    assert "Traceback" not in done.stderr
    assert done.returncode == (1 if any(line["level"] == "FAIL" for line in found.values()) else 0)
    assert "tiny" in found["recipes"]["found"]
    assert found["plugins"]["found"] == "1 with 5 operations"


def test_misspelt_variable_is_warned_of(monkeypatch):
    monkeypatch.setenv("PACKSHOT_STORE_ULR", "file:///x")
    (line,) = [line for line in check_settings() if line.subject == "PACKSHOT_STORE_ULR"]
    assert line.level is Level.WARN
    assert "PACKSHOT_STORE_URL" in line.mend


def test_setting_that_cannot_be_used_is_named(monkeypatch):
    monkeypatch.setenv("PACKSHOT_DRAIN_S", "soon")
    (line,) = [line for line in check_settings() if line.level is Level.FAIL]
    assert line.found.startswith("PACKSHOT_DRAIN_S cannot be used")


async def test_servers_that_are_away_are_said_to_be_in_time(tmp_path):
    settings = Settings(
        home=tmp_path,
        bus_url="amqp://guest:hidden@127.0.0.1:9/",
        store_url="s3://key:hidden@127.0.0.1:9/bucket?secure=false",
        database_url="postgresql://me:hidden@127.0.0.1:9/packshot",
    )
    started = time.monotonic()
    found = [line async for line in check_connections(settings)]
    assert time.monotonic() - started < 30
    assert [(line.level, line.subject) for line in found] == [
        (Level.FAIL, "broker"),
        (Level.FAIL, "store"),
        (Level.FAIL, "database"),
        (Level.OK, "system"),
    ]
    assert "PACKSHOT_BUS_URL" in found[0].mend
    assert not any("hidden" in line.found + line.mend for line in found)


async def test_parts_that_answer_are_fine(tmp_path):
    found = [line async for line in check_connections(Settings(home=tmp_path))]
    assert {line.level for line in found} == {Level.OK}


async def test_broken_plugin_is_named_and_how_to_go_on(tmp_path):
    (tmp_path / "broken.py").write_text("1 / 0")
    line = await anext(check_plugins(Settings(home=tmp_path / "home", plugins_dir=tmp_path, plugins="broken")))
    assert line.level is Level.FAIL
    assert line.found == "ZeroDivisionError: division by zero"
    assert line.subject.startswith("plugin broken.py in the plugins folder")


def test_home_that_is_a_file_fails_and_one_to_be_made_does_not(tmp_path):
    (tmp_path / "file").write_text("")
    assert [line.level for line in check_home(tmp_path / "file")] == [Level.FAIL]
    assert next(iter(check_home(tmp_path / "to" / "be"))).level is Level.OK


def test_little_shared_memory_and_few_files_are_warned_of():
    assert check_shared_memory(63).level is Level.FAIL
    assert check_shared_memory(64).level is Level.WARN
    assert "--shm-size" in check_shared_memory(64).mend
    assert check_shared_memory(512).level is Level.OK
    assert check_files(256).level is Level.WARN
    assert check_files(resource.RLIM_INFINITY).level is Level.OK
