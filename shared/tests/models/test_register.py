"""Versions of models are written down once and never change; whoever's plugins run a family has its newest ones at hand."""

from __future__ import annotations

import hashlib

import pytest

from packshot.errors import ArtifactDamaged, BadParameters, ModelMissing, UnknownName
from packshot.models.register import card_of, find, register, registered_at, verify, versions
from packshot.models.supply import bring
from packshot.plugin.models import ModelCard
from packshot.plugin.models.folder import ModelFolder
from packshot.store.filesystem import FilesystemStore


@pytest.fixture
async def store(tmp_path):
    store = FilesystemStore(tmp_path / "store")
    await store.open()
    return store


@pytest.fixture
def folder(tmp_path):
    return ModelFolder(tmp_path / "models")


def made(tmp_path, version, content=b"weights", suffix="safetensors", **more):
    path = tmp_path / f"{version}.{suffix}"
    path.write_bytes(content)
    file = {"name": f"net.{suffix}", "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    told = {"name": "cnn", "family": "denoise.cnn", "version": version, "licence": "CC0-1.0", "files": [file], **more}
    return ModelCard.model_validate(told), {file["name"]: path}


async def test_versions_are_found_by_name_major_and_number(store, tmp_path):
    for version in ("1.9.0", "1.10.0", "2.0.0"):
        await register(store, *made(tmp_path, version, version.encode()))
    assert [str(one) for one in await versions(store)] == ["denoise.cnn@1.9.0", "denoise.cnn@1.10.0", "denoise.cnn@2.0.0"]
    assert str(await find(store, "denoise.cnn")) == "denoise.cnn@2.0.0"
    assert str(await find(store, "denoise.cnn@1")) == "denoise.cnn@1.10.0"
    assert str(await find(store, "denoise.cnn@1.9.0")) == "denoise.cnn@1.9.0"
    with pytest.raises(UnknownName, match=r"Did you mean denoise\.cnn"):
        await find(store, "denoise.cnm")
    with pytest.raises(UnknownName, match=r"denoise\.cnn@1"):
        await find(store, "denoise.cnn@3")


async def test_registering_again_changes_nothing_and_other_content_is_refused(store, tmp_path):
    card, files = made(tmp_path, "1.0.0")
    first = await register(store, card, files)
    since = await registered_at(store, first)
    assert await register(store, card, files) == first
    assert len(await versions(store)) == 1
    with pytest.raises(BadParameters, match="registered already"):
        await register(store, *made(tmp_path, "1.0.0", b"others"))
    assert await card_of(store, first) == card
    assert since is not None


async def test_what_can_carry_code_or_is_another_file_is_not_taken(store, tmp_path):
    with pytest.raises(BadParameters, match="safetensors"):
        await register(store, *made(tmp_path, "1.0.0", suffix="txt"))
    card, files = made(tmp_path, "1.0.0")
    files["net.safetensors"].write_bytes(b"something else")
    with pytest.raises(BadParameters, match="differs"):
        await register(store, card, files)
    with pytest.raises(BadParameters, match="was not given"):
        await register(store, card, {})
    assert await versions(store) == []


async def test_verifying_reads_every_file(store, tmp_path):
    card, files = made(tmp_path, "1.0.0")
    version = await register(store, card, files)
    await verify(store, version)
    blob = next(path for path in (tmp_path / "store").rglob("*") if path.is_file() and path.read_bytes() == b"weights")
    blob.unlink()
    with pytest.raises(ModelMissing, match=r"lost net\.safetensors"):
        await verify(store, version)


async def test_the_newest_of_each_major_is_brought_with_its_files_and_once(store, folder, tmp_path):
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        await register(store, *made(tmp_path, version, version.encode()))
    await register(store, *made(tmp_path, "1.0.0", b"no", name="net", family="cutout.net"))
    brought = await bring(store, folder, {"denoise.cnn"})
    assert sorted(card.version for card in brought) == ["1.1.0", "2.0.0"]
    assert folder.names == ["denoise.cnn@1", "denoise.cnn@2"]
    folder.check(folder.card("denoise.cnn@1"))
    assert (folder.named(folder.card("denoise.cnn@2")) / "net.safetensors").read_bytes() == b"2.0.0"
    assert await bring(store, folder, {"denoise.cnn"}) == []
    assert [card.full_name for card in await bring(store, folder, {"cutout.net", "denoise.cnn"})] == ["cutout.net"]


async def test_a_file_that_the_store_has_damaged_is_not_brought_and_hinders_no_other(store, folder, tmp_path):
    await register(store, *made(tmp_path, "1.0.0"))
    await register(store, *made(tmp_path, "2.0.0", b"others"))
    blob = next(path for path in (tmp_path / "store").rglob("*") if path.is_file() and path.read_bytes() == b"weights")
    blob.chmod(0o600)
    blob.write_bytes(b"weight!")
    with pytest.raises(ArtifactDamaged, match="damaged in the object store"):
        await bring(store, folder, {"denoise.cnn"})
    assert folder.names == ["denoise.cnn@2"]
