import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit import errors, wire
from genrekit.errors import AudioError
from genrekit.values import ClipResult, Prediction

_PROBA = st.dictionaries(st.text(min_size=1, max_size=8), st.floats(0, 1), min_size=1, max_size=5)
_CLIPS = st.lists(st.builds(ClipResult, st.floats(0, 1e4), st.floats(0, 1e4), _PROBA), max_size=3)
_PREDICTIONS = st.builds(
    Prediction,
    genre=st.text(max_size=8),
    unsure=st.booleans(),
    proba=_PROBA,
    clips=_CLIPS.map(tuple),
    duration=st.floats(1, 1e5),
    artifact_id=st.text(max_size=16),
    warnings=st.lists(st.text(max_size=20), max_size=2).map(tuple),
)


@given(_PREDICTIONS)
def test_what_is_written_is_read_back_up_to_rounding(prediction):
    record = wire.prediction_record("song.mp3", prediction, timeline=True)
    assert wire.decode(wire.encode(record)) == record
    copy = wire.to_prediction(record)
    assert (copy.genre, copy.unsure, copy.warnings) == (prediction.genre, prediction.unsure, prediction.warnings)
    assert copy.proba == pytest.approx(prediction.proba, abs=1e-6)
    assert len(copy.clips) == len(prediction.clips)


def test_an_answer_has_the_documented_keys_in_order():
    prediction = Prediction("jazz", True, {"jazz": 0.4, "rock": 0.6}, (), 30.0, "abc", ("short",))
    line = wire.encode(wire.prediction_record("a.mp3", prediction))
    keys = ["path", "genre", "unsure", "proba", "duration", "warnings", "artifact_id"]
    assert list(json.loads(line)) == keys
    timeline = wire.encode(wire.prediction_record("a.mp3", prediction, timeline=True))
    assert list(json.loads(timeline)) == [*keys, "clips"]


def test_a_failure_has_code_and_message():
    record = wire.error_record("a.mp3", AudioError(errors.SILENT, "a.mp3", "is silent"))
    assert json.loads(wire.encode(record)) == {
        "path": "a.mp3",
        "error": {"code": "GK107", "message": "a.mp3: is silent"},
    }
    assert wire.decode(wire.encode(record)) == record


def test_an_unknown_key_is_refused():
    with pytest.raises(msgspec.ValidationError, match="surprise"):
        wire.decode('{"path": "a", "error": {"code": "GK107", "message": "m"}, "surprise": 1}')
