"""Sixteen bars of swing in B flat on rhythm changes: tenor head, then piano, over walking bass and ride cymbal."""

from scores.band import Part, Piece, kit
from scores.notation import Note, changes, comp, line

CHORDS = "Bb6 G7 | Cm7 F7 | Dm7 G7 | Cm7 F7 | Bb7 | Eb6 Edim7 | Dm7 G7 | Cm7 F7"
HEAD = """
    -:.5 F4:.5 Bb4 D5 C5:1 B4:.5 D5  | F5:.5 Eb5 C5 G4 A4:1.5 C5:.5
    -:.5 F5:.5 D5 A4 B4:1 D5:.5 F5   | Eb5:.5 C5 A4 F4 G4:1 -
    -:.5 Bb4:.5 D5 F5 Ab5:1.5 F5:.5  | G5:.5 Eb5 Bb4 G4 Bb4 Db5 E5 G5
    F5:1 D5:.5 A4 B4 Ab4 G4 B4       | C5:.5 Eb5 D5 C5 Bb4:1 -
"""
SOLO = """
    -:.5 D5:.5 F5 Bb5 A5 G5 F5 Ab5   | G5:.5 Eb5 D5 C5 A4 C5 Eb5 Gb5
    F5:.5 A5 C6 A5 G5 F5 D5 B4       | C5:.5 Eb5 G5 Bb5 A5 Gb5 F5 Eb5
    D5:1 -:.5 Ab5:.5 F5 D5 Bb4 Ab4   | G4:.5 Bb4 Eb5 G5 Bb5 G5 E5 Db5
    D5:.5 F5 A5 F5 G5 F5 D5 B4       | C5:.5 D5 Eb5 A4 Bb4:1.5 -:.5
"""
WALK = """
    Bb1 D2 G2 F2   | C2 Eb2 F2 E2     | D2 A1 G1 B1    | C2 G2 F2 A1
    Bb1 D2 F2 Ab2  | G2 Eb2 E2 G2     | F2 D2 G1 B1    | C2 Eb2 F2 A1
    Bb1 F2 G2 B1   | C2 D2 Eb2 F2     | D2 F2 G2 F2    | Eb2 C2 F2 F1
    Bb1 Bb2 Ab2 F2 | Eb2 Bb2 E2 Bb1   | A1 D2 G2 G1    | C2 F2 Bb1:2
"""
RIDE = {"ride": "x.Xx x.Xx", "pedal": "..x. ..x.", "kick": "o.o. o.o."}
DROPS = {"snare": "...o .... ...o .x.."}
FILL = {"snare": "x.xo xxXo", "ride": "x... x...", "tom2": "...x ...x"}


def drums() -> list[Note]:
    """Ride and pedal throughout, the left hand dropping in, a fill at the half and the end."""
    notes = kit(RIDE, bars=7, steps=2, velocity=82) + kit(DROPS, bars=3, steps=2, velocity=80)
    notes += kit(FILL, at=28, steps=2, velocity=80) + kit({"crash": "x"}, at=32, velocity=76)
    notes += kit(RIDE, at=32, bars=7, steps=2, velocity=86) + kit(DROPS, at=32, bars=3, steps=2, velocity=84)
    return notes + kit(FILL, at=60, steps=2, velocity=80) + kit({"crash": "x", "kick": "x"}, at=62, velocity=80)


def compose() -> Piece:
    """Head and solo, eight bars each."""
    head, solo = changes(CHORDS), changes(CHORDS, at=32)
    left = comp(head, "...x ..x. .x.. ...x", low=53, velocity=66, length=0.4, steps=2)
    left += comp(solo[:-2], "x... ...x ...x ..x.", low=50, velocity=58, length=0.5, steps=2)
    right = line(SOLO, at=32, velocity=88, gate=0.85)
    parts = (
        Part(32, drums(), level=-33, reverb=35, drums=True),
        Part(32, line(WALK, velocity=96, gate=0.88), level=-28, lag=-0.003),
        Part(0, left + right + line("D4,G4,C5,F5:2", at=62, velocity=70), level=-31, pan=84, reverb=50),
        Part(66, line(HEAD, velocity=92) + line("F4:2", at=62, velocity=70), level=-29, pan=50, reverb=60, lag=0.02),
    )
    return Piece("Rhythm changes in B flat", 172, 32, parts, swing=0.64)
