"""A real S3 server for tests: PACKSHOT_TEST_S3_URL, else a private one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.real import finding
from tests.real.private_s3 import PrivateS3, available, private_s3


@pytest.fixture(scope="session")
def s3_url(request: pytest.FixtureRequest) -> str:
    """A packshot store URL with a bucket of its own, which the store makes when it opens."""
    bucket = f"packshot-test-{secrets.token_hex(4)}"
    if given := os.environ.get("PACKSHOT_TEST_S3_URL"):
        return urlunsplit(urlsplit(given)._replace(path=f"/{bucket}"))
    server: PrivateS3 = request.getfixturevalue("own_s3")
    return server.url(bucket)


@pytest.fixture(scope="session")
def own_s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateS3]:
    """A server that this test run alone uses and may stop and start again."""
    if not available():
        finding.missing(
            "S3", "install the test dependencies (pip install swift), or set PACKSHOT_TEST_S3_URL=s3://key:secret@host:port/x"
        )
    with private_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server
