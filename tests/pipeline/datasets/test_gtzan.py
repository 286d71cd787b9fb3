"""What is known of GTZAN."""

from __future__ import annotations

import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from genrekit.errors import DatasetError
from genrekit.genres import GTZAN_GENRES
from genrekit.pipeline.datasets.gtzan import (
    filtered_split,
    find_gtzan,
    is_gtzan,
    known_faults,
    list_gtzan,
    repetitions,
)
from genrekit.pipeline.datasets.index import read_dataset


def make_copy(root: Path, layout: str, suffix: str, numbers: tuple[int, ...] = (29, 30)) -> Path:
    for genre in GTZAN_GENRES:
        folder = root / layout / genre
        folder.mkdir(parents=True)
        for number in numbers:
            (folder / f"{genre}.{number:05}{suffix}").write_bytes(f"{genre} {number}".encode())
    return root


def test_the_split_has_its_published_sizes() -> None:
    split = filtered_split()
    assert Counter(split.values()) == {"train": 443, "valid": 197, "test": 290}
    assert {name.split(".")[0] for name in split} == set(GTZAN_GENRES)


def test_fifty_repetitions_are_known_and_the_split_has_none_twice() -> None:
    sets = repetitions()
    assert sum(len(names) - 1 for names in sets) == 50
    assert len({name for names in sets for name in names}) == sum(map(len, sets))
    split = filtered_split()
    assert max(sum(name in split for name in names) for names in sets) == 1


def test_one_of_each_repetition_stays_and_nothing_that_the_split_kept_goes() -> None:
    faults = known_faults()
    assert all(len([name for name in names if name not in faults]) == 1 for names in repetitions())
    assert not set(faults) & set(filtered_split())
    assert faults["reggae.00086"] == "is mostly distorted"


@pytest.mark.parametrize(("layout", "suffix"), [("genres", ".au"), ("Data/genres_original", ".wav"), (".", ".wav")])
def test_both_layouts_are_found(tmp_path: Path, layout: str, suffix: str) -> None:
    root = make_copy(tmp_path / "copy", layout, suffix)
    (root / "Data" / "images_original" / "blues").mkdir(parents=True)
    tracks, left_out = list_gtzan(find_gtzan(root, tmp_path / "unpacked"))
    assert [track.name for track in tracks if track.genre == "blues"] == ["blues.00029", "blues.00030"]
    assert left_out == {"pop.00030": "is the same recording as pop.00031"}
    assert len(tracks) == 19
    assert not (tmp_path / "unpacked").exists()


def test_archives_are_unpacked_once(tmp_path: Path) -> None:
    make_copy(tmp_path / "copy", "genres", ".au")
    with tarfile.open(tmp_path / "genres.tar.gz", "w:gz") as packed:
        packed.add(tmp_path / "copy" / "genres", "genres")
    found = find_gtzan(tmp_path / "genres.tar.gz", tmp_path / "unpacked")
    assert found == tmp_path / "unpacked" / "genres"
    stamp = found.stat().st_mtime_ns
    assert find_gtzan(tmp_path / "genres.tar.gz", tmp_path / "unpacked").stat().st_mtime_ns == stamp


def test_kaggles_zip_is_unpacked(tmp_path: Path) -> None:
    make_copy(tmp_path / "copy", "Data/genres_original", ".wav")
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as packed:
        for path in (tmp_path / "copy").rglob("*.wav"):
            packed.write(path, path.relative_to(tmp_path / "copy"))
    assert find_gtzan(tmp_path / "archive.zip", tmp_path / "unpacked").name == "genres_original"


def test_what_is_no_copy_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="does not exist: name your copy"):
        find_gtzan(tmp_path / "nowhere", tmp_path / "unpacked")
    (tmp_path / "music").mkdir()
    with pytest.raises(DatasetError, match="no copy of GTZAN"):
        find_gtzan(tmp_path / "music", tmp_path / "unpacked")


@pytest.mark.parametrize(("names", "known"), [
    (["blues.00000", "rock.00099"], True),
    (["blues.00000", "blues.00100"], False),
    (["polka.00001"], False),
    (["blues.00000/1"], False),
])  # fmt: skip
def test_it_is_told_by_the_names_of_its_tracks(tmp_path: Path, names: list[str], known: bool) -> None:
    lines = ["name,genre,audio,group,kind", *(f"{name},{name.split('.')[0]},a.wav,x,whole" for name in names)]
    (tmp_path / "index.csv").write_text("\n".join(lines))
    assert is_gtzan(read_dataset(tmp_path)) is known
