"""One embedded system to a home: the lock is the kernel's, so it ends with its process, however that ends."""

import subprocess
import sys

import pytest

from packshot.embedded import HomeLock, Owner
from packshot.errors import HomeInUse


def test_nobody_holds_a_home_that_was_never_used(tmp_path):
    assert HomeLock(tmp_path / "none" / "lock").owner() is None


def test_holder_is_named_and_a_second_one_refused(tmp_path):
    lock = HomeLock(tmp_path / "lock")
    with lock.held("run"):
        owner = lock.owner()
        assert owner is not None
        assert owner.command == "run"
        assert owner.brief
        with pytest.raises(HomeInUse, match=r"`packshot run` \(process \d+\) is at work in"), lock.held("up"):
            pass
    assert lock.owner() is None


def test_looking_does_not_take_the_home(tmp_path):
    lock = HomeLock(tmp_path / "lock")
    with lock.held("up"):
        assert not lock.owner().brief
    assert lock.owner() is None
    with lock.held("up"):
        assert str(lock.owner()).startswith("`packshot up` (process ")


def test_holder_that_is_killed_leaves_the_home_free(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from packshot.embedded import HomeLock\n"
        "with HomeLock(Path(sys.argv[1])).held('up'): print('held', flush=True); time.sleep(60)"
    )
    lock = HomeLock(tmp_path / "lock")
    with subprocess.Popen([sys.executable, "-c", script, str(lock.path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        assert lock.owner() == Owner("up", holder.pid)
        holder.kill()
    assert lock.owner() is None
