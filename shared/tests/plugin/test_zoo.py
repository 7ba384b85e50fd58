"""A zoo of bad plugins: each is refused or put to rest with a reason that its author can act on, and nothing else notices."""

import re
import zipfile
from collections.abc import Iterable
from contextlib import suppress

import psutil
import pytest
import pytest_asyncio
from tests.authors import drop, source, wheel

from packshot.contracts.plugin import PluginCondition
from packshot.errors import DeadlineExceeded, HostCrashed, OperationQuarantined

from .hosting import hosting, of_folder, order, said, state, until, version_of

BOMB = """
import os, time
while True:
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
"""
LEAVES_ITS_SESSION = """
import os, time
for _ in range(40):
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def zoo(tmp_path_factory):
    """One host for all of them, with a sound plugin that has to stay undisturbed."""
    root = tmp_path_factory.mktemp("zoo")
    drop(root / "plugins", "good.py", source("zoo.good"))
    async with hosting(root, plugins="good,bad", host_start_s=25, host_limit_processes=20, host_memory_mb=300) as host:
        pid = (await said(host, "zoo.good@1"))["pid"]
        yield host, root / "plugins", pid


@pytest_asyncio.fixture(loop_scope="module")
async def host(zoo):
    host, folder, pid = zoo
    before = below(psutil.Process().children())
    yield host
    for path in folder.glob("bad*"):
        path.unlink()
    await until(host, lambda: not [each for each in of_folder(host) if each.name != "good"])
    assert (await said(host, "zoo.good@1"))["pid"] == pid
    # Servers that other tests of this process have started may start processes whenever they like.
    started = [child for child in psutil.Process().children() if child.pid in host.pids or child.pid not in before]
    assert not below(started) - {*host.pids, *before}


def below(processes: Iterable[psutil.Process]) -> set[int]:
    """The processes, and all that they have started."""
    found = set()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            found |= {one.pid for one in (process, *process.children(recursive=True))}
    return found


@pytest.fixture
def folder(zoo):
    return zoo[1]


async def refused(host):
    return (await until(host, lambda: state(host, "bad", PluginCondition.REFUSED))).reason


BAD_FROM_THE_START = (
    *("import", "syntax", "no hook", "name", "version", "clash", "schema"),
    *("exit", "sys.exit", "segfault", "hang", "fork bomb", "sessions", "hoard"),
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("def :", "SyntaxError"),
        ("x = 1", "@hookimpl"),
        (source("Not A Name"), "'Not A Name' is not declared rightly"),
        (source(version="one"), "version"),
        (source("zoo.good"), "Both .* offer zoo.good@1; the first is used"),
        (source().replace('"edit", Nothing', '"edit", dict'), "not declared rightly: type object 'dict' has no attribute"),
        ("import os\nos._exit(9)", "status 9"),
        ("import sys\nsys.exit('I do not like it here')", "I do not like it here"),
        ("import ctypes\nctypes.string_at(0)", r"SIGSEGV.*string_at"),
        ("import time\nwhile True:\n    time.sleep(1)", r"after 25 s and was stopped: File .*bad\.py., line 3"),
        (BOMB, "it had started .* processes; 20 are allowed"),
        (LEAVES_ITS_SESSION, "it had started .* processes; 20 are allowed"),
        ("hoard = [bytearray(1 << 26) for _ in range(14)]\nimport time\ntime.sleep(60)", "MB of memory; 600 are allowed"),
    ],
    ids=BAD_FROM_THE_START,
)
async def test_what_is_bad_from_the_start_is_refused(host, folder, text, says):
    drop(folder, "bad.py", text)
    reason = await refused(host)
    assert re.search(says, reason), reason


async def test_a_wheel_that_was_tampered_with_is_refused(host, folder, tmp_path):
    good = wheel(tmp_path / "built", "bad", "1.0.0", {"bad_plugin.py": source()}, entry="bad_plugin")
    with zipfile.ZipFile(good) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    contents["bad_plugin.py"] += b"\nprint('something more')\n"
    with zipfile.ZipFile(folder / good.name, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    assert "bad_plugin.py is not what the wheel's RECORD says" in await refused(host)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: content[: len(content) // 2], "not a whole wheel"),
        (lambda _: b"", "not a whole wheel"),
    ],
)
async def test_a_wheel_that_is_cut_short_is_refused(host, folder, tmp_path, change, says):
    built = wheel(tmp_path / "built", "bad", "1.0.0", {"bad_plugin.py": source()}, entry="bad_plugin")
    drop(folder, built.name, change(built.read_bytes()))
    assert says in await refused(host)


async def test_a_file_that_is_not_what_its_digest_says_is_refused(host, folder):
    drop(folder, "bad.py.sha256", "0" * 64 + "  bad.py\n")
    drop(folder, "bad.py", source())
    reason = await refused(host)
    assert "bad.py.sha256 says 0000" in reason
    # The digest that it is told is the one that would be right.
    drop(folder, "bad.py.sha256", reason.split("Its digest is ")[1].split(",")[0])
    await until(host, lambda: version_of(host))


@pytest.mark.parametrize("name", ["bad-1.0.0-cp27-cp27m-win32.whl", "bad.whl"])
async def test_a_wheel_for_another_machine_is_refused(host, folder, name):
    drop(folder, name, b"")
    found = await until(host, lambda: next((each for each in host.plugins if each.source.startswith(name)), None))
    assert found.condition is PluginCondition.REFUSED
    assert found.reason.endswith(".")


async def ends_with(host, error, says, timeout_s=60.0):
    with pytest.raises(error, match=says):
        await host.run(order(timeout_s=timeout_s))


@pytest.mark.parametrize(
    ("run", "ends", "because"),
    [
        ("os._exit(3)", (HostCrashed, "status 3"), "status 3"),
        ("import ctypes; ctypes.string_at(0)", (HostCrashed, "SIGSEGV"), "string_at"),
        ("while True: time.sleep(1)", (DeadlineExceeded, r"longer than 1\.5 s"), r"line 1\d in run"),
        ("exec(BOMB)", (HostCrashed, "20 are allowed"), "it had started .* processes"),
        ("hoard = [bytearray(1 << 26) for _ in range(14)]; time.sleep(60)", (HostCrashed, "MB of memory"), "600 are"),
    ],
    ids=["exit", "segfault", "hang", "fork bomb", "hoard"],
)
async def test_what_goes_bad_at_work_is_put_to_rest(host, folder, run, ends, because):
    drop(folder, "bad.py", source(run=run, imports=f"import time\nBOMB = {BOMB!r}"))
    await until(host, lambda: version_of(host))
    for _ in range(3):
        await ends_with(host, *ends, timeout_s=1.5 if ends[0] is DeadlineExceeded else 60.0)
    await ends_with(host, OperationQuarantined, because)
    assert host.quarantined[0].operation == "hot.own@1"
    # Its author mends it: what is new has done nothing wrong yet.
    drop(folder, "bad.py", source(version="1.0.1"))
    await until(host, lambda: version_of(host) == "1.0.1")
    assert (await said(host))["says"] == "1.0.1"


async def test_a_crash_while_loading_models_counts_too(host, folder):
    text = source().replace("    def run(", "    def load(self, device):\n        os._exit(5)\n\n    def run(")
    drop(folder, "bad.py", text)
    await until(host, lambda: version_of(host))
    for _ in range(3):
        await ends_with(host, HostCrashed, "status 5")
    await ends_with(host, OperationQuarantined, "status 5")


async def test_a_leak_is_replaced_after_its_step(host, folder):
    drop(folder, "bad.py", source(imports="hoard = []", run="hoard.append(b'x' * (60 << 20))"))
    await until(host, lambda: version_of(host))
    assert len({(await said(host))["pid"] for _ in range(6)}) > 1


async def test_what_it_prints_goes_into_the_log(host, folder, capfd):
    drop(folder, "bad.py", source(run="print('hello from within', flush=True); os.write(1, b'and below\\n')"))
    await until(host, lambda: version_of(host))
    await said(host)
    told = []
    await until(host, lambda: told.append(capfd.readouterr().out) or "and below" in "".join(told))
    lines = [line for line in "".join(told).splitlines() if "hello from within" in line or "and below" in line]
    assert all("plugin.said" in line for line in lines)


async def test_endless_printing_stops_nobody(host, folder):
    drop(folder, "bad.py", source(run="[os.write(1, b'x' * 100 + b'\\n') for _ in range(3000)]"))
    await until(host, lambda: version_of(host))
    assert (await said(host))["says"]


async def test_a_plugin_has_no_network_and_no_passwords(host, folder, monkeypatch):
    for name in ("PACKSHOT_BUS_URL", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "PACKSHOT_API_KEY"):
        monkeypatch.setenv(name, "very-secret")
    imports = """import socket
def reach():
    try:
        socket.create_connection(("127.0.0.1", 9), 2)
    except OSError as error:
        return type(error).__name__
def secrets():
    return [name for name, value in os.environ.items() if "very-secret" in value]
"""
    drop(folder, "bad.py", source(imports=imports, says="[reach(), secrets()]"))
    await until(host, lambda: version_of(host))
    reached, secrets = (await said(host))["says"]
    assert secrets == []
    # On this machine port 9 of the loopback refuses; in a network of its own there is no way to it at all.
    assert reached == "OSError"
