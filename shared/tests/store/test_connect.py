"""Which store a URL names."""

from __future__ import annotations

from pathlib import Path

import pytest

from packshot.errors import BadSettings
from packshot.settings import Settings
from packshot.store.connect import make_store, store_at
from packshot.store.filesystem import FilesystemStore
from packshot.store.s3 import S3Address, S3Store


async def test_without_a_url_the_store_is_a_folder_in_home(tmp_path: Path):
    store = make_store(Settings(home=tmp_path, store_url=""))
    assert isinstance(store, FilesystemStore)
    await store.open()
    assert (tmp_path / "store" / "artifacts").is_dir()


def test_an_s3_url_may_have_percent_encoded_keys():
    assert isinstance(store_at("s3://team%3Adev:p%40ss%2Fword@minio:9000/bucket?secure=false&region=eu-1"), S3Store)


@pytest.mark.parametrize(
    "url",
    [
        "minio://host/bucket",
        "/just/a/path",
        "file://elsewhere/store",
        "s3://host:9000/bucket",
        "s3://key:hush@host:9000",
        "s3://key:hush@host:9000/a/b",
        "s3://key:hush@host:9000/B",
        "s3://key:hush@host:9000/bucket?secure=maybe",
        "s3://key:hush@host:9000/bucket?tls=true",
        "s3://key:hush@host:nine/bucket",
    ],
)
def test_a_wrong_url_names_the_right_forms_and_keeps_the_secret(url: str):
    with pytest.raises(BadSettings, match="s3://key:secret@host:port/bucket") as caught:
        store_at(url)
    assert "hush" not in str(caught.value)


def test_an_address_never_shows_its_secret():
    address = S3Address("minio:9000", "bucket", "key", "hidden")
    assert "hidden" not in f"{address} {address!r}"
    assert str(address) == "https://minio:9000/bucket"
