"""`examine` takes a plugin in any shape it comes in, and outlives whatever the plugin does."""

import subprocess
import sys
import zipfile
from textwrap import dedent

import pytest

from packshot.contracts.operation import Stage
from packshot.errors import BadParameters, UnknownName
from packshot.plugin.conformance import Verdict, examine
from packshot.plugin.conformance.hosted import HOSTED_CHECKS
from packshot.plugin.conformance.suite import CHECKS
from packshot.plugin.template import new_plugin

HEAD = """
    import ctypes, socket, time
    import numpy as np
    from pydantic import BaseModel
    from packshot.plugin import Frame, Operation, hookimpl

    class Nothing(BaseModel):
        pass

    class Base(Operation[Nothing]):
        version, stage, Params, timeout_s = "1.0.0", "edit", Nothing, 0.01
"""
GOOD = """
    class Good(Base):
        "Inverts."
        name, timeout_s = "good.one", 60.0
        def run(self, frame, params, run):
            return frame.with_rgb(255 - frame.rgb)
"""


def plugin(folder, body, offered):
    hook = f"\n@hookimpl\ndef packshot_operations():\n    return [{offered}]\n"
    (folder / "mine.py").write_text(dedent(HEAD) + dedent(body) + hook)
    return str(folder / "mine.py")


def failures(what):
    return {(each.subject, each.check): each.reason for each in examine(what, quick=True) if each.verdict is Verdict.FAILED}


def test_a_file_with_a_good_operation_passes_every_check(tmp_path):
    results = list(examine(plugin(tmp_path, GOOD, "Good"), quick=True))
    assert [result for result in results if result.verdict is not Verdict.PASSED] == []
    assert len(results) == 2 + len(CHECKS) + len(HOSTED_CHECKS)
    assert {result.subject for result in results} == {"mine", "good.one"}


def test_a_crash_costs_one_operation_and_says_where(tmp_path):
    body = (
        GOOD
        + """
    class Crash(Base):
        "Reads where nothing is."
        name = "bad.crash"
        def run(self, frame, params, run):
            ctypes.string_at(0)
    """
    )
    results = list(examine(plugin(tmp_path, body, "Crash, Good"), quick=True))
    (failed,) = [result for result in results if result.verdict is Verdict.FAILED]
    assert failed.subject == "bad.crash"
    assert "SIGSEGV" in failed.reason
    assert "mine.py" in failed.reason
    assert sum(result.subject == "good.one" for result in results) == 1 + len(CHECKS) + len(HOSTED_CHECKS)
    assert sum(result.subject == "mine" for result in results) == 1


def test_a_hang_is_stopped(tmp_path):
    body = """
    class Hang(Base):
        "Waits."
        name = "bad.hang"
        def run(self, frame, params, run):
            time.sleep(1000)
    """
    ((where, reason),) = failures(plugin(tmp_path, body, "Hang")).items()
    assert where == ("bad.hang", "answers soundly")
    assert "was stopped after" in reason


def test_a_plugin_that_cannot_be_imported(tmp_path):
    (tmp_path / "mine.py").write_text("import not_there")
    said = "ModuleNotFoundError: No module named 'not_there' Install beside packshot what it needs."
    assert failures(str(tmp_path / "mine.py")) == {("mine", "can be imported"): said}


def test_network_while_it_is_imported(tmp_path):
    path = plugin(tmp_path, '    socket.getaddrinfo("127.0.0.1", 80)' + GOOD, "Good")
    assert "network" in failures(path)["mine", "can be imported"]


def test_what_differs_between_processes(tmp_path):
    body = """
    class Hashed(Base):
        "Depends on the process."
        name, timeout_s = "bad.hashed", 60.0
        def run(self, frame, params, run):
            return frame.with_finding(self.name, hash("a text"))
    """
    found = failures(plugin(tmp_path, body, "Hashed"))
    assert "another result in a fresh process" in found["bad.hashed", "does the same in a fresh process"]
    assert ("bad.hashed", "is deterministic") not in found


@pytest.mark.alone
def test_what_a_killed_run_leaves_behind(tmp_path):
    lock = tmp_path / "lock"
    body = f"""
    import pathlib
    LOCK = pathlib.Path({str(lock)!r})
    class Locks(Base):
        "Writes a lock."
        name, timeout_s = "bad.lock", 60.0
        def run(self, frame, params, run):
            assert not LOCK.exists(), "locked"
            if frame.width < 500:
                return frame
            LOCK.touch()
            time.sleep(0.5)
            LOCK.unlink()
            return frame
    """
    found = failures(plugin(tmp_path, body, "Locks"))
    assert "locked" in found["bad.lock", "can be cancelled"]


@pytest.fixture(scope="module")
def distribution(tmp_path_factory):
    return new_plugin("my-effect", Stage.EDIT, tmp_path_factory.mktemp("new"))


def test_a_distributions_folder(distribution):
    assert failures(str(distribution)) == {}


def test_a_package_folder(distribution):
    results = list(examine(str(distribution / "my_effect"), quick=True))
    assert {result.subject for result in results} == {"my_effect", "my-effect.vignette"}
    assert all(result.verdict is Verdict.PASSED for result in results)


def test_a_wheel(distribution, tmp_path):
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", tmp_path]
    subprocess.run([*map(str, build), str(distribution)], check=True, timeout=60)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        assert "my_effect/py.typed" in content.namelist()
    assert failures(str(wheel)) == {}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "no.py", "no such file"),
        (lambda folder: folder, "is no plugin"),
        (lambda folder: _write(folder / "_mine.py", ""), "rename"),
        (lambda folder: _write(folder / "mine.whl", "no zip"), "not a wheel"),
        (lambda folder: _write(folder / "pyproject.toml", "[project]\nname = 'x'\n").parent, "entry-points.packshot"),
        (lambda folder: _write(folder / "pyproject.toml", "[").parent, "cannot be read"),
    ],
)
def test_what_is_no_plugin_says_what_is_wrong(tmp_path, make, said):
    with pytest.raises(BadParameters, match=said):
        next(examine(str(make(tmp_path))))


def _write(path, text):
    path.write_text(text)
    return path


def test_a_name_that_is_not_installed():
    with pytest.raises(UnknownName, match="No plugin 'no-such-plugin' is installed"):
        next(examine("no-such-plugin"))
