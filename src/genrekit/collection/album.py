"""One answer for an album: its tracks are heard as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from genrekit.collection.rows import Row
from genrekit.collection.tagging import Change, Policy, plan_change, read_tags
from genrekit.collection.tags import TagFields
from genrekit.errors import AudioError, TagError
from genrekit.values import Prediction


@dataclass(frozen=True, slots=True)
class _Track:
    path: Path
    prediction: Prediction
    fields: TagFields


def plan_tracks(rows: Iterable[Row], policy: Policy) -> Iterator[Change | AudioError | TagError]:
    """What the answers mean for each track by itself; what failed is passed on."""
    for row in rows:
        track = _track(row)
        if isinstance(track, _Track):
            yield plan_change(track.path, track.prediction, track.fields, policy)
        elif track is not None:
            yield track


def plan_albums(rows: Iterable[Row], policy: Policy, unsure_below: float) -> Iterator[Change | AudioError | TagError]:
    """What the answers mean when all tracks of an album get the same.

    An album is what lies in one folder and names the same album in its tags; no name counts as a name.

    Args:
        rows: in order of path, so that a folder's files are neighbours.
        policy: how answers become tags.
        unsure_below: top probability of the mean below which an album's answer is unsure.
    """
    for _, group in groupby(rows, key=lambda row: row.path.parent):
        albums: dict[str, list[_Track]] = {}
        for row in group:
            track = _track(row)
            if isinstance(track, _Track):
                albums.setdefault(track.fields.album.casefold(), []).append(track)
            elif track is not None:
                yield track
        for tracks in albums.values():
            shared = mean_answer([track.prediction for track in tracks], unsure_below)
            for track in tracks:
                yield plan_change(track.path, shared, track.fields, policy)


def mean_answer(answers: Sequence[Prediction], unsure_below: float) -> Prediction:
    """The mean of the tracks' probabilities, each track counting the same.

    Args:
        answers: at least one, all of one artifact.
        unsure_below: top probability below which the answer is unsure.
    """
    first = answers[0]
    proba = {genre: sum(answer.proba[genre] for answer in answers) / len(answers) for genre in first.proba}
    genre = max(proba, key=proba.__getitem__)
    duration = sum(answer.duration for answer in answers)
    return Prediction(genre, proba[genre] < unsure_below, proba, (), duration, first.artifact_id)


def _track(row: Row) -> _Track | AudioError | TagError | None:
    if not isinstance(row.result, Prediction):
        return row.result
    try:
        return _Track(row.path, row.result, read_tags(row.path))
    except TagError as error:
        return error
