from packshot.contracts.training import Figure, Trained, TrainingOrder
from packshot.training.card import card_of


def test_the_card_says_enough_to_make_the_model_again():
    order = TrainingOrder(trainer="denoise.cnn", data="a" * 64, seed=7, name="quiet", version="2.1.0", licence="CC0-1.0")
    figure = Figure(mean=31.5, low=31, high=32, pictures=24)
    made = {"weights": "b" * 64, "bytes": 10, "use": {"widths": [8]}, "step": 90, "steps": 100, "seconds": 3, "device": "a CPU"}
    card = card_of(order, Trained(**made, figures={"psnr": figure}, baselines={"denoise.nlm": {"psnr": figure}}))
    assert (card.name, card.family, card.version, card.licence, card.use) == (
        "quiet",
        "denoise.cnn",
        "2.1.0",
        "CC0-1.0",
        {"widths": [8]},
    )
    assert card.files[0].sha256 == "b" * 64
    assert card.made is not None
    assert TrainingOrder.model_validate(card.made.order) == order
    assert card.made.figures["psnr"]["low"] == 31
    assert card.made.baselines["denoise.nlm"]["psnr"]["mean"] == 31.5
