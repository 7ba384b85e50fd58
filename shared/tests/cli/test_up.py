"""`packshot up`: one to a home, used by the other commands, and nothing lost when it is killed."""

import json
import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager

import httpx


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(packshot, port: int):
    """`packshot up`, answering."""
    process = packshot.start("up", "--port", port)
    try:
        wait_for(lambda: process.poll() is not None or answers(port))
        assert process.poll() is None, process.communicate()[1]
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").is_success
    except httpx.HTTPError:
        return False


def wait_for(condition, seconds: float = 150) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.1)


def test_other_commands_use_it_through_its_socket_and_by_url(packshot, photos, tmp_path):
    port = free_port()
    with running(packshot, port) as process:
        assert (packshot.home / "gateway.sock").stat().st_mode & 0o777 == 0o600
        done = packshot("run", photos, "-r", "tiny", "-o", tmp_path / "out")
        assert done.returncode == 0, done.stderr
        jobs = json.loads(packshot("jobs", "--json").stdout)
        assert [job["state"] for job in jobs] == ["finished"] * 3
        assert "tiny.invert 1.2.3" in packshot("jobs", jobs[0]["id"]).stdout
        url = f"http://127.0.0.1:{port}"
        done = packshot("run", photos, "-r", "tiny", "-o", tmp_path / "out", "--server", url, PACKSHOT_HOME="/nonexistent")
        assert done.returncode == 0, done.stderr
        assert "tiny.invert" in packshot("ops", "--server", url).stdout
        assert "tiny.invert@1.2.3" in packshot("plugin", "list", "--server", url).stdout
        assert packshot("recipes", "tiny", "--server", url).stdout == packshot("recipes", "tiny").stdout
        assert packshot("dead", "list").returncode == 0
        second = packshot("up", "--port", free_port())
        assert second.returncode == 1
        assert f"`packshot up` (process {process.pid}) is at work in {packshot.home}." in second.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0


def test_job_can_be_cancelled(packshot, photos, tmp_path):
    port = free_port()
    with running(packshot, port):
        (job,) = submit(port, photos / "a.png", "slow")
        assert packshot("cancel", job).stdout == f"{job}: cancelled\n"
        assert packshot("cancel", "nothing").returncode == 2


def test_job_that_kill_interrupts_is_finished_after_a_restart(packshot, photos):
    port = free_port()
    with running(packshot, port) as process:
        (job,) = submit(port, photos / "a.png", "slow")
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    with running(packshot, port):
        wait_for(lambda: state(port, job) == "finished")
    assert "finished, 100% done" in packshot("jobs", job).stdout


def submit(port: int, photo, recipe: str) -> list[str]:
    """Hand a photo in; the jobs' ids, once the first step is under way."""
    reply = httpx.post(f"http://127.0.0.1:{port}/v1/listings", data={"recipe": recipe}, files={"photos": photo.open("rb")})
    jobs = [job["id"] for job in reply.raise_for_status().json()["jobs"]]
    wait_for(lambda: all("step.started" in events(port, job) for job in jobs))
    return jobs


def events(port: int, job: str) -> str:
    """What has happened to a job up to now."""
    heard = ""
    try:
        with httpx.stream("GET", f"http://127.0.0.1:{port}/v1/jobs/{job}/events", timeout=0.5) as stream:
            for text in stream.iter_text():
                heard += text
    except httpx.ReadTimeout:
        pass
    return heard


def state(port: int, job: str) -> str:
    return str(httpx.get(f"http://127.0.0.1:{port}/v1/jobs/{job}").json()["state"])


def test_port_that_is_taken_is_said_to_be(packshot):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = packshot("up", "--port", port)
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr
    assert subprocess.run(["pgrep", "-f", str(packshot.home)], capture_output=True, check=False).stdout == b""
