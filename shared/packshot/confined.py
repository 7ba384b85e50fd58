"""How a plugin-host child begins: it gives up what no plugin needs, before anything else is imported.

`python -m packshot.confined SOCKET INBOX OUTBOX LAUNCH`, started by a worker, never by hand. It stands outside the plugin room
because whatever is imported first may start threads, and a process with threads can no longer leave its user namespace.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

from packshot.importing import uncollected

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_FILES = 4096


def main() -> None:
    """Confine this process, then answer the worker's requests."""
    sock, inbox, outbox, launch = sys.argv[1:]
    # On this signal it says where it is: the worker asks before it ends a child that hangs.
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=False)
    if sys.platform == "linux":
        _stay_with_the_worker()
        _limit()
        if not json.loads(launch)["network"]:
            _leave_the_network()

    with uncollected():
        from packshot.plugin.child import serve  # noqa: PLC0415 - what it imports must find this process confined already

    serve(int(sock), int(inbox), int(outbox), launch)


def _stay_with_the_worker() -> None:
    libc = ctypes.CDLL(None)
    # The socket's end is noticed between requests; this also ends a request that hangs, when the worker is killed.
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # What a plugin starts and abandons stays below this process, where the worker finds it.
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, _FILES), min(hard, _FILES)))
    # When the machine runs out of memory, the kernel takes a plugin and not the worker.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def _leave_the_network() -> None:
    """Into a network with nothing in it: as root at once, else inside a user namespace, where the kernel allows that."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) == 0:
        return
    # Half of it would leave a process that may not even read its own files, so a copy of this one tries first.
    attempt = os.fork()
    if attempt == 0:
        with suppress(OSError):
            _enter_namespaces(libc)
            os._exit(0)
        os._exit(1)
    if os.waitpid(attempt, 0)[1] == 0:
        _enter_namespaces(libc)
    else:
        sys.stderr.write("this kernel does not let plugins be cut off from the network\n")


def _enter_namespaces(libc: ctypes.CDLL) -> None:
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    # It stays who it was, so that files are its own as before.
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path("/proc/self", name).write_text(text)


if __name__ == "__main__":
    main()
