"""A picture through a network in tiles."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.imaging.tiles import Tiles, through_tiles


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (7, 3), (64, 65), (128, 127), (129, 500)])
@pytest.mark.parametrize("overlap", [0, 1, 16, 63])
@pytest.mark.parametrize(("multiple", "scale", "fixed"), [(1, 1, False), (8, 1, True), (4, 3, False)])
def test_every_pixel_is_made_once_whatever_the_size(size, overlap, multiple, scale, fixed):
    picture = np.random.default_rng(0).random((*size, 3), np.float32)
    shapes = []

    def net(tile):
        shapes.append(tile.shape[:2])
        return tile.repeat(scale, axis=0).repeat(scale, axis=1)

    made = through_tiles(picture, net, Tiles.of((64, 64), overlap, multiple, scale, fixed=fixed))
    assert np.allclose(made, picture.repeat(scale, axis=0).repeat(scale, axis=1), atol=1e-6)
    assert all(side % multiple == 0 and side <= 64 for shape in shapes for side in shape)
    assert not fixed or set(shapes) == {(64, 64)}


def test_memory_follows_the_tile_not_the_picture():
    largest = []
    through_tiles(
        np.zeros((600, 800, 3), np.float32), lambda tile: largest.append(tile.size) or tile, Tiles.of((128, 128), 32, 1)
    )
    assert max(largest) == 128 * 128 * 3


def test_progress_ends_at_one():
    heard = []
    through_tiles(np.zeros((300, 300, 3), np.float32), lambda tile: tile, Tiles.of((128, 128), 32, 1), heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1
