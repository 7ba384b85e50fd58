"""The plugin host: what plugins may do, and what it does then."""

import asyncio
import os
import signal
import time
from glob import glob

import numpy as np
import psutil
import pytest

from packshot.errors import (
    BadFrame,
    BadParameters,
    BadPhoto,
    DeadlineExceeded,
    DeviceOutOfMemory,
    HostCrashed,
    OperationFailed,
    OperationQuarantined,
    UnknownName,
)
from packshot.imaging.codec import pack, unpack
from packshot.plugin.frame import File, Frame
from packshot.plugin.host import PluginHost
from packshot.plugin.launch import Launch
from packshot.plugin.order import Blob, Kind, Order
from packshot.plugin.process import HostProcess
from packshot.plugin.quarantine import Quarantine

from .conftest import FOLDER, ordered, photo, picture, started

in_the_modules_loop = pytest.mark.asyncio(loop_scope="module")


def memory_files():
    """How many pieces of shared memory this process holds."""
    links = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd")]
    return sum("memfd:packshot" in os.readlink(link) for link in links if os.path.lexists(link))


def files_in_shared_memory(pid):
    """Those of a name that a process holds or has mapped; other processes of this machine have theirs."""
    mapped = [mapping.path for mapping in psutil.Process(pid).memory_maps()]
    links = [os.readlink(link) for link in glob(f"/proc/{pid}/fd/*") if os.path.lexists(link)]
    return {path for path in (*mapped, *links) if path.startswith("/dev/shm/")}


def order(operation, params=None, rgb=None, timeout_s=60.0, **more):
    return Order((ordered(operation, params, timeout_s=timeout_s),), photo(picture() if rgb is None else rgb), **more)


@in_the_modules_loop
async def test_it_knows_the_operations_without_importing_them(lasting_host):
    names = {spec.name for spec in lasting_host.specs}
    assert {"test.invert", "trouble.hang", "learned.convolve"} <= names
    assert not lasting_host.failures


@in_the_modules_loop
async def test_a_photo_goes_in_and_a_frame_comes_out(lasting_host):
    rgb = picture()
    outcome = await lasting_host.run(order("test.invert@1", rgb=rgb))
    assert (unpack(outcome.frame.content).rgb == 255 - rgb).all()
    assert (outcome.width, outcome.height, outcome.frame_unchanged, outcome.file) == (16, 12, False, None)
    assert outcome.done[0].device == "cpu"
    assert outcome.done[0].seconds > 0


@in_the_modules_loop
async def test_a_frame_goes_in_and_keeps_its_depth_between_formats(lasting_host):
    rgb = picture(dtype=np.uint16)
    steps = (ordered("test.brighten@2", {"by": 0.25}), ordered("test.measure@1"))
    outcome = await lasting_host.run(Order(steps, Blob(pack(Frame.of(rgb, rgb[..., 0])), Kind.FRAME)))
    frame = unpack(outcome.frame.content)
    assert frame.rgb.dtype == np.uint16
    assert np.abs(frame.rgb - np.minimum(rgb + 0.25 * 65535, 65535)).max() <= 1
    assert (frame.alpha == rgb[..., 0]).all()


@in_the_modules_loop
async def test_a_file_is_made_where_it_is_wanted_and_kept_where_it_holds(lasting_host):
    made = await lasting_host.run(order("test.invert@1", wants_frame=False, wants_file=True))
    assert made.file.media_type == "image/png"
    assert made.frame is None
    exported = await lasting_host.run(order("test.export@1", wants_file=True))
    assert exported.file.media_type == "image/x-test"
    file = File(b"finished", "image/x-test")
    kept = await lasting_host.run(order("test.measure@1", file=file))
    assert kept.file is file
    assert kept.frame_unchanged
    assert (await lasting_host.run(order("test.invert@1", file=file))).file is None


