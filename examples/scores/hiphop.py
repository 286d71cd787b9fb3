"""Boom-bap in E minor: heavy swung drums, a chopped Rhodes loop with a flute over it, deep round bass, scratches."""

from scores.band import Part, Piece, kit
from scores.notation import Note, changes, line, move, pad

CHORDS = "Em9 | Am9 | Cmaj7 | Bm7 B7#9"
LOOP = """
    G3,B3,D4,F#4:.75 -:.25 D4,F#4:.5 G3,B3:.25 -:.25 B4:.5 A4:.25 F#4 E4:.5 D4
    G3,B3,C4,E4:.75 -:.25 C4,E4:.5 G3:.5 E4:.5 G4 A4:.75 -:.25
    G3,B3,E4:.75 -:.25 B3,E4:.5 G3:.5 B4:.5 G4:.25 E4 B3:.5 -
    F#3,A3,D4:.75 -:.25 F#4:.5 A4 D#4,A4,D5:.75 -:.25 D5:.25 B4 A4 F#4
"""
BASS = """
    E1:1.25 -:.25 E1:.5 -:.5 B1:.5 D2 E2 | A1:1.25 -:.25 A1:.5 -:.5 E2:.5 G1 A1
    C2:1.25 -:.25 C2:.5 -:.5 G1:.5 B1 C2 | B1:1.25 -:.25 F#1:.5 B1:1 A1:.5 F#1
"""
FLUTE = """
    -:2 B5:.5 D6:.25 E6 D6:.5 B5    | A5:1.5 G5:.5 E5:1 -
    -:2 G5:.5 B5:.25 D6 B5:.5 G5    | F#5:1.5 A5:.5 B5:1 -
"""
BEAT = {
    "kick": "X..x ..x. .xX. ....",
    "snare": ".... X..o .o.. X..o",
    "hat": "x.x. x.xo x.x. x.x.",
}
TURN = BEAT | {"kick": "X..x ..x. .xX. ...x", "snare": ".... X..o .o.. X.xX", "open": ".... .... .... ..x."}
INTRO = {"hat": "x.x. x.x. x.x. x.x.", "rim": ".... x... .... x..."}


def drums() -> list[Note]:
    """Two bars of hat and rim, six of the beat, turning over every second bar."""
    notes = kit(INTRO, bars=2, velocity=80)
    for bar in (8, 16, 24):
        notes += kit(BEAT, at=bar, velocity=100) + kit(TURN, at=bar + 4, velocity=100)
    return notes + kit({"kick": "X", "snare": "X"}, at=32, velocity=100)


def compose() -> Piece:
    """The loop once with little else, then with everything, and its first chord to end on."""
    loop, bass = line(LOOP, velocity=78), line(BASS, velocity=104)
    scratches = kit({"scratch": ".... .... .... x.x.", "scratch2": ".... .... .... .x.x"}, at=4, velocity=96)
    scratches += kit({"scratch": ".... .... ..x. x.x.", "scratch2": ".... .... ...x .x.x"}, at=20, velocity=92)
    strings = pad(changes(CHORDS, at=16), low=52, velocity=52)
    parts = (
        Part(8, drums() + scratches, level=-24, reverb=12, loose=0.004, drums=True),
        Part(33, [n for n in bass if n.start >= 8] + move(bass, beats=16) + line("E1:3", at=32), level=-26, lag=0.012),
        Part(4, loop + move(loop, beats=16) + line("G3,B3,D4,F#4:3", at=32, velocity=76), level=-33, lag=0.008),
        Part(73, line(FLUTE, at=16, velocity=74), level=-34, pan=80, reverb=80, lag=0.015),
        Part(49, strings, level=-42, pan=48, reverb=80),
    )
    return Piece("Corner loop in E minor", 88, 92, parts, swing=0.58, swing_unit=0.5)
