"""A private, real S3 server: OpenStack Swift with its s3api, all in one, on loopback, from the PyPI package `swift`.

It checks signatures (V4), knows multipart uploads and presigned URLs, and keeps content types; MinIO is in no package registry.
"""

from __future__ import annotations

import os
import pwd
import secrets
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from tests.real.finding import answers, free_port

KINDS = ("account", "container", "object")
"""Swift's three rings: a server each, behind one proxy."""

ACCESS_KEY = "packshot:dev"
START_S = 30.0

CACHE = '''
"""Stands in for memcached: there is one proxy process, so a dictionary is coherent."""

import time


class Cache:
    def __init__(self):
        self.kept = {}

    def set(self, key, value, time=0, **_):
        self.kept[key] = (value, _now() + time if time else None)

    def get(self, key, raise_on_error=False):
        value, end = self.kept.get(key, (None, None))
        return None if end is not None and end < _now() else value

    def incr(self, key, delta=1, time=0):
        value = max(0, int(self.get(key) or 0) + int(delta))
        self.set(key, value, time=time)
        return value

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -int(delta), time)

    def delete(self, key, server_key=None):
        self.kept.pop(key, None)

    def set_multi(self, values, server_key, time=0, **_):
        for key, value in values.items():
            self.set(key, value, time=time)

    def get_multi(self, keys, server_key):
        return [self.get(key) for key in keys]


def _now():
    return time.monotonic()


def filter_factory(settings, **_):
    cache = Cache()

    def wrap(app):
        def serve(environ, start_response):
            environ["swift.cache"] = cache
            return app(environ, start_response)

        return serve

    return wrap
'''

RINGS = """
import sys
from swift.common.ring import RingBuilder

folder, *servers = sys.argv[1:]
for server in servers:
    kind, port = server.split("=")
    builder = RingBuilder(4, 1, 0)
    here = {"ip": "127.0.0.1", "port": int(port), "replication_ip": "127.0.0.1", "replication_port": int(port)}
    builder.add_dev({"region": 1, "zone": 1, "device": "disk", "weight": 1, "meta": "", **here})
    builder.rebalance(seed=1)
    builder.get_ring().save(f"{folder}/etc/{kind}.ring.gz")
"""


@dataclass
class PrivateS3:
    """A running server. `stop()` and `start()` take it away and bring it back with what it holds."""

    folder: Path
    secret_key: str = field(default_factory=lambda: secrets.token_hex(12))
    ports: dict[str, int] = field(default_factory=lambda: {kind: free_port() for kind in (*KINDS, "proxy")})
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.ports['proxy']}"

    def url(self, bucket: str) -> str:
        """A packshot store URL for a bucket of this server."""
        return f"s3://{quote(ACCESS_KEY, safe='')}:{self.secret_key}@{self.endpoint}/{bucket}?secure=false&region=us-east-1"

    def configure(self) -> None:
        """Write configuration and rings."""
        for name in ("etc", "srv/disk", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        etc = self.folder / "etc"
        (etc / "packshot_cache.py").write_text(CACHE)
        (etc / "swift.conf").write_text(
            f"[swift-hash]\nswift_hash_path_suffix = {secrets.token_hex(8)}\n[storage-policy:0]\nname = one\ndefault = yes\n"
        )
        for kind in KINDS:
            (etc / f"{kind}-server.conf").write_text(self._storage_config(kind))
        (etc / "proxy-server.conf").write_text(self._proxy_config())
        servers = [f"{kind}={self.ports[kind]}" for kind in KINDS]
        subprocess.run([sys.executable, "-c", RINGS, str(self.folder), *servers], check=True)

    def start(self) -> None:
        """Start the four processes and wait until they answer."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "etc"), "PYTHONDONTWRITEBYTECODE": "1"}
        for kind in (*KINDS, "proxy"):
            command = [_program(f"swift-{kind}-server"), str(self.folder / f"etc/{kind}-server.conf"), "-v"]
            with (self.folder / f"log/{kind}.log").open("ab") as log:
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, *command],
                        env=environment,
                        cwd=self.folder,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )
        end = time.monotonic() + START_S
        while not all(answers("127.0.0.1", port) for port in self.ports.values()):
            if time.monotonic() > end or any(process.poll() is not None for process in self.processes):
                self.stop()
                raise RuntimeError(f"Swift did not start:\n{self._logs()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Kill the processes; what was stored stays."""
        for process in self.processes:
            # The whole group: a Swift server forks a worker.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()
        self.processes.clear()

    def _logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in sorted((self.folder / "log").iterdir()))

    def _common_config(self, port: int) -> str:
        return textwrap.dedent(f"""\
            [DEFAULT]
            bind_ip = 127.0.0.1
            bind_port = {port}
            swift_dir = {self.folder}/etc
            user = {pwd.getpwuid(os.getuid()).pw_name}
            workers = 0
            log_level = WARNING
            log_address = {self.folder}/log/none
            log_udp_host =
            client_timeout = 60
            max_clients = 256
            """)

    def _storage_config(self, kind: str) -> str:
        return self._common_config(self.ports[kind]) + textwrap.dedent(f"""\
            devices = {self.folder}/srv
            mount_check = false
            disable_fallocate = true
            fallocate_reserve = 0
            [pipeline:main]
            pipeline = {kind}-server
            [app:{kind}-server]
            use = egg:swift#{kind}
            log_requests = no
            """)

    def _proxy_config(self) -> str:
        account, user = ACCESS_KEY.split(":")
        filters = ("catch_errors", "gatekeeper", "listing_formats", "bulk", "copy", "slo", "dlo", "symlink")
        plain = "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in filters)
        return (
            self._common_config(self.ports["proxy"])
            + plain
            + textwrap.dedent(f"""\
            [pipeline:main]
            pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo symlink proxy-server
            [app:proxy-server]
            use = egg:swift#proxy
            account_autocreate = true
            allow_account_management = true
            [filter:cache]
            paste.filter_factory = packshot_cache:filter_factory
            [filter:s3api]
            use = egg:swift#s3api
            s3_acl = false
            location = us-east-1
            check_bucket_owner = false
            auth_pipeline_check = true
            [filter:tempauth]
            use = egg:swift#tempauth
            user_{account}_{user} = {self.secret_key} .admin
            """)
        )


def available() -> bool:
    """Whether the package `swift` is installed beside this Python."""
    return find_spec("swift") is not None and Path(_program("swift-proxy-server")).exists()


@contextmanager
def private_s3(folder: Path) -> Iterator[PrivateS3]:
    """A running server whose files are below `folder`; stopped at the end, the files stay."""
    server = PrivateS3(folder.resolve())
    server.configure()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
