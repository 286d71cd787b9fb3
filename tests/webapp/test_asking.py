from __future__ import annotations

from pathlib import Path

import pytest

import clipfeat
from genrekit.errors import ServiceError, SettingsError
from genrekit.predictor import Predictor
from genrekit.webapp.asking import ask_here, ask_service, hear, shipped_id
from tests.making import EXAMPLES


@pytest.fixture(scope="module")
def jazz() -> Path:
    return EXAMPLES / "jazz.ogg"


def test_asked_here_the_answer_is_the_predictors(predictor: Predictor, jazz: Path) -> None:
    asking = ask_here()
    assert asking.predict(jazz) == predictor.predict(jazz)
    assert asking.model().artifact_id == predictor.artifact.id == shipped_id()


def test_inside_are_all_members_and_features(predictor: Predictor, jazz: Path) -> None:
    inside = ask_here().inside(hear(jazz))
    entries = predictor.artifact.manifest.members
    assert {vote.member: vote.weight for vote in inside.votes} == {entry.name: entry.weight for entry in entries}
    assert inside.features is not None
    assert tuple(inside.features) == clipfeat.TABULAR_NAMES
    assert inside.summary == predictor.artifact.manifest.feature_summary


def test_a_member_that_decides_alone_votes_as_the_ensemble_answers(predictor: Predictor, jazz: Path) -> None:
    alone = [entry.name for entry in predictor.artifact.manifest.members if entry.weight == 1]
    if not alone:
        pytest.skip("no member of the artifact that ships decides alone")
    votes = {vote.member: vote.proba for vote in ask_here().inside(hear(jazz)).votes}
    assert votes[alone[0]] == pytest.approx(predictor.predict(jazz).proba)


def test_an_artifact_of_ones_own_is_asked(tiny_artifact: Path, song: Path) -> None:
    asking = ask_here(tiny_artifact)
    assert list(asking.model().members) == ["linear"]
    assert [vote.member for vote in asking.inside(hear(song)).votes] == ["linear"]


def test_a_service_that_is_not_there_is_an_error_when_asked_not_before(song: Path) -> None:
    asking = ask_service("http://127.0.0.1:9")
    with pytest.raises(ServiceError, match="gave no answer"):
        asking.predict(song)
    assert asking.inside(hear(song)).votes == ()


def test_an_address_must_be_one() -> None:
    with pytest.raises(SettingsError, match="http"):
        ask_service("here")
