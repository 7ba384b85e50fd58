"""Which files a run takes, and how their results are named."""

from pathlib import Path

from packshot.cli.batch.photos import find_photos, unique_stems


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_folders_are_searched_and_what_is_no_picture_left_out(tmp_path):
    make(tmp_path, "b.JPG", "a.png", "deep/er/c.webp", "notes.txt", ".hidden/d.jpg", ".e.jpg")
    photos, faults = find_photos([tmp_path], tmp_path / "out")
    assert [str(photo.path.relative_to(tmp_path)) for photo in photos] == ["a.png", "b.JPG", "deep/er/c.webp"]
    assert faults == []


def test_named_file_is_tried_whatever_its_suffix(tmp_path):
    make(tmp_path, "notes.txt")
    photos, faults = find_photos([tmp_path / "notes.txt"], tmp_path / "out")
    assert [photo.path.name for photo in photos] == ["notes.txt"]
    assert faults == []


def test_results_of_an_earlier_run_are_not_taken_for_photos(tmp_path):
    make(tmp_path, "a.jpg", "out/a.main.jpg", "out/deep/b.main.jpg")
    photos, _ = find_photos([tmp_path], tmp_path / "out")
    assert [photo.path.name for photo in photos] == ["a.jpg"]


def test_same_file_twice_is_one_photo(tmp_path):
    make(tmp_path, "a.jpg")
    photos, _ = find_photos([tmp_path, tmp_path / "a.jpg", tmp_path / "." / "a.jpg"], tmp_path / "out")
    assert len(photos) == 1


def test_missing_file_and_empty_folder_are_named_and_the_others_taken(tmp_path):
    make(tmp_path, "a.jpg")
    (tmp_path / "empty").mkdir()
    photos, faults = find_photos([tmp_path / "no.jpg", tmp_path / "empty", tmp_path / "a.jpg"], tmp_path / "out")
    assert [photo.path.name for photo in photos] == ["a.jpg"]
    assert [(fault.source.name, fault.message) for fault in faults] == [
        ("no.jpg", "No such file or directory."),
        ("empty", "There is no picture in this folder."),
    ]


def test_stems_that_differ_stay_as_they_are():
    assert unique_stems([Path("x/a.jpg"), Path("y/b.jpg")]) == ["a", "b"]


def test_stems_of_two_folders_get_the_folder():
    assert unique_stems([Path("x/a.jpg"), Path("y/a.jpg"), Path("y/b.jpg")]) == ["x-a", "y-a", "b"]


def test_stems_of_two_suffixes_get_the_suffix():
    assert unique_stems([Path("x/a.jpg"), Path("x/A.png")]) == ["x-a-jpg", "x-A-png"]


def test_stems_that_nothing_tells_apart_get_a_number():
    stems = unique_stems([Path("1/x/a.jpg"), Path("2/x/a.jpg"), Path("3/x/a.jpg")])
    assert stems == ["x-a-jpg", "x-a-jpg-2", "x-a-jpg-3"]
