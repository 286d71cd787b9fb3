"""Sound files of every format and every kind of bad file."""

import io
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encoding import FFMPEG_LOSSLESS, LOSSLESS, LOSSY, RATE, damaged, encode, stereo, write
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from signals import music, noise

from clipfeat import Audio, AudioError, AudioReason, DecodeLimits, decode, load, open_audio, resample

QUANTISED = {"PCM_16": 1 / 32768, "PCM_24": 2**-23, "PCM_32": 2**-31, "FLOAT": 0, "DOUBLE": 0}


def mean(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    return samples.astype(np.float64).mean(axis=1)


def refusal(source: object, **limits: float) -> AudioError:
    with pytest.raises(AudioError) as caught:
        decode(source, limits=DecodeLimits(**limits))
    return caught.value


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_files_give_the_mean_of_their_channels(name: str, tmp_path: Path) -> None:
    samples = stereo()
    audio = decode(write(tmp_path / name, samples, subtype=LOSSLESS[name]))
    assert (audio.sample_rate, audio.channels, audio.warnings) == (RATE, 2, ())
    assert audio.samples.dtype == np.float32
    np.testing.assert_allclose(audio.samples, mean(samples), atol=QUANTISED[LOSSLESS[name]] + 1e-7, rtol=0)


@pytest.mark.parametrize("name", FFMPEG_LOSSLESS)
def test_lossless_files_of_ffmpeg_do_too(name: str, tmp_path: Path) -> None:
    samples = stereo()
    audio = decode(encode(tmp_path / name, samples, FFMPEG_LOSSLESS[name]))
    assert (audio.sample_rate, audio.channels, audio.warnings) == (RATE, 2, ())
    np.testing.assert_allclose(audio.samples, mean(samples), atol=1 / 32768, rtol=0)


@pytest.mark.parametrize("name", LOSSY)
def test_lossy_files_give_nearly_the_music(name: str, tmp_path: Path) -> None:
    encoder, rate = LOSSY[name]
    samples = stereo(rate=rate)
    audio = decode(encode(tmp_path / name, samples, encoder, rate))
    assert (audio.sample_rate, audio.channels, audio.warnings) == (rate, 2, ())
    assert len(audio.samples) == pytest.approx(len(samples), abs=0.06 * rate)
    # Encoders may move the music by a frame or two: compare at the best shift.
    original = mean(samples)[4000:60_000]
    spectrum = np.fft.rfft(audio.samples, 1 << 18) * np.conj(np.fft.rfft(original, 1 << 18))
    shift = int(np.fft.irfft(spectrum).argmax())
    heard = audio.samples[shift : shift + len(original)]
    assert np.corrcoef(heard, original)[0, 1] > 0.98
    # Not 1.41 times as loud, which FFmpeg's own mono would be.
    assert heard.std() == pytest.approx(original.std(), rel=0.05)


@pytest.mark.parametrize("name", ["s16.wav", "a.mp3", "a.m4a"])
def test_path_bytes_files_and_streams_are_the_same_sound(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write(path, stereo()) if name in LOSSLESS else encode(path, stereo(), LOSSY[name][0])
    content = path.read_bytes()
    expected = decode(path).samples
    reader, writer = os.pipe()
    with path.open("rb") as file, io.BufferedReader(io.FileIO(reader)) as pipe:
        file.seek(100)
        os.set_blocking(writer, False)
        sent = os.write(writer, content[:60_000])
        os.close(writer)
        sources = [str(path), content, bytearray(content), io.BytesIO(content), file]
        for source in sources:
            np.testing.assert_array_equal(decode(source).samples, expected)
        beginning = decode(pipe).samples
    assert sent == min(60_000, len(content))
    assert 0 < len(beginning) <= len(expected)


def test_symbolic_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "link.wav").symlink_to(write(tmp_path / "a.wav", music(1)))
    assert len(decode(tmp_path / "link.wav").samples) == len(music(1))


@pytest.mark.parametrize("channels", [1, 3, 6])
def test_any_number_of_channels_is_averaged(channels: int, tmp_path: Path) -> None:
    samples = np.stack([noise(5000, 0.2, seed) for seed in range(channels)], axis=1)
    audio = decode(write(tmp_path / "a.wav", samples, subtype="FLOAT"))
    assert audio.channels == channels
    np.testing.assert_allclose(audio.samples, mean(samples), atol=1e-7)


@pytest.mark.parametrize("rate", [8000, 96_000, 192_000])
def test_load_brings_any_rate_to_the_one_asked_for(rate: int, tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", music(1, rate), rate, "FLOAT")
    assert decode(path).sample_rate == rate
    np.testing.assert_array_equal(load(path, sample_rate=22_050), resample(music(1, rate), rate, 22_050))


def test_files_of_one_sample_are_sound(tmp_path: Path) -> None:
    assert decode(write(tmp_path / "a.wav", np.array([0.25], np.float32))).samples.tolist() == [0.25]


def test_long_files_take_the_memory_of_the_result_and_a_block(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", stereo(60))
    decode(path, limits=DecodeLimits(stop_after=1))
    tracemalloc.start()
    samples = decode(path).samples
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.2 * samples.nbytes + 6e6


# ------------------------------------------------------------------------------------------ bad files


def test_missing_files(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.wav").reason is AudioReason.MISSING
    (tmp_path / "dangling.wav").symlink_to(tmp_path / "nowhere")
    assert refusal(tmp_path / "dangling.wav").reason is AudioReason.MISSING
    assert refusal(tmp_path / "no.wav" / "deeper.wav").reason is AudioReason.MISSING


def test_a_url_is_the_name_of_a_missing_file() -> None:
    for url in ("http://localhost:9/a.mp3", "file:///etc/passwd", "concat:a.mp3|b.mp3", "-"):
        assert refusal(url).reason is AudioReason.MISSING


def test_folders_pipes_and_devices_are_unreadable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert "folder" in str(refusal(tmp_path))
    assert "pipe" in str(refusal(tmp_path / "pipe.wav"))
    assert refusal("/dev/null").reason is AudioReason.UNREADABLE


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_files_without_permission_are_unreadable(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", music(1))
    path.chmod(0)
    assert refusal(path).reason is AudioReason.UNREADABLE


@pytest.mark.parametrize("source", ["a\0b.wav", 5, None, io.StringIO("text")])
def test_what_is_no_source_at_all_is_unreadable(source: object) -> None:
    assert refusal(source).reason is AudioReason.UNREADABLE


def test_empty_files(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    error = refusal(tmp_path / "a.wav")
    assert error.reason is AudioReason.EMPTY
    assert error.subject == str(tmp_path / "a.wav")
    assert refusal(b"").reason is AudioReason.EMPTY


def test_a_header_without_samples_is_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", np.zeros((0, 2), np.float32))
    assert refusal(path).reason is AudioReason.EMPTY


@pytest.mark.parametrize(
    "content",
    [
        b"hello world, no sound here\n" * 50,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"%PDF-1.4\n" * 99,
        b"\0" * 9999,
    ],
    ids=["text", "picture", "document", "zeros"],
)
def test_what_is_not_audio_is_called_that(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    assert refusal(tmp_path / "a.mp3").reason is AudioReason.NOT_AUDIO


@pytest.mark.parametrize("name", ["s16.wav", "s16.flac", *LOSSY])
def test_a_beginning_of_a_hundred_bytes_is_corrupt(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write(path, stereo()) if name in LOSSLESS else encode(path, stereo(rate=LOSSY[name][1]), *LOSSY[name])
    beginning = path.read_bytes()[:40] if name.endswith("wav") else path.read_bytes()[:100]
    assert refusal(beginning).reason is AudioReason.CORRUPT


def test_a_codec_nobody_knows_is_corrupt(tmp_path: Path) -> None:
    content = encode(tmp_path / "a.webm", stereo(1, 48_000), "libopus", 48_000).read_bytes()
    content = content.replace(b"A_OPUS", b"A_ZZZZ")
    assert refusal(content).reason is AudioReason.CORRUPT


def test_truncated_wav_is_heard_as_far_as_it_goes(tmp_path: Path) -> None:
    content = write(tmp_path / "a.wav", stereo()).read_bytes()
    audio = decode(content[: len(content) // 4])
    assert len(audio.samples) == pytest.approx(RATE / 2, abs=100)
    assert audio.warnings == ("its header announces 2.00 s, only 0.50 s could be decoded",)


@pytest.mark.parametrize("name", ["s16.flac", "a.mp3", "a.webm", "a.m4a"])
def test_damaged_files_lose_the_damaged_packets_and_say_how_much(name: str, tmp_path: Path) -> None:
    path, samples = tmp_path / name, stereo(8, RATE if name != "a.webm" else 48_000)
    if name in LOSSLESS:
        content = write(path, samples).read_bytes()
    else:
        content = encode(path, samples, *LOSSY[name]).read_bytes()
    audio = decode(damaged(content))
    assert len(audio.samples) > 0.5 * len(samples)
    assert audio.warnings
    assert " s " in audio.warnings[0]


def test_without_ffmpeg_a_damaged_file_ends_at_the_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clipfeat.decoding.choice._has_ffmpeg", lambda: False)
    content = write(tmp_path / "a.flac", stereo(8)).read_bytes()
    audio = decode(damaged(content))
    assert 0 < len(audio.samples) < 8 * RATE
    assert "lost" in audio.warnings[0]


def test_without_ffmpeg_its_formats_are_refused_with_the_command_that_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clipfeat.decoding.choice._has_ffmpeg", lambda: False)
    error = refusal(encode(tmp_path / "a.m4a", stereo(), "aac"))
    assert error.reason is AudioReason.UNREADABLE
    assert "pip install 'clipfeat[formats]'" in str(error)


@pytest.mark.parametrize("name", ["a.mp3", "a.opus"])
def test_without_ffmpeg_libsndfile_reads_mp3_and_opus(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, rate = LOSSY[name]
    path = encode(tmp_path / name, stereo(rate=rate), encoder, rate)
    by_ffmpeg = decode(path).samples
    monkeypatch.setattr("clipfeat.decoding.choice._has_ffmpeg", lambda: False)
    by_libsndfile = decode(path).samples
    n = min(len(by_ffmpeg), len(by_libsndfile))
    np.testing.assert_allclose(by_libsndfile[:n], by_ffmpeg[:n], atol=2e-2)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("share", [slice(None), slice(100, 101)])
def test_samples_that_are_no_numbers_are_refused(value: float, share: slice, tmp_path: Path) -> None:
    samples = music(1)
    samples[share] = value
    path = write(tmp_path / "a.wav", samples, subtype="FLOAT")
    assert refusal(path).reason is AudioReason.NOT_FINITE


def test_playlists_open_no_other_file(tmp_path: Path) -> None:
    victim = encode(tmp_path / "secret.mp3", stereo(), "libmp3lame")
    lists = {
        "a.ffconcat": f"ffconcat version 1.0\nfile '{victim}'\n",
        "a.wav": f"ffconcat version 1.0\nfile {victim.name}\n",
        "a.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{victim}\n#EXT-X-ENDLIST\n",
    }
    for name, content in lists.items():
        (tmp_path / name).write_text(content)
        assert refusal(tmp_path / name).reason is AudioReason.NOT_AUDIO
        assert refusal(content.encode()).reason is AudioReason.NOT_AUDIO


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_whatever_the_bytes_there_are_samples_or_one_audio_error(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(data.draw(st.sampled_from(specimens(tmp_path_factory))))
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, min(len(content) - 1, 400)))] = data.draw(st.integers(0, 255))
    length = data.draw(st.integers(1, len(content)))
    outcome = decoded_or_refused(bytes(content[:length]))
    if isinstance(outcome, AudioError):
        assert outcome.detail
    else:
        assert np.isfinite(outcome.samples).all()
        assert len(outcome.samples) > 0


def decoded_or_refused(content: bytes) -> Audio | AudioError:
    try:
        return decode(content)
    except AudioError as error:
        return error


_specimens: list[bytes] = []


def specimens(factory: pytest.TempPathFactory) -> list[bytes]:
    """A short file of each family."""
    if not _specimens:
        folder = factory.mktemp("specimens")
        files = [write(folder / name, stereo(0.3)) for name in ("a.wav", "a.flac", "a.aiff", "a.au")]
        files += [encode(folder / name, stereo(0.3, rate), codec, rate) for name, (codec, rate) in LOSSY.items()]
        _specimens.extend(file.read_bytes() for file in files)
    return _specimens


# --------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize("name", ["a.wav", "a.m4a"])
def test_limits_are_refusals_by_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write(path, stereo()) if name == "a.wav" else encode(path, stereo(), "aac")
    assert refusal(path, max_seconds=1).reason is AudioReason.TOO_LONG
    assert refusal(path, max_channels=1).reason is AudioReason.TOO_MANY_CHANNELS
    assert refusal(path, max_bytes=1000).reason is AudioReason.TOO_LARGE
    assert refusal(path.read_bytes(), max_bytes=1000).reason is AudioReason.TOO_LARGE
    assert refusal(path, wall_seconds=1e-9).reason is AudioReason.TIME_LIMIT


@pytest.mark.parametrize("name", ["a.wav", "a.mp3"])
def test_stop_after_hears_the_beginning_without_an_error(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write(path, stereo()) if name == "a.wav" else encode(path, stereo(), "libmp3lame")
    beginning = decode(path, limits=DecodeLimits(stop_after=0.5, max_seconds=1))
    np.testing.assert_array_equal(beginning.samples, decode(path).samples[: RATE // 2])


def test_a_header_that_lies_about_its_length_allocates_nothing(tmp_path: Path) -> None:
    content = bytearray(write(tmp_path / "a.flac", stereo()).read_bytes())
    # The total number of samples in the stream information: 36 bits, all set.
    content[21] |= 0x0F
    content[22:26] = b"\xff" * 4
    tracemalloc.start()
    audio = decode(bytes(content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e7
    assert len(audio.samples) == 2 * RATE


def test_too_many_channels_are_refused_before_any_block(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", np.zeros((10, 1000), np.float32))
    assert "1000 channels" in str(refusal(path))


# --------------------------------------------------------------------------------- streams, stderr, cost


def test_stream_of_blocks_is_the_same_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", stereo(10))
    with open_audio(path) as stream:
        blocks = list(stream.blocks)
    assert len(blocks) > 1
    np.testing.assert_array_equal(np.concatenate(blocks), decode(path).samples)
    assert (stream.sample_rate, stream.channels, stream.warnings) == (RATE, 2, [])


def test_native_libraries_print_nothing(tmp_path: Path) -> None:
    mp3 = encode(tmp_path / "a.mp3", stereo(), "libmp3lame").read_bytes()
    (tmp_path / "damaged.mp3").write_bytes(damaged(mp3))
    (tmp_path / "head.mp3").write_bytes(mp3[:100])
    (tmp_path / "junk.mp3").write_bytes(b"ID3" + bytes(5000))
    code = (
        "import sys, clipfeat\n"
        "for path in sys.argv[1:]:\n"
        "    try: clipfeat.decode(path)\n"
        "    except clipfeat.AudioError: pass\n"
    )
    files = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_importing_the_package_loads_no_decoder() -> None:
    code = (
        "import sys, clipfeat; print([name for name in ('soundfile', 'av', 'scipy', 'librosa') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("setting", ["max_seconds", "max_channels", "max_bytes", "wall_seconds", "stop_after"])
def test_limits_must_be_positive(setting: str) -> None:
    with pytest.raises(ValueError, match=f"{setting} must be positive"):
        DecodeLimits(**{setting: 0})


def test_a_reader_that_fails_is_unreadable_not_silent(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 20_000:
                raise OSError("the disk is gone")
            return super().read(size)

    for path in (write(tmp_path / "a.wav", stereo()), encode(tmp_path / "a.m4a", stereo(), "aac")):
        error = refusal(Failing(path.read_bytes()))
        assert error.reason is AudioReason.UNREADABLE
        assert "the disk is gone" in str(error)


def test_soundfile_itself_agrees(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ogg", stereo(), subtype="VORBIS")
    np.testing.assert_allclose(decode(path).samples, soundfile.read(path)[0].mean(axis=1), atol=1e-6)
