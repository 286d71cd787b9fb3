"""Requests that mean harm, made from seeds: the same seed is the same request everywhere."""

from __future__ import annotations

import io
import json
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import soundfile

from tests.making import encode, make_music
from tests.service.live import multipart

FORMATS = (".wav", ".flac", ".ogg", ".mp3", ".m4a", ".opus", ".webm", ".wma", ".aiff", ".au")
PREDICTIONS, SAMPLES, JOBS, LEGACY = "/v1/predictions", "/v1/predictions/samples", "/v1/jobs", "/predict/music"


@dataclass(frozen=True)
class Attack:
    """One request."""

    kind: str
    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def attacks(each: int) -> Iterator[Attack]:
    """All kinds; of those that are drawn by chance, `each` for each format."""
    for number, suffix in enumerate(FORMATS):
        random = np.random.default_rng([7, number])
        for _ in range(each):
            yield audio("truncated", truncated(sound(suffix), random))
            yield audio("flipped", flipped(sound(suffix), random))
            yield audio("spliced", spliced(sound(suffix), sound(FORMATS[number - 1]), random))
            yield audio("noise behind magic", sound(suffix)[:64] + random.bytes(int(random.integers(0, 5000))))
    random = np.random.default_rng(8)
    for _ in range(2 * each):
        yield audio("wrong type", sound(random.choice(FORMATS)), "video/x-nonsense")
        yield audio("lying wav", lying_wav(random))
        yield audio("noise", random.bytes(int(random.integers(0, 20_000))))
        yield mangled_form(random)
        yield mangled_json(random)
    yield from fixed_attacks()


def fixed_attacks() -> Iterator[Attack]:
    """Those that are made by hand."""
    for channels in (0, 65_535, 1000):
        yield audio("channels", wav_header(channels=channels) + bytes(4000))
    for rate in (0, 1, 2**31, 2**32 - 1):
        yield audio("rate", wav_header(rate=rate) + bytes(40_000))
    yield audio("bomb", bomb())
    yield audio("flac of 2^36 frames", endless_flac())
    for text in PLAYLISTS:
        yield audio("playlist", text)
    yield Attack("100000 parts", PREDICTIONS, *form_of(100_000))
    yield Attack("100000 parts", JOBS, *form_of(100_000))
    for name in ("a" * 1_000_000, "../" * 5000, "\x00\x01", "a\r\nb", '"; filename="b', "🎵" * 3000):
        content_type, body = multipart([(name, sound(".wav"))])
        yield Attack("names", PREDICTIONS, body, {"Content-Type": content_type})
    deep = b"[" * 100_000
    yield Attack("deep json", SAMPLES, b'{"sample_rate": 1, "samples": ' + deep, {"Content-Type": "application/json"})
    for value in ("1e999", "-1e999", "1e-999", "9" * 5000, "NaN", "Infinity", '"1"', "null", "true", "{}"):
        body = f'{{"sample_rate": 8000, "samples": [{value}{f", {value}" * 9000}]}}'.encode()
        yield Attack("numbers", SAMPLES, body, {"Content-Type": "application/json"})
        yield Attack("numbers", LEGACY, body.replace(b"samples", b"audios"), {"Content-Type": "application/json"})
    for query in (
        "top=-1",
        "top=99999999999999999999",
        "threshold=1e400",
        "max_seconds=-inf",
        "timeline=" + "1" * 5000,
    ):
        yield audio("query", sound(".wav"), path=f"{PREDICTIONS}?{query}")


PLAYLISTS = (
    b"ffconcat version 1.0\nfile /etc/passwd\n",
    b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    b"#EXTM3U\nhttp://127.0.0.1:9/\n",
    b"[playlist]\nFile1=/etc/passwd\n",
    b'<?xml version="1.0"?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>',
)


def audio(kind: str, body: bytes, content_type: str = "audio/mpeg", path: str = PREDICTIONS) -> Attack:
    return Attack(kind, path, body, {"Content-Type": content_type})


@cache
def sound(suffix: str) -> bytes:
    """A second and a half of sound in a format."""
    with tempfile.TemporaryDirectory() as folder:
        rate = 44_100 if suffix == ".wma" else 48_000
        return encode(Path(folder) / f"a{suffix}", make_music(1.5, rate), rate, 96_000).read_bytes()


def truncated(data: bytes, random: np.random.Generator) -> bytes:
    return data[: int(random.integers(0, len(data)))]


def flipped(data: bytes, random: np.random.Generator) -> bytes:
    """Some bits turned, more often than not in the head, where the sizes are."""
    changed = bytearray(data)
    within = 200 if random.random() < 0.6 else len(data)
    for place in random.integers(0, within, int(random.integers(1, 20))):
        changed[place] ^= 1 << int(random.integers(0, 8))
    return bytes(changed)


def spliced(first: bytes, second: bytes, random: np.random.Generator) -> bytes:
    return truncated(first, random) + second[int(random.integers(0, len(second))) :]


def wav_header(channels: int = 1, rate: int = 8000, bits: int = 16, size: int = 2**32 - 1) -> bytes:
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", 1, channels % 65_536, rate % 2**32, rate * frame % 2**32, frame % 65_536, bits)
    return (
        b"RIFF"
        + struct.pack("<I", size)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", size)
    )


def lying_wav(random: np.random.Generator) -> bytes:
    numbers = [int(number) for number in random.integers(0, 2**32, 2)]
    header = wav_header(numbers[0] % 65_536, numbers[1], int(random.choice([0, 1, 8, 16, 24, 32, 64])), numbers[0])
    return header + random.bytes(20_000)


@cache
def bomb() -> bytes:
    """An hour of sound in a hundred kilobytes."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", 8000, 1, format="FLAC", subtype="PCM_16") as flac:
        minute = np.full(8000 * 60, 0.25, np.float32)
        for _ in range(60):
            flac.write(minute)
    return file.getvalue()


def endless_flac() -> bytes:
    data = bytearray(sound(".flac"))
    data[21] |= 0x0F
    data[22:26] = b"\xff" * 4
    return bytes(data)


def form_of(parts: int) -> tuple[bytes, dict[str, str]]:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n'
    return part * parts + b"--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"}


def mangled_form(random: np.random.Generator) -> Attack:
    content_type, body = multipart([("a.wav", b"x" * 50), ("b.wav", b"y" * 50)][: int(random.integers(1, 3))])
    path = PREDICTIONS if random.random() < 0.5 else JOBS
    damaged = flipped(body + bytes(200), random) if random.random() < 0.5 else truncated(body, random)
    return Attack("form", path, damaged, {"Content-Type": content_type})


def mangled_json(random: np.random.Generator) -> Attack:
    path, name = (SAMPLES, "samples") if random.random() < 0.5 else (LEGACY, "audios")
    body = json.dumps(
        {name: [round(float(value), 3) for value in random.normal(size=50)], "sample_rate": 8000}
    ).encode()
    damaged = flipped(body + bytes(200), random)[: len(body)] if random.random() < 0.7 else truncated(body, random)
    return Attack("json", path, damaged, {"Content-Type": "application/json"})
