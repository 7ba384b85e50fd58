"""A real PostgreSQL: the one of PACKSHOT_TEST_POSTGRES_URL, the one on this machine, or a private one."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from tests.real.finding import answers, free_port, missing

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of an empty database for this run of tests, dropped at the end."""
    with fresh_database() as url:
        yield url


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of an empty database that lives as long as the context."""
    with _server() as server:
        name = f"packshot_test_{uuid4().hex[:12]}"
        run_sql(server, f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            run_sql(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def run_sql(url: str, statement: str) -> None:
    """Run one statement, outside a transaction."""

    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    # In a thread of its own, because a test's event loop may be running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, execute()).result()


@contextmanager
def _server() -> Iterator[str]:
    if url := os.environ.get("PACKSHOT_TEST_POSTGRES_URL"):
        yield url
    elif answers("127.0.0.1", 5432):
        yield LOCAL
    else:
        with PrivatePostgres() as url:
            yield url


class PrivatePostgres:
    """A PostgreSQL of this process alone, on a free loopback port, in a folder that is removed."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        initdb = shutil.which("initdb") or (str(found[-1]) if found else None)
        if initdb is None:
            missing(
                "postgres",
                "install postgresql, run one on 127.0.0.1:5432 (user postgres, trust), or set PACKSHOT_TEST_POSTGRES_URL",
            )
        self._bin = Path(initdb).parent
        # The server refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="packshot-postgres-"))
        self.port = free_port()

    def __enter__(self) -> str:
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        cluster = str(self._folder / "cluster")
        self._run("initdb", "-D", cluster, "-U", "postgres", "--auth=trust", "--no-sync")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self._folder}"
        self._run("pg_ctl", "-D", cluster, "-w", "-l", str(self._folder / "log"), "-o", options, "start")
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "cluster"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        subprocess.run(command, check=True, user=self._user, cwd=self._folder, stdout=subprocess.DEVNULL)
