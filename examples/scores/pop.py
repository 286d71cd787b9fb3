"""A verse and a chorus in D: four chords, clean guitar and piano, a sung-like lead with its harmony, claps."""

from scores.band import Part, Piece, kit
from scores.notation import Note, changes, comp, line, move, pad, pattern

VERSE = "D | A | Bm7 | Gmaj7"
CHORUS = "D | A | Bm7 | G | D | A | G | Asus4 A"
VERSE_TUNE = """
    -:.5 F#4:.5 F#4 E4 F#4 A4:1 F#4:.5 | E4:1 -:.5 E4:.5 E4 D4 C#4 E4
    D4:1.5 F#4:.5 F#4 E4 D4 F#4        | B4:1 A4:1.5 -:.5 A4 B4
"""
CHORUS_TUNE = """
    D5:1 D5:.5 C#5 D5 F#5:1 E5:.5      | E5:1.5 C#5:.5 A4:1 -:.5 A4:.5
    B4:.5 D5 D5 D5 C#5 D5 E5 F#5       | D5:1.5 B4:.5 G4:1 A4:.5 B4
    D5:1 D5:.5 C#5 D5 F#5:1 A5:.5      | G5:.5 F#5 E5:1.5 -:.5 A4 C#5
    B4:.5 D5 G5 F#5 E5:1 D5:.5 B4      | D5:1.5 E5:.5 C#5:2
    D5:3
"""
ARPEGGIO = "0:.5 7 12 16 12 7 14 12"
SOFT = {"kick": "X... ..x. x... ....", "rim": ".... x... .... x...", "hat": "x.x. x.x. x.x. x.x."}
FULL = {
    "kick": "X... ..x. X.x. ....",
    "snare": ".... X... .... X...",
    "clap": ".... x... .... x...",
    "hat": "x.x. x.x. x.x. x...",
    "open": ".... .... .... ..x.",
    "shaker": "oxox oxox oxox oxox",
}
FILL = {
    "kick": "X... ..x. X... x...",
    "snare": ".... X... ..xx XxXX",
    "tom2": ".... .... xx.. ....",
    "hat": "x.x. x.x.",
}


def drums() -> list[Note]:
    """Rim clicks in the verse, the full kit in the chorus, a fill before each half of it."""
    notes = kit(SOFT, bars=3) + kit(FILL, at=12) + kit({"crash": "X"}, at=16) + kit(FULL, at=16, bars=3)
    notes += kit(FILL, at=28) + kit({"crash": "X"}, at=32) + kit(FULL, at=32, bars=3) + kit(FILL, at=44)
    return notes + kit({"crash": "X", "kick": "X"}, at=48)


def compose() -> Piece:
    """Four bars of verse, eight of chorus, and home."""
    verse, chorus = changes(VERSE), changes(CHORUS, at=16)
    bass = pattern(verse, "0:1.5 0:.5 0:1 7", low=33, velocity=92) + pattern(chorus, "0!:.5 0 0 0 0 0 7 0", low=33)
    guitar = pattern([*verse, *chorus], ARPEGGIO, low=50, velocity=72)
    strummed = comp(chorus, "x..x x.xx x..x x.xx", low=52, velocity=66, length=0.3, strum=0.015)
    tune = line(VERSE_TUNE, velocity=84, shift=12) + line(CHORUS_TUNE, at=16, velocity=98)
    harmony = move([n for n in tune if n.start >= 32], semitones=-5, louder=-18)
    parts = (
        Part(8, drums(), level=-27, reverb=30, drums=True),
        Part(33, bass + line("D2:3", at=48), level=-29),
        Part(25, guitar + line("D3,A3,D4,F#4:3", at=48, velocity=70), bank=8, level=-34, pan=36, reverb=60),
        Part(25, strummed, level=-35, pan=96),
        Part(0, comp([*verse, *chorus], "x... x... x... x...", low=57, velocity=68, length=0.9), level=-34, pan=76),
        Part(89, pad(chorus, low=55, velocity=60), level=-37, reverb=80),
        Part(54, tune, level=-28, reverb=60, lag=0.01),
        Part(53, harmony, level=-36, pan=46, reverb=80, lag=0.015),
    )
    return Piece("Verse and chorus in D", 118, 4, parts)
