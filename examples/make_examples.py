"""Make the example music: notes from `scores`, rendered by FluidSynth, written as small Ogg Vorbis files.

    python examples/make_examples.py [--out FOLDER] [--font FONT.sf2] [genre ...]

Needs the program `fluidsynth` and the sound font FluidR3 (Debian: fluidsynth, fluid-soundfont-gm). The same font and
program give the same bytes.
"""

import argparse
import importlib
import io
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from scores.band import Piece, write_midi

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
RATE = 44100
LOUDNESS = -17.0  # root mean square of the whole piece [dB re full scale]
CEILING = -3.0  # highest peak before encoding [dB re full scale]
SILENCE = 3e-3  # of the highest peak: below this the piece has rung out
COMPRESSION = 0.85  # 0 the best and largest, 1 the smallest


def play(piece: Piece, index: int, font: Path) -> NDArray[np.float32]:
    """Play one part with FluidSynth: float32 (n_samples, 2)."""
    with tempfile.TemporaryDirectory() as folder:
        midi, wav = Path(folder, "part.mid"), Path(folder, "part.wav")
        write_midi(piece, index, midi)
        options = ["-q", "-ni", "-g", "0.35", "-r", str(RATE), "-O", "float", "-F", str(wav)]
        subprocess.run(["fluidsynth", *options, str(font), str(midi)], check=True, stdout=subprocess.DEVNULL)
        samples: NDArray[np.float32] = soundfile.read(wav, dtype="float32", always_2d=True)[0]
    return samples


def level(samples: NDArray[np.float32]) -> float:
    """Root mean square over the quarter seconds in which a part is heard [dB re full scale]."""
    windows = np.array_split(samples, len(samples) // (RATE // 4))
    power = np.array([np.mean(window**2) for window in windows])
    return float(10 * np.log10(power[power > power.max() / 1000].mean()))


def amplify(stem: NDArray[np.float32], drive: float) -> NDArray[np.float32]:
    """Push a guitar amplifier until it saturates, then listen through its cabinet (90 Hz to 4.5 kHz)."""
    saturated = np.tanh(stem * (drive / np.sqrt(np.mean(stem**2))))
    hertz = np.fft.rfftfreq(len(stem), 1 / RATE)[:, None]
    cabinet = 1 / np.sqrt((1 + (hertz / 4500) ** 6) * (1 + (90 / np.maximum(hertz, 1)) ** 4))
    return np.asarray(np.fft.irfft(np.fft.rfft(saturated, axis=0) * cabinet, len(stem), axis=0), np.float32)


def mix(piece: Piece, font: Path) -> NDArray[np.float32]:
    """Play all parts and add them, each at its level."""
    stems = [play(piece, index, font) for index in range(len(piece.parts))]
    stems = [amplify(stem, part.drive) if part.drive else stem for part, stem in zip(piece.parts, stems, strict=True)]
    total = np.zeros((max(map(len, stems)), 2), np.float32)
    for part, stem in zip(piece.parts, stems, strict=True):
        total[: len(stem)] += stem * 10 ** ((part.level - level(stem)) / 20)
    return total


def master(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut the silence around the music, set its loudness, and round off what would exceed the ceiling."""
    peaks = np.abs(samples).max(axis=1)
    loud = np.flatnonzero(peaks > SILENCE * peaks.max())
    music = samples[loud[0] : loud[-1] + 1]
    music = music * (10 ** (LOUDNESS / 20) / np.sqrt(np.mean(music**2)))
    ceiling, knee = 10 ** (CEILING / 20), 0.45
    over = np.maximum(np.abs(music) - knee, 0) / (ceiling - knee)
    limited = np.sign(music) * (np.minimum(np.abs(music), knee) + (ceiling - knee) * np.tanh(over))
    fade = np.ones(len(limited))
    fade[-RATE // 4 :] = np.linspace(1, 0, RATE // 4)
    return np.asarray(limited * fade[:, None], np.float32)


def crc_table() -> list[int]:
    """Table of the checksum of Ogg pages (RFC 3533): polynomial 0x04c11db7, most significant bit first."""
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        table.append(value & 0xFFFFFFFF)
    return table


def number_stream(data: bytearray, serial: int) -> bytes:
    """Give an Ogg stream a fixed number: libsndfile draws one at random, which would change every file."""
    table, start = crc_table(), 0
    while start < len(data):
        segments = data[start + 26]
        end = start + 27 + segments + sum(data[start + 27 : start + 27 + segments])
        data[start + 14 : start + 18] = serial.to_bytes(4, "little")
        data[start + 22 : start + 26] = bytes(4)
        checksum = 0
        for byte in data[start:end]:
            checksum = (checksum << 8 & 0xFFFFFFFF) ^ table[checksum >> 24 ^ byte]
        data[start + 22 : start + 26] = checksum.to_bytes(4, "little")
        start = end
    return bytes(data)


def write_ogg(samples: NDArray[np.float32], path: Path, title: str) -> None:
    """Encode as Ogg Vorbis."""
    memory = io.BytesIO()
    with soundfile.SoundFile(
        memory, "w", RATE, samples.shape[1], format="OGG", subtype="VORBIS", compression_level=COMPRESSION
    ) as file:
        file.title = title
        file.license = "MIT"
        # libsndfile overflows its stack on one block of a whole piece.
        for block in np.array_split(samples, len(samples) // 4096):
            file.write(block)
    path.write_bytes(number_stream(bytearray(memory.getvalue()), serial=1))


def main() -> None:
    """Make all pieces, or those named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("genres", nargs="*", default=GENRES, metavar="genre", help="one or more of the ten")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    parser.add_argument("--font", type=Path, default=FONT, help="sound font to play with")
    options = parser.parse_args()
    for genre in options.genres:
        piece: Piece = importlib.import_module(f"scores.{genre}").compose()
        samples = master(mix(piece, options.font))
        path = options.out / f"{genre}.ogg"
        write_ogg(samples, path, piece.title)
        print(f"{path.name:14} {len(samples) / RATE:5.1f} s {path.stat().st_size / 1000:5.0f} kB  {piece.title}")


if __name__ == "__main__":
    main()
