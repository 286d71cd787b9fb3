"""Johann Sebastian Bach, Prelude in C (The Well-Tempered Clavier, book 1, 1722): to its first cadence, in G."""

from scores.band import Part, Piece
from scores.notation import Note, pitch

# Each bar is one broken chord of five tones, played twice; the two lowest are held.
BARS = (
    "C4 E4 G4 C5 E5",
    "C4 D4 A4 D5 F5",
    "B3 D4 G4 D5 F5",
    "C4 E4 G4 C5 E5",
    "C4 E4 A4 E5 A5",
    "C4 D4 F#4 A4 D5",
    "B3 D4 G4 D5 G5",
    "B3 C4 E4 G4 C5",
    "A3 C4 E4 G4 C5",
    "D3 A3 D4 F#4 C5",
)
CADENCE = "G3 B3 D4 G4 B4"
# Loudness of each bar: the line swells to the high A, falls, and gathers again before the cadence.
DYNAMICS = (58, 61, 64, 62, 74, 68, 72, 63, 60, 66)
SIXTEENTH = 0.25


def half_bar(tones: list[int], at: float, velocity: int) -> list[Note]:
    """Eight sixteenths: the two low tones, then the three upper ones twice."""
    order = (0, 1, 2, 3, 4, 2, 3, 4)
    lengths = (2.0, 1.75, *[SIXTEENTH * 1.1] * 6)
    accents = (5, 0, 0, 0, 3, 0, 0, 3)
    return [Note(at + i * SIXTEENTH, lengths[i], tones[tone], velocity + accents[i]) for i, tone in enumerate(order)]


def compose() -> Piece:
    """Ten bars and the chord they lead to, rolled and left to ring."""
    notes: list[Note] = []
    for number, (bar, velocity) in enumerate(zip(BARS, DYNAMICS, strict=True)):
        tones = [pitch(name) for name in bar.split()]
        notes += half_bar(tones, 4 * number, velocity) + half_bar(tones, 4 * number + 2, velocity - 4)
    end = 4 * len(BARS)
    notes += [Note(end + 0.12 * i, 4 - 0.12 * i, pitch(name), 62 - 2 * i) for i, name in enumerate(CADENCE.split())]
    return Piece("Prelude in C (Bach), bars 1-11", 92, 1722, (Part(0, notes, level=-20, reverb=64, loose=0.009),))
