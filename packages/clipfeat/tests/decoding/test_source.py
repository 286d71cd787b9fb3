"""Opening sources: names, sizes, formats by their first bytes."""

import io
from pathlib import Path

import pytest

from clipfeat import AudioError, AudioReason
from clipfeat.decoding.source import GuardedReader, name_of, open_source

MANY = 1 << 20


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"RIFF\x00\x00\x00\x00WAVE", "wav"),
        (b"fLaC\x00\x00\x00\x22", "flac"),
        (b"OggS" + bytes(24) + b"\x01vorbis", "ogg"),
        (b"OggS" + bytes(24) + b"OpusHead", "opus"),
        (b"FORM\x00\x00\x00\x00AIFF", "aiff"),
        (b".snd\x00\x00\x00\x18", "au"),
        (b"\x00\x00\x00\x20ftypM4A ", "m4a"),
        (b"\x1a\x45\xdf\xa3\x01", "webm"),
        (b"0&\xb2u\x8ef\xcf\x11\xa6\xd9", "wma"),
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"plain words", ""),
        (b"\xff", ""),
    ],
)
def test_first_bytes_tell_the_format(head: bytes, kind: str) -> None:
    with open_source(head, MANY) as source:
        assert source.kind == kind
        assert source.size == len(head)
        assert source.file.read() == head


def test_names_are_paths_or_what_the_object_calls_itself(tmp_path: Path) -> None:
    assert name_of(tmp_path / "a.wav") == str(tmp_path / "a.wav")
    assert name_of(b"RIFF") == "audio"
    assert name_of(io.BytesIO()) == "audio"
    with (tmp_path / "b.wav").open("wb") as file:
        assert name_of(file) == str(tmp_path / "b.wav")


def test_a_path_hands_out_its_descriptor_at_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(100)))
    with open_source(path, MANY) as source:
        assert source.is_plain_file
        assert source.file.read(3) == b"\x00\x01\x02"
    assert source.file.closed


def test_a_file_object_of_the_caller_stays_open(tmp_path: Path) -> None:
    file = io.BytesIO(b"abc")
    with open_source(file, MANY):
        pass
    assert not file.closed


def test_an_endless_stream_is_refused_at_the_limit() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:
            return len(buffer)

    with pytest.raises(AudioError) as caught, open_source(Endless(), MANY):
        pass
    assert caught.value.reason is AudioReason.TOO_LARGE


def test_guarded_reader_keeps_what_was_raised() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("no more")

        def seek(self, offset: int, whence: int = 0) -> int:
            raise OSError("no seat")

        def tell(self) -> int:
            raise OSError("lost")

    reader = GuardedReader(Broken(b"abc"))
    assert reader.read(3) == b""
    assert str(reader.failure) == "no more"
    assert reader.seek(1) == 0
    assert str(reader.failure) == "lost"


def test_a_seek_before_the_beginning_is_the_decoders_mistake_not_the_readers(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        for reader in (GuardedReader(io.BytesIO(b"0123456789")), GuardedReader(file)):
            reader.seek(4)
            assert reader.seek(-1) == 4
            assert reader.failure is None
