"""Boom-chick in G: fiddle tune, rolling banjo, sliding steel guitar, bass on root and fifth, train beat on brushes."""

from scores.band import Part, Piece, kit
from scores.notation import changes, comp, line, pattern

CHORDS = "G | G | C | G | G | G | A7 | D7 | C | G | C | G | Em | C | D7 | G"
TUNE = """
    B4:.5 D5 G5 D5 E5:1 D5        | B4:.5 A4 G4 A4 B4:1 G4
    E5:.5 D5 C5 D5 E5 G5 E5 C5    | D5:1.5 B4:.5 G4:1 D5
    B4:.5 D5 G5 D5 E5:1 G5        | B5:.5 A5 G5 E5 D5:1 B4
    C#5:.5 E5 A5 G5 E5 C#5 A4 B4  | A4:1 D5:2 -:1
    -:16
    B4:.5 E5 G5 E5 B5:1 G5        | E5:.5 D5 C5 E5 G5:1 E5
    F#5:.5 E5 D5 C5 A4 C5 B4 A4   | G4,B4:2 G4,D5
"""
# Two strings of a pedal steel guitar: the lower one slides while the upper one holds.
SLIDES = """
    -:32
    D5>E5:2 C5 | C5>D5:2 B4 | D5>E5:1.5 G5:.5 F5>G5:1 E5 | C5>D5:2 A4>B4
    -:16
"""
HELD = """
    -:32
    G5:4       | G5:4       | G5:1.5 C6:2.5            | G5:2 G5
    -:16
"""
ROLL = "0:.5 4! 7 12! 4 7! 12 7"
TRAIN = {"snare": "xoXo xoXo xoXo xoXx", "kick": "x... x... x... x..."}
FILL = {"snare": "xoXo xoXo XxXx XXXX", "kick": "x... x... x... x..."}


def compose() -> Piece:
    """Eight bars of fiddle, four of steel guitar, four more of fiddle."""
    song = changes(CHORDS)
    drums = kit(TRAIN, bars=7, velocity=66) + kit(FILL, at=28, velocity=66) + kit(TRAIN, at=32, bars=3, velocity=66)
    drums += kit(FILL, at=44, velocity=66) + kit(TRAIN, at=48, bars=3, velocity=66)
    drums += kit({"kick": "X... ....", "crash": "x... ...."}, at=60, velocity=66)
    banjo = pattern([*song[:8], *song[12:15]], ROLL, low=55, velocity=74)
    guitar = comp(song[:15], ".x.x", low=52, velocity=72, length=0.35, strum=0.025, steps=2)
    bass = pattern(song[:15], "0:2 -5", low=36, velocity=100, gate=0.55)
    parts = (
        Part(40, drums, level=-32, drums=True),
        Part(32, bass + line("G1:1 B1 D2 G1", at=60, velocity=102), level=-29, lag=0.004),
        Part(25, guitar + line("G2,D3,G3,B3,D4,G4:3", at=60, velocity=80), level=-33, pan=44),
        Part(105, banjo + line("G4:.5 B4 D5 G5:2", at=60, velocity=76), level=-34, pan=88),
        Part(110, line(TUNE, velocity=92), level=-30, pan=58, reverb=50, lag=0.006),
        Part(26, line(SLIDES, velocity=88), bank=8, level=-33, pan=74, reverb=70),
        Part(26, line(HELD, velocity=74), bank=8, level=-36, pan=74, reverb=70),
    )
    return Piece("Fiddle tune in G", 152, 4, parts)
