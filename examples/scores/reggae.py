"""One drop in A minor: the third beat heavy and the first one empty, guitar skank, bubbling organ, leading bass."""

from scores.band import Part, Piece, kit
from scores.notation import Note, changes, comp, line, move

CHORDS = "Am7 | G | Am7 | G | Fmaj7 | G | Dm7 Em7 | Am7"
BASS = """
    A1:.5 - A1 C2 E2:.75 D2:.25 C2:.5 A1   | G1:.5 - G1 B1 D2:.75 B1:.25 A1:.5 G1
    A1:.5 - A1 C2 E2:.75 G2:.25 E2:.5 C2   | G1:.5 - B1 D2 G2:1 D2:.5 B1
    F1:.5 - A1 C2 F2:.75 E2:.25 C2:.5 A1   | G1:.5 - G1 B1 D2:.75 F2:.25 D2:.5 B1
    D2:.5 - F2 A1 E2:.5 - B1 E2            | A1:1 C2:.5 D2 E2 G1 A1:1
    A1:2
"""
MELODICA = """
    -:4 | -:4 | -:4 | -:2 E5:.5 G5 A5 B5
    C6:1.5 B5:.5 A5:1 -:.5 E5:.5 | B5:1.5 A5:.5 G5:1 -:.5 D5:.5 | F5:.5 A5 C6 A5 B5 G5 E5 G5 | A5:2.5 -:1.5
    A5:2
"""
HORNS = """
    -:1 C5,E5:.25 -:.25 C5,E5:.5 D5,G5:1 -:1 | B4,D5:1.5 -:2.5
    -:1 C5,E5:.25 -:.25 C5,E5:.5 E5,A5:1 -:1 | D5,G5:1.5 -:2.5
"""
DROP = {"kick": ".... .... X... ....", "rim": ".... .... X... ....", "hat": "x.xo x.xo x.xo x.xo"}
RIMS = {"rim": "...x ..x. ...x ..x."}
FILL = {
    "kick": ".... .... X... ....",
    "snare": "..xx X.x. .... XxXX",
    "tom2": ".... .x.. x.xx ....",
    "hat": "x.x. x...",
}


def drums() -> list[Note]:
    """A roll to come in on, then the drop, with rim play in the second half."""
    notes = kit({"snare": ".... .... x.xx ..XX", "tom2": ".... .... .... xx.."})
    for bar in (4, 20):
        notes += kit(DROP, at=bar, bars=3) + kit(FILL, at=bar + 12)
    notes += kit(RIMS, at=20, bars=3, velocity=62) + kit({"crash": "o"}, at=4) + kit({"crash": "x"}, at=20)
    return notes + kit({"kick": "X", "rim": "X", "crash": "x"}, at=36)


def compose() -> Piece:
    """One bar of pick-up, four bars with horns, four with melodica."""
    song = changes(CHORDS, at=4)
    skank = comp(song, "..X. ..X. ..X. ..X.", low=57, velocity=84, length=0.16, strum=0.01)
    bubble = comp(song, ".x.x .x.x .x.x .x.x", low=60, velocity=66, length=0.14)
    left_hand = comp(song, "..x. ..x. ..x. ..x.", low=48, velocity=64, length=0.2)
    parts = (
        Part(0, drums(), level=-29, reverb=36, drums=True),
        Part(33, line(BASS, at=4, velocity=108, gate=0.85), level=-26, reverb=10, lag=0.01),
        Part(28, skank, bank=8, level=-30, pan=32, reverb=50),
        Part(16, bubble + left_hand, level=-37, pan=92, reverb=40),
        Part(1, move(skank, louder=-14), level=-37, pan=76),
        Part(61, line(HORNS, at=4, velocity=90, gate=0.85), level=-32, pan=54, reverb=70),
        Part(22, line(MELODICA, at=4, velocity=88), level=-31, reverb=90, lag=0.02),
    )
    return Piece("One drop in A minor", 78, 76, parts, swing=0.56, swing_unit=0.5)
