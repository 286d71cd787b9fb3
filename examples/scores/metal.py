"""Gallop in E minor: two distorted guitars far left and right, picked bass, double kick, twin leads in thirds."""

from scores.band import Part, Piece, kit
from scores.notation import Note, line, move

GALLOP = """
    E2,B2:.5 E2:.25 E2 E2,B2:.5 E2:.25 E2 E2,B2:.5 E2:.25 E2 G2,D3:.5 F#2,C#3
    E2,B2:.5 E2:.25 E2 E2,B2:.5 E2:.25 E2 A2,E3:.5 E2:.25 E2 Bb2,F3:.5 A2,E3
    E2,B2:.5 E2:.25 E2 E2,B2:.5 E2:.25 E2 E2,B2:.5 E2:.25 E2 G2,D3:.5 F#2,C#3
    C3,G3:1 -:.5 D3,A3:1 -:.5 D#3,A#3:.5 B2,F#3
"""
POWER = """
    E2,B2,E3:1.5 E2:.25 E2 E2,B2,E3:2  | C2,G2,C3:1.5 C2:.25 C2 C2,G2,C3:1 D2,A2,D3
    A2,E3,A3:1.5 A2:.25 A2 A2,E3,A3:2  | B2,F#3,B3:1.5 B2:.25 B2 B2,F#3,B3:1 D#3,A#3,D#4
"""
LEAD = """
    E5:.5 G5 B5 E6 D6>E6:1 B5:.5 G5    | C6:.25 B5 A5 G5 A5 G5 F#5 E5 G5:1 F#5
    A5:.5 C6 E6 C6 B5:.25 A5 G5 A5 C6:1 | B5:.25 C6 B5 A5 B5 D#6 F#6 D#6 B5:2
"""
TWIN = """
    G5:.5 B5 D6 G6 F#6>G6:1 D6:.5 B5   | E6:.25 D6 C6 B5 C6 B5 A5 G5 B5:1 A5
    C6:.5 E6 G6 E6 D6:.25 C6 B5 C6 E6:1 | D#6:.25 E6 D#6 C6 D#6 F#6 A6 F#6 D#6:2
"""
GALLOP_BEAT = {
    "kick": "X.xx X.xx X.xx X.xx",
    "snare": ".... X... .... X...",
    "hat": "X.x. X.x. X.x. X.x.",
}
DOUBLE = {
    "kick": "xxxx xxxx xxxx xxxx",
    "snare": ".... X... .... X...",
    "crash2": "X... .... x... ....",
    "ride": "x.x. x.x. x.x. x.x.",
}
FILL = {
    "kick": "xxxx xxxx xxxx xxxx",
    "snare": "XXxx .... .... XXXX",
    "tom1": ".... XXxx .... ....",
    "tom3": ".... .... XXxx ....",
}


def drums() -> list[Note]:
    """Gallop for eight bars, double kick for eight, each closed by a fill."""
    notes = kit({"crash": "X"}) + kit(GALLOP_BEAT, bars=7) + kit(FILL, at=28) + kit({"crash": "X"}, at=16)
    notes += kit(DOUBLE, at=32, bars=7) + kit(FILL, at=60)
    return notes + kit({"crash": "X", "crash2": "X", "kick": "X", "snare": "X"}, at=64, velocity=108)


def compose() -> Piece:
    """Riff twice, power chords twice with the leads over them, one last chord."""
    end = line("E2,B2,E3:3.5", at=64, velocity=112)
    gallop, power = line(GALLOP, velocity=104, gate=0.8), line(POWER, at=32, velocity=108, gate=0.97)
    rhythm = [*gallop, *move(gallop, beats=16), *power, *move(power, beats=16), *end]
    lowest = [n for n in rhythm if n.pitch < 50]
    bass = move([n for n in lowest if not any(m.start == n.start and m.pitch < n.pitch for m in lowest)], semitones=-12)
    leads = [[n for at in (32, 48) for n in line(text, at=at, velocity=100)] for text in (LEAD, TWIN)]
    parts = (
        Part(16, drums(), level=-25, reverb=24, loose=0.003, drums=True),
        Part(34, bass, level=-30, loose=0.004),
        Part(30, rhythm, level=-27, pan=8, reverb=8, loose=0.005, drive=4),
        Part(29, rhythm, level=-27, pan=119, reverb=8, loose=0.005, lag=0.004, drive=6),
        Part(30, leads[0], level=-30, pan=44, reverb=70, drive=3),
        Part(30, [n for n in leads[1] if n.start >= 48], level=-32, pan=84, reverb=70, drive=3),
    )
    return Piece("Gallop in E minor", 176, 666, parts)
