"""Four on the floor in A minor: octave bass, off-beat hats, scratched guitar, strings that run and brass that stabs."""

from scores.band import Part, Piece, kit
from scores.notation import Note, changes, comp, line, pad, pattern

CHORDS = "Am7 | D9 | Gmaj7 | Cmaj7 | Fmaj7 | Dm7 | E7 | E7"
STRINGS = """
    -:4 | -:4 | -:4 | -:2 G5:.25 A5 B5 C6 D6 E6 F6 G6
    A6:3 G6:.5 E6 | F#6:3 E6:.5 D6 | B5:2 D6:1.5 B5:.5 | C6:1.5 B5:.5 C6 D6 E6 G6
    A6:2 G6:.5 F6 E6 C6 | D6:2 F6:1 A6 | G#6:3 F6:.5 E6 | B5:.25 C6 D6 E6 F6 E6 D6 C6 B5:.5 A5 G#5 E5
    A5,C6,E6:2
"""
BRASS = """
    -:16
    -:1.5 C5,E5:.5 -:.5 C5,E5:.5 -:1 | -:4 | -:1.5 B4,D5:.5 -:.5 B4,D5:.5 -:1 | -:4
    -:1.5 A4,C5:.5 -:.5 A4,C5:.5 -:1 | -:4 | G#4,D5:.5 - G#4,D5 - B4,E5:1.5 -:.5 | -:4
    A4,C5,E5:1
"""
BEAT = {
    "kick": "X... X... X... X...",
    "snare": ".... X... .... X...",
    "clap": ".... x... .... x...",
    "hat": "xo.o xo.o xo.o xo.o",
    "open": "..X. ..X. ..X. ..X.",
    "tambourine": "o.x. o.x. o.x. o.xo",
}
FILL = {
    "kick": "X... X... X... X...",
    "snare": ".... X..x ..xx XxXX",
    "tom2": ".... .... xx.. ....",
    "open": "..X. ..X.",
}
BREAK = {"kick": "X... X... X... X...", "hat": "..x. ..x. ..x. ..x.", "conga": "..xo .x.. ..xo x.x."}


def drums() -> list[Note]:
    """Four bars of build-up, eight of the full beat, a last stroke."""
    notes = kit(BREAK, bars=3) + kit(BREAK | {"snare": ".... .... x.x. xxXX"}, at=12)
    notes += kit({"crash": "X"}, at=16) + kit(BEAT, at=16, bars=3) + kit(FILL, at=28)
    notes += kit({"crash": "X"}, at=32) + kit(BEAT, at=32, bars=3) + kit(FILL, at=44)
    return notes + kit({"crash": "X", "kick": "X", "clap": "X"}, at=48)


def compose() -> Piece:
    """A four-bar introduction over the first half of the circle, then the whole of it."""
    song = [*changes("Am7 | D9 | Am7 | D9"), *changes(CHORDS, at=16)]
    bass = pattern(song, "0:.5 12! 0 12! 0 12! 7:.25 10:.25 12!:.5", low=33, velocity=98, gate=0.7)
    guitar = comp(song, "..xx ..x. x.xx ..x.", low=60, velocity=74, length=0.12)
    piano = comp(song[4:], "x..x ..x. ..x. x...", low=57, velocity=74, length=0.3)
    parts = (
        Part(16, drums(), level=-26, reverb=30, drums=True),
        Part(33, bass + line("A1:1", at=48, velocity=105), level=-28),
        Part(28, guitar, bank=8, level=-35, pan=30, reverb=20),
        Part(1, piano + line("A3,C4,E4,G4:1.5", at=48), level=-36, pan=88),
        Part(48, pad(song[4:], low=55, velocity=58), level=-38, pan=50, reverb=70),
        Part(48, line(STRINGS, velocity=96), level=-31, pan=76, reverb=80),
        Part(61, line(BRASS, velocity=104, gate=0.7), level=-32, pan=48, reverb=60),
    )
    return Piece("Mirror ball in A minor", 120, 78, parts)
