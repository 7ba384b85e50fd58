import numpy as np
import pytest

from packshot.contracts.dataset import Manifest, Split
from packshot.contracts.training import RunRecord, Schedule, Search, TrainingOrder
from packshot.errors import BadParameters
from packshot.training.examples import Examples, TrainerRef
from packshot.training.intervals import with_intervals
from packshot.training.pictures import Pictures
from packshot.training.plan import with_settings
from packshot.training.schedule import rate_at
from packshot.training.search import Searcher
from packshot.training.sides import Stock, sides_of
from packshot.training.trainers import find_trainer


def manifest_of(blobs, **fields):
    return Manifest.model_validate_json(blobs.reader.read(blobs.manifest(**fields)))


def order(**fields):
    return TrainingOrder.model_validate({"trainer": "tests.brightener", "data": "a" * 64, **fields})


def test_folds_share_out_all_but_the_test_side_and_keep_products_together(blobs):
    manifest = manifest_of(blobs, train=40, validation=10, test=10)
    items = [item.model_copy(update={"product": f"p{index // 3}"}) for index, item in enumerate(manifest.items[:48])]
    manifest = manifest.model_copy(update={"items": (*items, *manifest.items[48:])})
    judged = []
    for fold in range(4):
        sides = sides_of(order(folds=4), manifest, (), fold)
        trained = {source.item.product for source in sides.train[0].sources}
        held = {source.item.product for source in sides.validation}
        assert held
        assert not trained & held
        assert all(source.item.split is not Split.TEST for source in (*sides.train[0].sources, *sides.validation))
        judged += [source.item.picture.digest for source in sides.validation]
    assert sorted(judged) == sorted(item.picture.digest for item in manifest.items if item.split is not Split.TEST)


def test_made_pictures_keep_their_sides_and_share(blobs):
    wanted = {"kind": "dead-leaves", "share": 0.25, "pictures": 50}
    sides = sides_of(order(synthetic=[wanted]), manifest_of(blobs), ())
    assert [(len(stock.sources), stock.share) for stock in sides.train] == [(8, 0.75), (45, 0.25)]
    alone = sides_of(order(synthetic=[{**wanted, "share": 1}], data=None), None, ())
    numbers = [{source.number for source in side} for side in (alone.train[0].sources, alone.validation, alone.test)]
    assert [len(each) for each in numbers] == [45, 5, 5]
    assert len(set.union(*numbers)) == 55


def test_as_many_of_the_test_side_are_measured_as_the_trainer_wants(blobs):
    manifest = manifest_of(blobs, test=8)
    many, few = (sides_of(order(), manifest, (), test_at_most=count).test for count in (500, 3))
    assert len(many) == 8
    assert few == many[:3]


def test_what_lacks_the_truth_is_left_out(blobs):
    with pytest.raises(BadParameters, match="none on its training side that has alpha"):
        sides_of(order(), manifest_of(blobs), ("alpha",))


def test_every_picture_comes_once_before_one_comes_again(blobs, tmp_path):
    stock = Stock(sides_of(order(), manifest_of(blobs, train=10), ()).train[0].sources, 1.0)
    trainer = find_trainer("tests.brightener")
    examples = Examples(TrainerRef(trainer), trainer.params({}), (stock,), Pictures(blobs.reader, tmp_path), 3, 100)
    places = [examples._place(0, number, 10) for number in range(30)]
    assert all(sorted(places[start : start + 10]) == list(range(10)) for start in (0, 10, 20))
    assert places[:10] != places[10:20]
    again = examples.example(17)
    assert all(np.array_equal(array, again[name]) for name, array in examples.example(17).items())


def test_pictures_are_decoded_once(blobs, tmp_path):
    source = sides_of(order(), manifest_of(blobs), ()).train[0].sources[0]
    pictures = Pictures(blobs.reader, tmp_path / "cache")
    first = pictures.open(source)
    (blobs.root / source.item.picture.digest).unlink()
    assert np.array_equal(pictures.open(source).rgb, first.rgb)
    assert not pictures.open(source).rgb.flags.writeable


def test_the_learning_rate_goes_up_and_then_down():
    rates = [rate_at(step, 1000, Schedule(warmup=100)) for step in range(1000)]
    assert rates[0] < 0.02
    assert max(rates) == rates[100] == 1
    assert rates[-1] == pytest.approx(1e-3, abs=1e-4)
    stepped = [rate_at(step, 1000, Schedule(kind="step", warmup=0, every=0.4)) for step in (0, 399, 400, 799, 800)]
    assert stepped == pytest.approx([1, 1, 0.1, 0.1, 0.01])


def test_intervals_hold_the_mean_and_narrow_with_more_pictures():
    rng = np.random.default_rng(0)
    held = 0
    for seed in range(200):
        few = with_intervals([{"psnr": value} for value in rng.normal(30, 2, 25)], seed)["psnr"]
        held += few.low <= 30 <= few.high
    assert 0.88 < held / 200 < 0.99
    many = with_intervals([{"psnr": value} for value in rng.normal(30, 2, 400)], 0)["psnr"]
    assert many.high - many.low < (few.high - few.low) / 2
    assert with_intervals([{"psnr": np.inf}, {"psnr": 30.0}], 0)["psnr"].pictures == 1


def test_the_search_comes_to_the_best_and_ends_what_is_hopeless():
    search = Search.model_validate({"space": {"optimiser.lr": {"low": 1e-4, "high": 1.0, "log": True}}, "trials": 30})
    searcher = Searcher(search, 0, "score", "max")
    ended, looks = [], []
    for _ in range(30):
        settings = searcher.suggest(ended, looks)
        score = -abs(np.log10(settings["optimiser.lr"]) + 2)
        ended.append(RunRecord(run="", figures={"score": score}, steps=10, settings=settings))
        looks.append({5: score, 10: score})
    assert searcher.suggest(ended, looks) == searcher.suggest(ended, looks)
    assert max(record.figures["score"] for record in ended) > -0.15
    assert searcher.is_hopeless(ended, looks, {5: -1.9})
    assert not searcher.is_hopeless(ended, looks, {5: -0.01})


def test_settings_are_put_in_by_dotted_name():
    changed = with_settings(order(params={"width": 2}), {"optimiser.lr": 0.5, "batch": 8, "params.width": 9}, steps=7)
    assert (changed.optimiser.lr, changed.batch, changed.params["width"], changed.steps) == (0.5, 8, 9, 7)
    with pytest.raises(BadParameters, match="no such setting"):
        with_settings(order(), {"optimizer.lr": 0.5})
    with pytest.raises(BadParameters, match=r"optimiser\.lr"):
        with_settings(order(), {"optimiser.lr": -1})
