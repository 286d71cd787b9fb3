"""Sound files among files and folders."""

from pathlib import Path

from clipfeat.walk import sound_files


def test_folders_give_their_sound_files_sorted_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.mp3", "a.WAV", "notes.txt", ".hidden.wav", "sub/c.flac", ".trash/d.wav", "cover.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [str(Path(path).relative_to(tmp_path)) for path in sound_files([str(tmp_path)])]
    assert found == ["a.WAV", "b.mp3", "sub/c.flac"]


def test_named_files_come_whatever_their_ending_and_once(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    (tmp_path / "odd.xyz").touch()
    odd, sound = str(tmp_path / "odd.xyz"), str(tmp_path / "a.wav")
    assert list(sound_files([odd, str(tmp_path), sound, odd, "missing"])) == [odd, sound, "missing"]


def test_a_folder_without_sound_is_named_itself(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    assert list(sound_files([str(tmp_path)])) == [str(tmp_path)]