@in_the_modules_loop
async def test_progress_is_told_on_the_way(lasting_host):
    told = []
    await lasting_host.run(order("test.slow@1", {"by": 0.6}, progress=lambda *news: told.append(news)))
    assert told[0][0] == 0
    assert told[-1][2].startswith("tick")
    assert [fraction for _, fraction, _ in told] == sorted(fraction for _, fraction, _ in told)


@in_the_modules_loop
async def test_a_check_that_asks_for_repairs_stops_the_rest_if_it_may(lasting_host):
    dark = np.zeros((4, 4, 3), np.uint8)
    steps = (ordered("test.gate@1"), ordered("test.invert@1"))
    stopped = await lasting_host.run(Order(steps, photo(dark), may_repair=True))
    assert [step.operation for step in stopped.repairs] == ["test.brighten"]
    assert len(stopped.done) == 1
    assert stopped.frame_unchanged
    assert len((await lasting_host.run(Order(steps, photo(dark)))).done) == 2


@pytest.mark.parametrize(
    ("operation", "error", "says"),
    [
        ("trouble.raise@1", OperationFailed, "ValueError: seven is not even"),
        ("trouble.refuse@1", BadPhoto, "There is nobody in this picture."),
        ("trouble.hungry@1", DeviceOutOfMemory, "no memory left"),
        ("trouble.wrong@1", OperationFailed, "one Frame for each"),
        ("trouble.odd@1", OperationFailed, "not JSON"),
        ("trouble.exit@1", HostCrashed, "trouble.exit@1.*status 3"),
        ("trouble.segfault@1", HostCrashed, "SIGSEGV"),
        ("trouble.hang@1", DeadlineExceeded, "longer than 0.4 s"),
        ("test.nothing@1", UnknownName, "There is no operation"),
    ],
)
@in_the_modules_loop
async def test_every_failure_has_its_name_and_the_next_order_works(lasting_host, operation, error, says):
    steps = (ordered("test.invert@1"), ordered(operation, timeout_s=0.4 if operation == "trouble.hang@1" else 60.0))
    with pytest.raises(error, match=says) as caught:
        await lasting_host.run(Order(steps, photo(picture())))
    assert caught.value.step == (None if error is UnknownName else 1)
    assert (await lasting_host.run(order("test.invert@1"))).done


@in_the_modules_loop
async def test_what_cannot_be_read_is_named(lasting_host):
    with pytest.raises(BadPhoto):
        await lasting_host.run(Order((ordered("test.invert@1"),), Blob(b"<svg/>", Kind.PHOTO)))
    with pytest.raises(BadFrame):
        await lasting_host.run(Order((ordered("test.invert@1"),), Blob(b"PKSF", Kind.FRAME)))
    with pytest.raises(BadParameters, match="by"):
        await lasting_host.run(order("test.brighten@2", {"by": "much"}))


async def test_cancelling_kills_the_child_that_works_on_it(host):
    before = set(host.pids)
    running = asyncio.create_task(host.run(order("trouble.hang@1")))
    await asyncio.sleep(0.3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await host.run(order("test.invert@1"))).done
    assert len(before - set(host.pids)) == 1


async def test_a_crash_harms_only_the_order_in_hand(settings):
    async with started(settings.model_copy(update={"host_processes": 2})) as host:
        orders = [order("trouble.exit@1"), *(order("test.invert@1", rgb=picture(seed)) for seed in range(20))]
        results = await asyncio.gather(*(host.run(each) for each in orders), return_exceptions=True)
    assert isinstance(results[0], HostCrashed)
    assert not any(isinstance(result, Exception) for result in results[1:])


async def test_a_child_that_grew_too_large_is_replaced_after_its_step(host):
    pids = [(await host.run(order("trouble.leak@1"))).findings["trouble.leak"]["pid"] for _ in range(4)]
    assert 1 < len(set(pids)) < 4


async def test_idle_children_that_were_killed_are_replaced(host):
    for pid in host.pids:
        os.kill(pid, signal.SIGKILL)
        psutil.Process(pid).wait(5)
    assert (await host.run(order("test.invert@1"))).done


