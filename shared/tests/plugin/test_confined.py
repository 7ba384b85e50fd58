"""What a plugin-host child gives up, also where it is not root."""

import ctypes
import os
import socket
import sys

import pytest

from packshot import confined

NOBODY = 65534
_PR_SET_DUMPABLE = 4

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can become somebody else")


def as_nobody(do):
    """What `do()` says (a short text) in a process of another user."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            # As in a process that this user started: its own files in /proc are its own.
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1)
            os.write(writing, do().encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with os.fdopen(reading) as answer:
        return answer.read()


def reach(address):
    # Nothing may be imported any more: the other user need not be able to read this Python's files.
    with socket.socket() as sock:
        try:
            sock.connect(address)
        except OSError:
            return "nothing"
        return "reached"


def test_who_is_not_root_has_no_network_either_and_stays_who_he_is(capfd):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def leave():
            confined._leave_the_network()
            return f"{reach(server.getsockname())} {os.getuid()}"

        assert as_nobody(lambda: f"{reach(server.getsockname())} {os.getuid()}") == f"reached {NOBODY}"
        said = as_nobody(leave)
    if "cut off" in capfd.readouterr().err:
        pytest.skip("this kernel gives other users no namespaces")
    assert said == f"nothing {NOBODY}"


def test_where_the_kernel_forbids_it_the_process_goes_on_as_it_was(monkeypatch):
    def forbidden(_):
        raise PermissionError

    monkeypatch.setattr(confined, "_enter_namespaces", forbidden)

    def leave():
        confined._leave_the_network()
        return f"still {os.getuid()}"

    assert as_nobody(leave) == f"still {NOBODY}"
