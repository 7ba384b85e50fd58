import socket
import subprocess

import pytest

from packshot.plugin.launch import Launch, spawn
from packshot.plugin.scratch import Scratch


@pytest.mark.parametrize(("ours", "theirs"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_of_children_wait_without_spinning_unless_the_user_says_so(monkeypatch, ours, theirs):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    if ours:
        monkeypatch.setenv("OMP_WAIT_POLICY", ours)
    told = {}
    monkeypatch.setattr(subprocess, "Popen", lambda command, env, **rest: told.update(env))
    near, far = socket.socketpair()
    with near, far:
        spawn(Launch(threads=2), far, Scratch.create(), Scratch.create())
    assert (told["OMP_WAIT_POLICY"], told["OMP_NUM_THREADS"]) == (theirs, "2")
