import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.steps.clips import cut_clips, excerpts, level_gain, timeline_spans, without_pauses
from genrekit.values import Waveform

RATE = 100


@given(st.integers(1, 2000), st.floats(0.5, 5))
def test_clips_lie_side_by_side_and_have_one_length_but_for_the_last(n_samples, seconds):
    clips = cut_clips(np.arange(n_samples, dtype=np.float32), RATE, seconds)
    length = round(seconds * RATE)
    joined = np.concatenate(clips.samples)
    assert np.array_equal(joined, np.arange(len(joined)))
    assert all(len(clip) == length for clip in clips.samples[:-1])
    assert clips.spans[0, 0] == 0
    assert np.array_equal(clips.spans[1:, 0], clips.spans[:-1, 1])


@given(st.integers(1, 2000), st.floats(0.5, 5))
def test_less_than_half_a_clip_is_lost_and_only_after_a_whole_one(n_samples, seconds):
    clips = cut_clips(np.zeros(n_samples, np.float32), RATE, seconds)
    lost = n_samples - sum(map(len, clips.samples))
    assert 0 <= 2 * lost < round(seconds * RATE)
    assert lost == 0 or len(clips.samples[0]) == round(seconds * RATE)


def test_what_is_shorter_than_a_clip_is_one_clip():
    clips = cut_clips(np.ones(120, np.float32), RATE, 3.0)
    assert [len(clip) for clip in clips.samples] == [120]
    assert clips.spans.tolist() == [[0.0, 1.2]]


@given(st.floats(0.5, 500), st.floats(0.5, 20))
def test_a_timeline_covers_all_but_less_than_half_a_stretch(duration, seconds):
    spans = timeline_spans(duration, seconds)
    assert spans[0, 0] == 0
    assert np.all(spans[:, 1] > spans[:, 0])
    assert duration - spans[-1, 1] <= seconds / 2
    assert spans[-1, 1] <= duration + 1e-6


def test_a_timeline_keeps_a_rest_of_half_a_stretch():
    assert timeline_spans(7.5, 3.0).tolist() == [[0, 3], [3, 6], [6, 7.5]]
    assert timeline_spans(7.4, 3.0).tolist() == [[0, 3], [3, 6]]


@given(st.floats(1e-4, 1e3))
def test_the_gain_brings_any_level_to_the_target(level):
    samples = (level * np.sin(np.arange(1000))).astype(np.float32)
    leveled = samples * level_gain(samples, -17.0)
    assert 20 * np.log10(np.sqrt(np.mean(np.square(leveled)))) == pytest.approx(-17.0, abs=1e-3)


@given(st.integers(0, 30_000), st.integers(0, 30_000))
def test_pauses_do_not_make_the_music_louder(before, after):
    music = np.sin(np.arange(40_960)).astype(np.float32)
    padded = np.concatenate([np.zeros(before, np.float32), music, np.zeros(after, np.float32)])
    # A block at the seam may be half music, half pause.
    assert level_gain(padded, -17.0) == pytest.approx(level_gain(music, -17.0), rel=0.06)


def test_excerpts_are_spread_evenly_each_in_the_middle_of_its_share():
    waveform = Waveform(np.arange(10_000, dtype=np.float32), RATE)
    heard = excerpts(waveform, 4, 5.0)
    assert [start for start, _ in heard] == [10.0, 35.0, 60.0, 85.0]
    assert all(part.duration == 5.0 for _, part in heard)
    assert all(part.samples[0] == start * RATE for start, part in heard)


def test_excerpts_that_would_not_be_shorter_are_the_whole():
    waveform = Waveform(np.zeros(1000, np.float32), RATE)
    assert excerpts(waveform, 2, 5.0) == ((0.0, waveform),)


def test_pauses_are_left_out():
    sound = np.ones(300, np.float32)
    clips = cut_clips(np.concatenate([sound, sound * 1e-3, sound]), RATE, 3.0)
    heard = without_pauses(clips)
    assert heard.spans.tolist() == [[0, 3], [6, 9]]
    assert len(heard.samples) == 2


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_one_clip_always_stays(levels):
    samples = np.repeat(np.array(levels, np.float32), 300)
    assert len(without_pauses(cut_clips(samples, RATE, 3.0)).samples) >= 1
