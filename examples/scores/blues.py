"""A twelve-bar shuffle in A: boogie guitar, walking bass, harmonica calls and bent guitar answers."""

from scores.band import Part, Piece, kit
from scores.notation import Note, changes, comp, line, pattern

CHORDS = "A7 | D7 | A7 | A7 | D7 | D7 | A7 | A7 | E7 | D7 | A7 D7 | A7 E7"
CALLS = """
    -:.5 E5:.5 G5>A5:1 G5:.5 E5 D5 E5   | -:4
    -:.5 E5:.5 G5>A5:1.5 C6:.5 A5 G5    | -:4
    -:.5 D5:.5 F#5 A5 C6:1 A5:.5 F#5    | A5:1.5 G5:.5 E5>F#5:1 D5
    -:.5 E5:.5 G5>A5:1 G5:.5 E5 C5 A4   | -:4
    -:.5 E5:.5 G#5 B5 D6:1 B5:.5 G#5    | A5:.5 F#5 D5 C5 A4:2
    E5:.5 G5 A5:1 F#5:.5 D5 C5 A4       | C5>C#5:1 A4:.5 C5 B4:1 E4 | A4:2.5
"""
ANSWERS = """
    -:4 | A4:.5 C5 D5>E5:1 D5:.5 C5 A4 G4
    -:4 | E5:.5 G5 A5 G5 E5 D5>E5 C5 A4
    -:4 | -:4
    -:4 | A4:.5 C5>C#5 E5 A5 G5 E5 C5>C#5 A4
    -:4 | -:4
    -:4 | -:4 | E4,G4,C#5:2.5
"""
SHUFFLE = {"ride": "Xx Xx Xx Xx", "kick": "X. .x X. ..", "snare": ".. X. .. Xo"}
FILL = {"kick": "X. .. X. ..", "snare": ".x X. xx Xx", "tom2": ".. .x .. .x"}


def drums() -> list[Note]:
    """Eight bars, the last of them a fill, then four with the turnaround, and a stop."""
    notes = kit({"crash": "x."}, steps=2) + kit(SHUFFLE, bars=7, steps=2) + kit(FILL, at=28, steps=2)
    notes += kit({"crash": "x."}, at=32, steps=2) + kit(SHUFFLE, at=32, bars=3, steps=2)
    return notes + kit(FILL, at=44, steps=2) + kit({"crash": "X", "kick": "X", "ride": "x"}, at=48)


def compose() -> Piece:
    """One chorus and the chord that ends it."""
    song = changes(CHORDS)
    boogie = pattern(song, "0:.5 7 9 7 10 7 9 7", low=45, velocity=76, gate=0.7)
    bass = pattern(song, "0:1 4 7 9", low=33, velocity=96)
    organ = comp(song, ".. .x .. xx", low=57, velocity=62, length=0.3, steps=2)
    parts = (
        Part(0, drums(), level=-29, reverb=30, drums=True),
        Part(33, bass + line("A1:2.5", at=48), level=-28, lag=0.006),
        Part(29, boogie + line("A2,E3,A3:2.5", at=48, velocity=80), level=-34, pan=34),
        Part(16, organ + line("G3,C#4,E4:2.5", at=48, velocity=62), level=-40, pan=92),
        Part(22, line(CALLS, velocity=96), level=-30, pan=58, reverb=60, lag=0.012),
        Part(29, line(ANSWERS, velocity=100), level=-30, pan=78, reverb=55, lag=0.01),
    )
    return Piece("Shuffle in A", 126, 12, parts, swing=2 / 3)