@pytest.mark.torch
async def test_nothing_is_left_in_shared_memory_however_a_child_dies(host):
    await host.run(order("learned.convolve@1"))  # which also starts the child that only decodes and encodes
    held = memory_files()
    running = asyncio.create_task(host.run(order("test.slow@1", {"by": 5.0}, rgb=picture(size=(1500, 1500)))))
    await asyncio.sleep(0.5)
    named = {path for pid in host.pids for path in files_in_shared_memory(pid)}
    for pid in host.pids:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(HostCrashed):
        await running
    for operation in ("test.invert@1", "trouble.raise@1", "learned.convolve@1"):
        await asyncio.gather(host.run(order(operation)), return_exceptions=True)
    assert not [*filter(os.path.exists, named)]
    assert memory_files() == held


async def test_a_child_does_not_outlive_its_worker(settings, tmp_path):
    script = tmp_path / "worker.py"
    script.write_text(
        "import asyncio, sys\n"
        "from packshot.plugin.host import PluginHost\n"
        "from packshot.plugin.order import *\n"
        "from packshot.settings import Settings\n"
        "async def main():\n"
        f"    host = PluginHost(Settings(plugins_dir={str(FOLDER)!r}, plugins='pixels,troubles', host_processes=1))\n"
        "    await host.start()\n"
        "    while 'test.slow' not in host.catalogue.names():\n"
        "        await asyncio.sleep(0.05)\n"
        "    print(host.pids[0], flush=True)\n"
        "    await host.run(Order((OrderedStep('test.slow@1', {'by': 60}),), None))\n"
        "asyncio.run(main())\n"
    )
    worker = await asyncio.create_subprocess_exec(os.sys.executable, str(script), stdout=asyncio.subprocess.PIPE)
    while not (line := await worker.stdout.readline()).strip().isdigit():
        assert line, "it ended before it said anything"
    child = psutil.Process(int(line))
    await asyncio.sleep(0.2)
    worker.kill()
    await worker.wait()
    await asyncio.to_thread(child.wait, 5)


async def test_a_child_knows_no_password(settings, monkeypatch):
    monkeypatch.setenv("PACKSHOT_BUS_URL", "amqp://user:secret@host/")
    host = PluginHost(settings.model_copy(update={"bus_url": "amqp://user:secret@host/"}))
    await host.start()
    try:
        child = psutil.Process(host.pids[0])
        assert "secret" not in " ".join([*child.cmdline(), *child.environ().values()])
    finally:
        await host.stop()


async def test_an_operation_that_crashes_three_times_in_a_row_rests_for_a_while(settings):
    now = [0.0]
    told = []
    async with started(settings, quarantine=Quarantine(rest_s=30, clock=lambda: now[0])) as host:
        host.on_change.append(lambda: told.append(host.quarantined))
        for _ in range(3):
            with pytest.raises(HostCrashed):
                await host.run(order("trouble.exit@1"))
        with pytest.raises(OperationQuarantined, match="status 3"):
            await host.run(order("trouble.exit@1"))
        assert [failure.operation for failure in told[-1]] == ["trouble.exit@1"]
        assert (await host.run(order("test.invert@1"))).done
        now[0] = 31.0
        assert host.quarantined == ()
        with pytest.raises(HostCrashed):
            await host.run(order("trouble.exit@1"))
        assert host.rests_s("trouble.exit@1") == 30


def test_a_success_forgets_earlier_failures():
    quarantine = Quarantine(rest_s=60)
    for _ in range(5):
        assert not quarantine.failed("a.b@1", "died")
        assert not quarantine.failed("a.b@1", "died")
        quarantine.succeeded("a.b@1")
    quarantine.check("a.b@1")


async def test_a_host_that_cannot_start_says_so(settings, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(HostCrashed, match="did not start"):
        await HostProcess.start(Launch())


@pytest.mark.alone
async def test_starting_is_quick_enough_to_respawn(host):
    began = time.monotonic()
    with pytest.raises(HostCrashed):
        await host.run(order("trouble.exit@1"))
    await host.run(order("test.invert@1"))
    assert time.monotonic() - began < 15
