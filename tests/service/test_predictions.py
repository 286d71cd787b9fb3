import msgspec
import numpy as np
import pytest

from genrekit.errors import ERROR_TABLE
from genrekit.service.answering import Heard
from genrekit.service.predictions import answer_record
from genrekit.wire import AnswerRecord
from tests.making import make_music
from tests.service.live import RECORD

SAMPLES = [round(float(value), 4) for value in make_music(2.0, 8000)]


def refused(reply, code):
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["code"] == code
    assert reply.json["status"] == reply.status
    assert reply.json["request_id"] == reply.headers["x-request-id"]
    kind = next(kind for kind in ERROR_TABLE if kind.code == code)
    assert reply.status == kind.http_status
    return True


def test_a_file_in_a_form_is_answered_under_its_name(live, wav):
    reply = live.post_files("/v1/predictions", [("my song.wav", wav)])
    answer = msgspec.json.decode(reply.body, type=AnswerRecord)
    assert reply.status == 200
    assert answer.path == "my song.wav"
    assert answer.genre == answer.top[0].genre
    assert sum(answer.proba.values()) == pytest.approx(1, abs=1e-4)
    assert answer.request_id == reply.headers["x-request-id"]
    assert answer.clips is None


def test_the_bytes_alone_give_the_same_answer(live, wav):
    raw = live.post_audio("/v1/predictions", wav).json
    form = live.post_files("/v1/predictions", [("a.wav", wav)]).json
    assert raw["proba"] == form["proba"]
    assert raw["path"] == "body"


def test_options_choose_what_is_shown(live, wav):
    answer = live.post_audio("/v1/predictions?top=5&timeline=true&threshold=1", wav).json
    assert len(answer["top"]) == 5
    assert [clip["start"] for clip in answer["clips"]] == [0.0]
    assert live.post_audio("/v1/predictions?threshold=0", wav).json["unsure"] is False


def test_only_the_beginning_is_heard_on_request(live, wav):
    assert live.post_audio("/v1/predictions?max_seconds=2", wav).json["duration"] == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("query", ["top=0", "top=x", "threshold=2", "threshold=nan", "max_seconds=0", "timeline=7"])
def test_an_option_that_makes_no_sense_is_pointed_at(live, wav, query):
    reply = live.post_audio(f"/v1/predictions?{query}", wav)
    assert refused(reply, "GK607")
    assert reply.json["errors"][0]["pointer"] == f"/query/{query.partition('=')[0]}"


def test_the_same_file_gets_the_same_answer_as_the_library(live, wav, tmp_path):
    from genrekit.predictor import Predictor
    from genrekit.wire import prediction_record

    (tmp_path / "a.wav").write_bytes(wav)
    own = prediction_record("", Predictor.load(live.settings.artifact).predict(tmp_path / "a.wav"))
    assert live.post_audio("/v1/predictions", wav).json["proba"] == own.proba


def test_samples_are_answered_at_their_rate(live):
    reply = live.post_json("/v1/predictions/samples", {"samples": SAMPLES, "sample_rate": 8000})
    assert reply.status == 200
    assert reply.json["duration"] == pytest.approx(2.0)


def test_stereo_samples_are_one_list_a_frame(live):
    stereo = [[value, value] for value in SAMPLES]
    mono = live.post_json("/v1/predictions/samples", {"samples": SAMPLES, "sample_rate": 8000}).json
    both = live.post_json("/v1/predictions/samples", {"samples": stereo, "sample_rate": 8000}).json
    assert both["genre"] == mono["genre"]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"samples": SAMPLES}, "GK607", None),
        ({"samples": SAMPLES, "sample_rate": "8000"}, "GK607", "/sample_rate"),
        ({"samples": [1, "x"], "sample_rate": 8000}, "GK607", "/samples/1"),
        ({"samples": SAMPLES, "sample_rate": 8000, "rate": 1}, "GK607", None),
        ([1, 2], "GK607", None),
        ({"samples": [], "sample_rate": 8000}, "GK103", None),
        ({"samples": [0.1] * 100, "sample_rate": 8000}, "GK106", None),
        ({"samples": [0.0] * 16000, "sample_rate": 8000}, "GK107", None),
        ({"samples": [[0.1], [0.1, 0.2]], "sample_rate": 8000}, "GK114", None),
        ({"samples": SAMPLES, "sample_rate": 0}, "GK114", None),
    ],
)
def test_samples_that_make_no_sense_are_refused_by_name(live, body, code, pointer):
    reply = live.post_json("/v1/predictions/samples", body)
    assert refused(reply, code)
    assert reply.json.get("errors", [{}])[0].get("pointer") == pointer


def test_no_number_is_no_sample(live):
    body = b'{"samples": [NaN, 1.0], "sample_rate": 8000}'
    reply = live.ask("POST", "/v1/predictions/samples", body, {"Content-Type": "application/json"})
    assert refused(reply, "GK607")


def test_the_old_address_answers_with_the_bare_name(live):
    reply = live.post_json("/predict/music", {"audios": make_music(3.0).tolist(), "gtzan_model": "Random Forest"})
    assert reply.status == 200
    assert isinstance(reply.json, str)
    assert reply.headers["deprecation"] == "true"
    assert "successor-version" in reply.headers["link"]


def test_the_old_address_takes_the_rate_that_it_used_to_forget(live):
    assert live.post_json("/predict/music", {"audios": SAMPLES, "sample_rate": 8000}).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"audios": "x"},
        {"audios": ["a"]},
        {"audios": [0.0] * 100},
        {"audios": [0.0] * 44100},
        {"audios": SAMPLES, "mfcc_model": "RNN"},
        {"audios": SAMPLES, "gtzan_model": "SVM"},
    ],
)
def test_the_old_address_says_clearly_where_it_used_to_crash(live, body):
    assert 400 <= live.post_json("/predict/music", body).status < 500


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "GK103"), (b"no sound at all, just text" * 10, "GK104"), (b"RIFF" + bytes(100), "GK105")],
)
def test_what_is_no_sound_is_refused(live, content, code):
    assert refused(live.post_audio("/v1/predictions", content), code)


def test_a_refusal_names_no_file_of_ours(live):
    reply = live.post_audio("/v1/predictions", b"no sound")
    assert reply.json["detail"].startswith("audio: ")
    assert str(live.answering.folder) not in reply.body.decode()


def test_sound_beyond_the_limit_is_stopped(live, tmp_path):
    import soundfile

    soundfile.write(tmp_path / "long.flac", np.full(8000 * 120, 0.1), 8000)
    assert refused(live.post_audio("/v1/predictions", (tmp_path / "long.flac").read_bytes()), "GK108")


def test_a_threshold_decides_anew_what_is_unsure():
    shown = answer_record(Heard(RECORD, "a"), "id", top=1, timeline=False, threshold=0.9)
    assert shown.unsure
    assert [candidate.genre for candidate in shown.top] == ["jazz"]
