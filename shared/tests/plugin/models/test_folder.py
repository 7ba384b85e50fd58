"""Cards are found by family; files are shown by name, each checked, and what is missing or damaged says what to run."""

from __future__ import annotations

import pytest

from packshot.errors import BadSettings, ModelDamaged, ModelMissing, UnknownName
from packshot.plugin.models import files_of, find_cards
from packshot.plugin.models.adding import add_card, describe

from .conftest import WEIGHTS, write_card


def place(folder, card):
    for file in card.files:
        folder.path(file).parent.mkdir(parents=True, exist_ok=True)
        folder.path(file).write_bytes(WEIGHTS)


def test_cards_are_found_by_family_and_a_broken_one_hides_no_other(folder):
    write_card(folder, name="one")
    write_card(folder, name="two", family="onnx.upscale")
    folder.card_path("broken").write_text("{")
    assert [card.name for card in find_cards("onnx.cutout", "onnx.restore")] == ["one"]
    assert folder.names == ["broken", "one", "two"]


def test_no_folder_is_no_models(folder):
    assert find_cards("onnx.cutout") == []
    with pytest.raises(UnknownName, match="no model 'net'"):
        folder.card("net")


def test_a_card_lies_under_its_own_name(folder):
    write_card(folder, name="one")
    folder.card_path("one").rename(folder.card_path("other"))
    with pytest.raises(BadSettings, match=r"name the file one\.yaml"):
        folder.card("other")


def test_files_have_their_names_once_they_are_linked(folder):
    card = write_card(folder)
    place(folder, card)
    with pytest.raises(ModelMissing, match="packshot models verify net"):
        files_of(card)
    folder.link(card)
    assert (files_of(card) / "net.onnx").read_bytes() == WEIGHTS
    folder.root.rename(folder.root.with_name("moved"))
    assert (folder.root.with_name("moved") / "named" / folder.named(card).name / "net.onnx").read_bytes() == WEIGHTS


def test_another_card_of_the_same_name_has_other_links(folder):
    assert folder.named(write_card(folder)) != folder.named(write_card(folder, content=WEIGHTS[1:]))


def test_a_missing_file_says_what_to_run(folder):
    with pytest.raises(ModelMissing, match="Run: packshot models fetch net"):
        files_of(write_card(folder, "https://shop.example/n"))
    with pytest.raises(ModelMissing, match=r"packshot models add .*names no address for net\.onnx"):
        files_of(write_card(folder))


def test_a_damaged_file_is_not_used(folder):
    card = write_card(folder, "https://shop.example/n")
    place(folder, card)
    folder.path(card.files[0]).write_bytes(WEIGHTS[:-1])
    with pytest.raises(ModelDamaged, match="packshot models fetch net"):
        files_of(card)


def test_a_local_file_is_described_and_added(folder, tmp_path):
    (tmp_path / "own" / "unet").mkdir(parents=True)
    (tmp_path / "own" / "unet" / "net.safetensors").write_bytes(WEIGHTS)
    (tmp_path / "own" / "notes.md").write_text("not of the model")
    (described,) = describe(tmp_path / "own")
    assert described.name == "unet/net.safetensors"
    card = write_card(folder)
    path = folder.card_path("net").rename(tmp_path / "card.yaml")
    assert add_card(path, [tmp_path / "own"], folder) == card
    assert folder.missing(card) == []
    with pytest.raises(BadSettings, match="compare: packshot models describe"):
        add_card(path, [tmp_path / "own" / "notes.md"], folder)
    with pytest.raises(BadSettings, match="safetensors"):
        describe(tmp_path / "own" / "notes.md")
