"""Players and their performance: from notes to MIDI, with the small unevenness of hands, from a fixed seed."""

from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np

from scores.notation import Note, strokes

TICKS = 480
DRUM_CHANNEL = 9
VOLUME = 100  # of every player alike: the mix sets levels
BEND_RANGE = 2  # semitones, what General MIDI instruments start with
# General MIDI keys of the drum kit.
DRUM_KEYS = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "snare2": 40, "floor": 41, "hat": 42, "tom3": 45, "pedal": 44,
    "open": 46, "tom2": 47, "crash": 49, "tom1": 50, "ride": 51, "bell": 53, "tambourine": 54, "cowbell": 56,
    "crash2": 57, "conga_mute": 62, "conga": 63, "conga_low": 64, "shaker": 70, "scratch": 29, "scratch2": 30,
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One player.

    Attributes:
        program: General MIDI instrument, or the drum kit where `drums`.
        notes: what is played; times in beats.
        level: root mean square while it plays [dB], against the other parts.
        pan: 0 left, 64 middle, 127 right.
        reverb: 0 to 127.
        lag: how far behind the beat the player sits [s].
        loose: standard deviation of the player's timing [s].
        bank: bank of the sound font.
        drums: whether `program` is a kit.
        drive: how hard an amplifier is pushed, times the part's own loudness; 0 for none.
    """

    program: int
    notes: list[Note]
    level: float = -32.0
    pan: int = 64
    reverb: int = 40
    lag: float = 0.0
    loose: float = 0.006
    bank: int = 0
    drums: bool = False
    drive: float = 0.0


@dataclass(frozen=True)
class Piece:
    """A whole piece. `swing`: where the second half of each `swing_unit` beats falls; 0.5 is straight."""

    title: str
    bpm: float
    seed: int
    parts: tuple[Part, ...]
    swing: float = 0.5
    swing_unit: float = 1.0


def kit(grids: dict[str, str], *, at: float = 0, bars: int = 1, steps: int = 4, velocity: int = 92) -> list[Note]:
    """Drums from one grid a drum."""
    return [
        note
        for name, grid in grids.items()
        for note in strokes(grid, [DRUM_KEYS[name]], at=at, bars=bars, steps=steps, velocity=velocity)
    ]


def swung(time: float, swing: float, unit: float) -> float:
    """Move a time so that the middle of each unit falls at `swing` of it."""
    whole, rest = divmod(time / unit, 1.0)
    bent = rest * 2 * swing if rest < 0.5 else swing + (rest - 0.5) * 2 * (1 - swing)
    return float(whole + bent) * unit


def bend_events(note: Note, channel: int, start: int, stop: int) -> list[tuple[int, mido.Message]]:
    """Pitch wheel of a note that is bent up into its pitch within its first third; at rest when it ends."""
    if not note.bend:
        return []
    steps, rise = 12, max((stop - start) // 3, 24)
    depth = round(8191 * note.bend / BEND_RANGE)
    wheel = [
        (start + rise * i // steps, mido.Message("pitchwheel", channel=channel, pitch=-depth * (steps - i) // steps))
        for i in range(steps)
    ]
    return [*wheel, (start + rise, mido.Message("pitchwheel", channel=channel, pitch=0))]


def perform(part: Part, piece: Piece, channel: int, rng: np.random.Generator) -> list[tuple[int, mido.Message]]:
    """Events of one part at absolute ticks."""
    per_second = TICKS * piece.bpm / 60
    events: list[tuple[int, mido.Message]] = []
    for note in part.notes:
        nudge = (part.lag + rng.normal(0, part.loose)) * per_second
        start = max(0, round(swung(note.start, piece.swing, piece.swing_unit) * TICKS + nudge))
        stop = round(swung(note.start + note.length, piece.swing, piece.swing_unit) * TICKS + nudge)
        velocity = int(np.clip(round(note.velocity + rng.normal(0, 4)), 1, 127))
        stop = max(stop, start + 10)
        events += bend_events(note, channel, start, stop)
        events.append((start, mido.Message("note_on", channel=channel, note=note.pitch, velocity=velocity)))
        events.append((stop, mido.Message("note_off", channel=channel, note=note.pitch, velocity=0)))
    return events


def write_midi(piece: Piece, index: int, path: Path) -> None:
    """Write one part of a piece as a standard MIDI file; its unevenness depends on the piece and the index alone."""
    part = piece.parts[index]
    channel = DRUM_CHANNEL if part.drums else 0
    settings = [
        mido.Message("control_change", channel=channel, control=control, value=value)
        for control, value in ((0, part.bank), (7, VOLUME), (10, part.pan), (91, part.reverb))
    ]
    tempo = mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(piece.bpm))
    program = mido.Message("program_change", channel=channel, program=part.program)
    track = mido.MidiTrack([tempo, *settings, program])
    events = perform(part, piece, channel, np.random.default_rng((piece.seed, index)))
    # At one tick a note ends before the next begins, and the wheel is set before the note sounds.
    order = {"note_off": 0, "pitchwheel": 1, "note_on": 2}
    now = 0
    for time, message in sorted(events, key=lambda event: (event[0], order[event[1].type])):
        track.append(message.copy(time=time - now))
        now = time
    mido.MidiFile(ticks_per_beat=TICKS, tracks=[track]).save(path)
