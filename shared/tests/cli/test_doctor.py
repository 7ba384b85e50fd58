"""`packshot doctor` finds what is wrong, says how to mend it, and never takes long or shows a traceback."""

import json
import resource
import time

from packshot.cli.checks.line import Level
from packshot.cli.checks.machine import check_files, check_home, check_shared_memory


def lines(done):
    return {line["subject"]: line for line in json.loads(done.stdout)}


def test_report_as_json_has_a_line_for_each_subject(packshot):
    done = packshot("doctor", "--json")
    found = lines(done)
    assert {"services", "settings", "broker", "store", "database", "plugins", "recipes", "device", "disk"} <= set(found)
    assert done.returncode == (1 if any(line["level"] == "FAIL" for line in found.values()) else 0)
    assert "tiny" in found["recipes"]["found"]
    assert found["plugins"]["found"] == "1 with 5 operations"


def test_misspelt_variable_is_warned_of(packshot):
    found = lines(packshot("doctor", "--json", PACKSHOT_STORE_ULR="file:///x"))
    assert found["PACKSHOT_STORE_ULR"]["level"] == "WARN"
    assert "PACKSHOT_STORE_URL" in found["PACKSHOT_STORE_ULR"]["mend"]


def test_setting_that_cannot_be_used_is_named(packshot):
    done = packshot("doctor", "--json", PACKSHOT_DRAIN_S="soon")
    assert done.returncode == 1
    assert "PACKSHOT_DRAIN_S cannot be used" in lines(done)["settings"]["found"]


def test_servers_that_are_away_are_said_to_be_in_time(packshot):
    started = time.monotonic()
    done = packshot(
        "doctor",
        "--json",
        PACKSHOT_BUS_URL="amqp://guest:secret@127.0.0.1:9/",
        PACKSHOT_STORE_URL="s3://key:secret@127.0.0.1:9/bucket?secure=false",
        PACKSHOT_DATABASE_URL="postgresql://me:secret@127.0.0.1:9/packshot",
    )
    found = lines(done)
    assert done.returncode == 1
    assert [found[subject]["level"] for subject in ("broker", "store", "database")] == ["FAIL"] * 3
    assert "PACKSHOT_BUS_URL" in found["broker"]["mend"]
    assert time.monotonic() - started < 60
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stdout + done.stderr


def test_broken_plugin_is_named(packshot):
    (packshot.home.parent / "plugins" / "broken.py").write_text("1 / 0")
    done = packshot("doctor", PACKSHOT_PLUGINS="")
    assert done.returncode == 1
    assert "FAIL  plugin broken.py in the plugins folder: ZeroDivisionError: division by zero" in done.stdout


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
