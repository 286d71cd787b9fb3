"""A riff in A: two overdriven guitars, straight drums, eighth-note bass, organ in the refrain, a bent solo to end."""

from scores.band import Part, Piece, kit
from scores.notation import Note, changes, line, move, pad, pattern

RIFF = """
    A2,E3:.5 A2,E3 -:.5 C3,G3:.5 -:.5 D3,A3:1 A2,E3:.5  | -:.5 A2,E3:.5 G2,D3 A2,E3 -:.5 C3:.25 C#3 E3:.5 G2
    A2,E3:.5 A2,E3 -:.5 C3,G3:.5 -:.5 D3,A3:1 E3,B3:.5  | -:.5 D3,A3:.5 C3,G3 D3,A3 C3,G3 A2,E3 G2,D3:1
"""
REFRAIN = "F5 | C5 | G5 | D5 | F5 | C5 | G5 | E5"
SOLO = """
    G5>A5:1.5 G5:.5 E5 D5 C5 A4           | C5:.5 E5 G5>A5:1 C6:.5 A5 G5 E5
    D5>E5:1 G5:.5 A5 B5>C6:1 A5:.5 G5     | A5:.25 C6 A5 G5 A5 G5 E5 D5 E5:.5 D5 C5 A4
    C6:.5 C6 A5 C6 D6>E6:1.5 C6:.5        | E6:.25 D6 C6 A5 D6 C6 A5 G5 C6:.5 A5 G5 E5
    D6:.5 B5 G5 B5 C6>D6:1 B5:.5 G5       | G#5:.5 B5 E6 D6 B5:.25 C6 B5 G#5 E5:1
    G5>A5:3
"""
BEAT = {"kick": "X... ..x. X.x. ....", "snare": ".... X... .... X...", "hat": "X.x. X.x. X.x. X.x."}
DRIVE = {
    "kick": "X.x. ..x. X.x. ..x.",
    "snare": ".... X... .... X...",
    "ride": "X.x. X.x. X.x. X.x.",
    "open": "x... x... x... x...",
}
FILL = {
    "kick": "X... ..x. X... ....",
    "snare": ".... X.xx xx.. ..XX",
    "tom1": ".... .... ..xx ....",
    "tom3": ".... .... .... xx..",
}


def drums() -> list[Note]:
    """Hats under the riff, open and riding under the refrain."""
    notes = kit({"crash": "X"}) + kit(BEAT, bars=3, velocity=98) + kit(FILL, at=12, velocity=98)
    for bar in (16, 32):
        notes += kit({"crash": "X"}, at=bar) + kit(DRIVE, at=bar, bars=3, velocity=98) + kit(FILL, at=bar + 12)
    return notes + kit({"crash": "X", "crash2": "x", "kick": "X"}, at=48)


def compose() -> Piece:
    """Four bars of riff, eight of refrain with the solo over it, a last chord."""
    song = changes(REFRAIN, at=16)
    riff = line(RIFF, velocity=100, gate=0.85)
    chords = pattern(song, "0:1.5 0:.5 0:1 0:.5 0", low=40, velocity=98, gate=0.95)
    fifths = chords + move(chords, semitones=7) + move(chords, semitones=12, louder=-6)
    end = line("A2,E3,A3:3.5", at=48, velocity=106)
    single = [n for n in riff if not any(m.start == n.start and m.pitch < n.pitch for m in riff)]
    bass = move(single, semitones=-12) + pattern(song, "0:.5 0 0 0 0 0 0 0", low=28, velocity=100)
    parts = (
        Part(16, drums(), level=-26, reverb=36, drums=True),
        Part(34, bass + line("A1:3.5", at=48), level=-29),
        Part(29, riff + fifths + end, level=-28, pan=14, reverb=16, drive=2.5),
        Part(28, riff + fifths + end, level=-29, pan=114, reverb=16, lag=0.005, drive=3),
        Part(18, pad(song, low=57, velocity=72), level=-38, pan=50),
        Part(29, line(SOLO, at=16, velocity=106), level=-28, pan=70, reverb=60, drive=3),
    )
    return Piece("Riff in A", 132, 71, parts)
