"""Short ways to write music down. Everything here returns plain values; times and lengths are in beats."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"#": 1, "b": -1, "": 0}
# Semitones above the root; 14, 17 and 21 are the ninth, eleventh and thirteenth.
QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "9": (4, 7, 10, 14),
    "m9": (3, 7, 10, 14),
    "maj9": (4, 7, 11, 14),
    "13": (4, 10, 14, 21),
    "7#9": (4, 10, 15),
    "7b9": (4, 7, 10, 13),
    "sus4": (0, 5, 7),
    "add9": (0, 4, 7, 14),
}
# Velocity added by a letter of a grid.
WEIGHTS = {"o": -38, "x": 0, "X": 18}


@dataclass(frozen=True)
class Note:
    """A tone: `bend` semitones below the pitch is where it starts when it is bent up into it."""

    start: float
    length: float
    pitch: int
    velocity: int
    bend: int = 0


@dataclass(frozen=True)
class Change:
    """A chord and the time it holds."""

    start: float
    length: float
    symbol: str


def pitch(name: str) -> int:
    """MIDI number of a name such as ``C4`` (60), ``F#3`` or ``Bb5``."""
    accidental = name[1:-1]
    return 12 * (int(name[-1]) + 1) + LETTERS[name[0]] + ACCIDENTALS[accidental]


def split_symbol(symbol: str) -> tuple[int, tuple[int, ...]]:
    """Pitch class of the root and the intervals of a chord symbol such as ``F#m7``."""
    width = 2 if symbol[1:2] in {"#", "b"} else 1
    return (LETTERS[symbol[0]] + ACCIDENTALS[symbol[1:width]]) % 12, QUALITIES[symbol[width:]]


def root(symbol: str, low: int) -> int:
    """The root of a chord, at or less than an octave above `low`."""
    return low + (split_symbol(symbol)[0] - low) % 12


def voicing(symbol: str, low: int) -> list[int]:
    """The tones of a chord, each at or less than an octave above `low`: neighbours lie close in the hand."""
    base, intervals = split_symbol(symbol)
    return sorted(low + (base + interval - low) % 12 for interval in intervals)


def changes(text: str, beats: float = 4, at: float = 0) -> list[Change]:
    """Read ``Am7 | D7 G7 | % |``: bars of equal length, chords of a bar sharing it, % for the bar before."""
    found: list[Change] = []
    bar: list[str] = []
    for number, cell in enumerate(text.strip(" |").split("|")):
        bar = bar if cell.strip() == "%" else cell.split()
        length = beats / len(bar)
        found += [Change(at + number * beats + i * length, length, symbol) for i, symbol in enumerate(bar)]
    return found


def line(text: str, *, at: float = 0, velocity: int = 90, gate: float = 0.92, shift: int = 0,
         beats: float = 4) -> list[Note]:  # fmt: skip
    """Read a melody.

    Words are ``PITCH:LENGTH``, the length kept until the next one given; ``C4,E4`` sounds together, ``-`` is a
    rest, ``D5>E5`` is bent from the one into the other, ``!`` after a pitch accents it, ``?`` softens it. `gate`
    is the part of its length that a note sounds, `shift` transposes by semitones.

    Raises:
        ValueError: a bar line ``|`` does not fall on a whole bar.
    """
    notes: list[Note] = []
    begin, length = at, 1.0
    for word in text.split():
        if word == "|":
            if (at - begin) % beats:
                raise ValueError(f"bar line at beat {at - begin}: {text}")
            continue
        name, _, value = word.partition(":")
        length = float(value) if value else length
        if name != "-":
            loud = velocity + 18 * name.count("!") - 24 * name.count("?")
            for tone in name.strip("!?").split(","):
                first, _, goal = tone.partition(">")
                end = pitch(goal or first)
                notes.append(Note(at, length * gate, end + shift, loud, end - pitch(first)))
        at += length
    return notes


def hits(grid: str, *, at: float = 0, steps: int = 4, bars: int = 1) -> Iterator[tuple[float, int]]:
    """Time and weight of the strokes in a grid such as ``X..x ..o.`` (`steps` a beat), played `bars` times."""
    cells = grid.replace(" ", "").replace("|", "")
    for repeat in range(bars):
        for index, cell in enumerate(cells):
            if cell != ".":
                yield at + (repeat * len(cells) + index) / steps, WEIGHTS[cell]


def strokes(grid: str, pitches: list[int], *, at: float = 0, bars: int = 1, steps: int = 4, velocity: int = 90,
            length: float = 0.2) -> list[Note]:  # fmt: skip
    """The same tones at each stroke of a grid; drums above all."""
    return [
        Note(time, length, key, velocity + weight)
        for time, weight in hits(grid, at=at, steps=steps, bars=bars)
        for key in pitches
    ]


def comp(chords: list[Change], grid: str, *, low: int, velocity: int = 80, length: float = 0.4, strum: float = 0,
         steps: int = 4) -> list[Note]:  # fmt: skip
    """Accompany: at each stroke of the grid the chord of that moment, `strum` beats from tone to tone."""
    cells = grid.replace(" ", "").replace("|", "")
    notes: list[Note] = []
    for chord in chords:
        for step in range(round(chord.start * steps), round((chord.start + chord.length) * steps)):
            cell = cells[step % len(cells)]
            if cell != ".":
                notes += [
                    Note(step / steps + i * strum, length, tone, velocity + WEIGHTS[cell] - 2 * i)
                    for i, tone in enumerate(voicing(chord.symbol, low))
                ]
    return notes


def pad(chords: list[Change], *, low: int, velocity: int = 70) -> list[Note]:
    """Hold every chord for as long as it lasts."""
    return [Note(c.start, c.length * 0.98, tone, velocity) for c in chords for tone in voicing(c.symbol, low)]


def pattern(chords: list[Change], text: str, *, low: int, velocity: int = 90, gate: float = 0.9) -> list[Note]:
    """A figure in semitones above each chord's root, as long as the chord lasts: ``0:.5 12 7 10 -``."""
    notes: list[Note] = []
    for chord in chords:
        base, time, length = root(chord.symbol, low), chord.start, 1.0
        for word in text.split():
            name, _, value = word.partition(":")
            length = float(value) if value else length
            if name != "-" and time < chord.start + chord.length:
                accent = 14 * name.count("!")
                notes.append(Note(time, length * gate, base + int(name.strip("!")), velocity + accent))
            time += length
    return notes


def move(notes: list[Note], *, beats: float = 0, semitones: int = 0, louder: int = 0) -> list[Note]:
    """The same music later, higher or louder."""
    return [replace(n, start=n.start + beats, pitch=n.pitch + semitones, velocity=n.velocity + louder) for n in notes]
