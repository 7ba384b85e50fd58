"""A real RabbitMQ: the one of PACKSHOT_TEST_RABBIT_URL, the one on this machine, or a private node that the tests may kill."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import pytest

from tests.real.finding import answers, free_port, missing

BIN = next((path for path in (Path("/usr/lib/rabbitmq/bin"), Path("/opt/rabbitmq/sbin")) if path.is_dir()), None)
START_TIMEOUT_S = 180


@pytest.fixture(scope="session")
def rabbit_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a RabbitMQ to share with other tests: put a random prefix before every name."""
    if url := _shared():
        yield url
    else:
        node = _private(tmp_path_factory)
        try:
            node.start()
            yield node.url
        finally:
            node.stop()


@pytest.fixture
def own_rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRabbit]:
    """A running RabbitMQ of this test alone, to be killed and started again."""
    node = _private(tmp_path_factory)
    try:
        node.start()
        yield node
    finally:
        node.stop()


def find_rabbit() -> str:
    """The URL of a RabbitMQ that runs already, for what is no test."""
    return _shared() or missing("rabbit", "run one on 127.0.0.1:5672 (guest/guest), or set PACKSHOT_TEST_RABBIT_URL")


def delete_prefixed(url: str, prefix: str) -> None:
    """Delete what a run left on a shared broker. Asks rabbitmqctl for the names; a private node takes everything with it."""
    found = {kind: _names(kind, prefix) for kind in ("queues", "exchanges")}

    async def delete() -> None:
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel()
            for name in found["queues"]:
                await channel.queue_delete(name)
            for name in found["exchanges"]:
                await channel.exchange_delete(name)

    asyncio.run(delete())


def _names(kind: str, prefix: str) -> list[str]:
    control = shutil.which("rabbitmqctl")
    if control is None:
        return []
    listed = subprocess.run([control, "-q", f"list_{kind}", "name"], capture_output=True, text=True, timeout=60, check=False)
    return [name for name in listed.stdout.splitlines() if name.startswith(prefix)]


def _shared() -> str | None:
    if url := os.environ.get("PACKSHOT_TEST_RABBIT_URL"):
        return url
    return "amqp://guest:guest@127.0.0.1:5672/" if answers("127.0.0.1", 5672) else None


def _private(tmp_path_factory: pytest.TempPathFactory) -> PrivateRabbit:
    if BIN is None or shutil.which("epmd") is None:
        missing("rabbit", "install rabbitmq-server, run one on 127.0.0.1:5672 (guest/guest), or set PACKSHOT_TEST_RABBIT_URL")
    return PrivateRabbit(tmp_path_factory.mktemp("rabbit"))


class PrivateRabbit:
    """A RabbitMQ node on loopback with ports, data and name service of its own, started past the wrapper that wants `su`."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self._home = home
        self._password = secrets.token_hex(8)
        self._name_port = free_port()
        self._node_port = free_port()
        self._node = f"packshot{secrets.token_hex(3)}@localhost"
        self._processes: list[subprocess.Popen[bytes]] = []
        for folder in ("mnesia", "log", "gen"):
            (home / folder).mkdir()
        (home / ".erlang.cookie").write_text(secrets.token_hex(16))
        (home / ".erlang.cookie").chmod(0o400)
        (home / "enabled_plugins").write_text("[].\n")
        (home / "rabbitmq-env.conf").write_text("")
        (home / "advanced.config").write_text("[].\n")
        (home / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\ndefault_user = packshot\ndefault_pass = {self._password}\n"
            "disk_free_limit.absolute = 100MB\nlog.file.level = warning\n"
        )

    @property
    def url(self) -> str:
        return f"amqp://packshot:{self._password}@127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start, or start again on the same data."""
        assert BIN is not None
        self._spawn(["epmd", "-port", str(self._name_port), "-address", "127.0.0.1"])
        server = self._spawn([str(BIN / "rabbitmq-server")])
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (answers("127.0.0.1", self.port) and self._pid_file.exists()):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"RabbitMQ did not start:\n{(self._home / 'log' / 'start.log').read_text()[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Shut down."""
        self._end(signal.SIGTERM)

    def add_user(self, name: str, password: str, *, configure: str, write: str, read: str) -> None:
        """A user with these rights (regular expressions over names)."""
        self._ctl("add_user", name, password)
        self._ctl("set_permissions", name, configure, write, read)

    def _ctl(self, *command: str) -> None:
        assert BIN is not None
        call = [str(BIN / "rabbitmqctl"), *command]
        subprocess.run(call, env=self._environment(), cwd=self._home, check=True, capture_output=True, timeout=60)

    @property
    def _pid_file(self) -> Path:
        return self._home / "rabbit.pid"

    def _end(self, how: signal.Signals) -> None:
        up = self._pid_file.exists()
        if up:
            os.kill(int(self._pid_file.read_text()), how)
            self._pid_file.unlink(missing_ok=True)  # the server, asked to end, may be quicker
        name_service, *server = self._processes
        for process in (*server, name_service):  # the server's shell ends with the server; the others must be told
            if process is name_service or not up:
                process.terminate()
            process.wait(60)
        self._processes.clear()

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._home / "log" / "start.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=self._environment(),
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        return inherited | {
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "ERL_EPMD_PORT": str(self._name_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": str(self._home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._home / "log"),
            "RABBITMQ_PID_FILE": str(self._pid_file),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._home / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self._home / "gen"),
            "RABBITMQ_CONFIG_FILE": str(self._home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self._home / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self._home / "rabbitmq-env.conf"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
