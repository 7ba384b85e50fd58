from __future__ import annotations

import asyncio
import json

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from packshot.cli.main import main
from packshot.datasets.register import load_manifest
from packshot.datasets.studio import DEPTH_UNIT, StudioOrder, collect_studio
from packshot.errors import BadParameters
from packshot.store.filesystem import FilesystemStore
from packshot.studio import StudioSettings, render

SETTINGS = StudioSettings(families=("mug", "can"), views=2)


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    store = FilesystemStore(tmp_path_factory.mktemp("store"))
    heard: list[int] = []

    async def collect():
        await store.open()
        version = await collect_studio(store, "drinks", StudioOrder(4, 10, 64, SETTINGS), processes=2, told=heard.append)
        return await load_manifest(store, str(version))

    return store, asyncio.run(collect()), heard


def plane(content: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)


async def test_seeds_become_items_with_exact_planes(collected):
    store, manifest, heard = collected
    assert heard == [1, 2, 3, 4]
    for seed, item in enumerate(manifest.items, 10):
        made = render(seed, 64, settings=SETTINGS)
        assert (item.source, item.licence, item.category, item.product) == ("studio", "CC0-1.0", made.family, made.product)
        assert (plane(await store.get(item.picture))[..., ::-1] == made.rgb).all()
        assert np.abs(plane(await store.get(item.planes["alpha"])) / 65535 - made.alpha).max() < 1e-4
        depth = plane(await store.get(item.planes["depth"])) * DEPTH_UNIT
        assert np.abs(depth - np.minimum(made.depth, 65535 * DEPTH_UNIT)).max() < DEPTH_UNIT
        normals = plane(await store.get(item.planes["normals"]))[..., ::-1] / 127.5 - 1
        assert np.abs(normals - made.normals).max() < 0.005
        assert np.abs(plane(await store.get(item.planes["shadow"])) / 255 - made.shadow).max() < 0.003
        x, y, width, height = item.labels[0].box
        assert made.alpha[int(y) : int(y + height), int(x) : int(x + width)].sum() > 0.9 * made.alpha.sum()


def test_views_of_a_product_stay_on_one_side_and_the_recipe_makes_it_again(collected):
    _, manifest, _ = collected
    assert len({item.product for item in manifest.items}) == 2
    assert len({(item.product, item.split) for item in manifest.items}) == 2
    studio = manifest.recipe["studio"]
    assert StudioOrder(studio["count"], studio["seed"], studio["size"], StudioSettings(**studio["settings"])) == StudioOrder(
        4, 10, 64, SETTINGS
    )


def test_an_order_that_cannot_be_is_told_so():
    with pytest.raises(BadParameters, match="at least 1"):
        StudioOrder(0)


def test_the_command_writes_pictures_with_their_planes(tmp_path):
    asked = [
        "studio",
        "-o",
        str(tmp_path / "out"),
        "--count",
        "2",
        "--seed",
        "7",
        "--size",
        "48",
        "--family",
        "bowl",
        "--processes",
        "1",
    ]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"000007.png", "000008.png", "000008.alpha.png", "000008.depth.png", "000008.normals.png", "pictures.jsonl"} <= names
    lines = [json.loads(line) for line in (tmp_path / "out" / "pictures.jsonl").read_text().splitlines()]
    assert [line["category"] for line in lines] == ["bowl", "bowl"]


def test_the_command_wants_one_place():
    done = CliRunner().invoke(main, ["studio", "--count", "1"])
    assert done.exit_code == 2
    assert "--dataset" in done.output
