from itertools import islice

import numpy as np
import pytest

from packshot.contracts.dataset import Manifest
from packshot.contracts.training import TrainingOrder
from packshot.errors import ArtifactMissing
from packshot.training.examples import Examples, TrainerRef
from packshot.training.loader import Rows, batches
from packshot.training.pictures import Pictures
from packshot.training.sides import sides_of
from packshot.training.trainers import find_trainer

from .test_leg import MADE


@pytest.fixture
def examples(blobs, tmp_path):
    """Of photos and of made pictures, kept in a cache or not."""
    order = TrainingOrder.model_validate({"trainer": "tests.brightener", "data": blobs.manifest(), "synthetic": MADE})
    sides = sides_of(order, Manifest.model_validate_json(blobs.reader.read(order.data)), ())
    trainer = find_trainer(order.trainer)

    def of(cache):
        pictures = Pictures(blobs.reader, tmp_path / cache)
        return Examples(TrainerRef(trainer), trainer.params({}), sides.train, pictures, seed=4, cache_mb=1)

    return of


def test_the_number_of_loaders_changes_nothing_wherever_they_begin(examples):
    with batches(examples("alone"), Rows(4, 0, 4), 0, 0) as alone:
        wanted = list(islice(alone, 12))
    with batches(examples("helped"), Rows(4, 0, 4), 3, 3) as helped:
        for batch, same in zip(islice(helped, 9), wanted[3:], strict=True):
            assert batch.keys() == same.keys()
            assert all(np.array_equal(array, same[name]) for name, array in batch.items())


def test_the_parts_of_two_devices_make_up_the_batch(examples):
    made = []
    for rows in (Rows(4, 0, 4), Rows(4, 0, 2), Rows(4, 2, 2)):
        with batches(examples("alone"), rows, 5, 0) as several:
            made.append(next(several))
    whole, first, second = made
    assert all(np.array_equal(np.concatenate((first[name], second[name])), array) for name, array in whole.items())


def test_what_a_loader_cannot_read_is_told_to_the_training(examples, blobs):
    of = examples("alone")
    # The first example is made here, to know the shape of all.
    of.example(0)
    for source in of.stocks[0].sources:
        (blobs.root / source.item.picture.digest).unlink()
    with batches(of, Rows(4, 0, 4), 0, 1) as made, pytest.raises(ArtifactMissing):
        for _ in islice(made, 12):
            pass
