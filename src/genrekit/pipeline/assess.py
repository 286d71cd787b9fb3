"""What an artifact is worth on tracks whose genres are known, and whether it may have learnt from them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genrekit.errors import DATASET_INVALID, AudioError, DatasetError
from genrekit.genres import canonical_genre
from genrekit.pipeline.datasets.folder import Listed
from genrekit.pipeline.datasets.music import Music
from genrekit.pipeline.own_data import TRAINING_NAME, Watcher
from genrekit.pipeline.scorecard import score
from genrekit.predictor import Predictor

_PROTOCOL_TEXT: Final = "whole tracks as `genrekit predict` answers them; intervals drawn over groups"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found.

    Attributes:
        report: figures over all tracks, ready for JSON.
        unseen: figures over the tracks that share neither file nor group with what the artifact learnt from; None where
            that is the same, is nothing, or is not known.
        seen_files: tracks whose very file the artifact was trained on.
        seen_groups: tracks of groups that it was trained on, those included.
        records_training: whether the artifact tells what it was trained on.
        left_out: why tracks do not count, by path from the music's folder.
    """

    report: Mapping[str, Any]
    unseen: Mapping[str, Any] | None
    seen_files: int
    seen_groups: int
    records_training: bool
    left_out: Mapping[str, str]


@dataclass(slots=True)
class _Answers:
    """Of the tracks that count."""

    proba: list[list[float]] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)
    tracks: list[Listed] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)


def assess(predictor: Predictor, music: Music, jobs: int, watcher: Watcher) -> Assessment:
    """Answer all tracks and compare with their folders.

    Args:
        predictor: of the artifact.
        music: as found; folders may use any known spelling of the artifact's genres.
        jobs: files at once.
        watcher: is told how far it is.

    Raises:
        DatasetError: no track has a genre that the artifact knows, or none can be answered.
    """
    place = {canonical_genre(genre): index for index, genre in enumerate(predictor.genres)}
    known = [track for track in music.tracks if canonical_genre(track.genre) in place]
    left_out = dict(music.left_out)
    for track in music.tracks:
        if canonical_genre(track.genre) not in place:
            left_out[_key(music, track)] = f"{track.genre} is no genre of the artifact"
    answers = _Answers()
    watcher.begin("answering", len(known))
    for track, answer in _answered(predictor, known, jobs):
        watcher.advance(track.path.name)
        if isinstance(answer, str):
            left_out[_key(music, track)] = answer
            continue
        proba, digest = answer
        answers.proba.append(proba)
        answers.truth.append(place[canonical_genre(track.genre)])
        answers.tracks.append(track)
        answers.digests.append(digest)
    if not answers.tracks:
        genres = ", ".join(predictor.genres)
        raise DatasetError(DATASET_INVALID, str(music.root), f"has no track that can be compared; genres are {genres}")
    return _assessment(predictor, answers, left_out)


def _key(music: Music, track: Listed) -> str:
    return track.path.relative_to(music.root).as_posix()


def _answered(
    predictor: Predictor, tracks: Sequence[Listed], jobs: int
) -> Iterator[tuple[Listed, tuple[list[float], str] | str]]:
    """Each track with its probabilities and the hash of its file, or why there are none; in order."""

    def answer(track: Listed) -> tuple[list[float], str] | str:
        try:
            content = track.path.read_bytes()
            prediction = predictor.predict(content)
        except AudioError as error:
            return error.reason
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        return [prediction.proba[genre] for genre in predictor.genres], hashlib.sha256(content).hexdigest()

    with ThreadPoolExecutor(jobs) as pool:
        yield from zip(tracks, pool.map(answer, tracks), strict=True)


def _assessment(predictor: Predictor, answers: _Answers, left_out: Mapping[str, str]) -> Assessment:
    training = _training(predictor)
    files, groups = ({row[column] for row in training or []} for column in ("sha256", "group"))
    same_file = np.array([digest in files for digest in answers.digests])
    seen = same_file | np.array([track.group in groups for track in answers.tracks])
    everything = np.ones(len(seen), bool)
    partly = bool(seen.any() and not seen.all())
    return Assessment(
        report={
            "command": "genrekit evaluate",
            "protocol": _PROTOCOL_TEXT,
            "artifact": predictor.artifact.id,
            **_card(predictor, answers, everything),
        },
        unseen=_card(predictor, answers, ~seen) if partly else None,
        seen_files=int(same_file.sum()),
        seen_groups=int(seen.sum()),
        records_training=training is not None,
        left_out=left_out,
    )


def _card(predictor: Predictor, answers: _Answers, inside: NDArray[np.bool_]) -> dict[str, Any]:
    places = np.flatnonzero(inside).tolist()
    return score(
        np.array([answers.proba[place] for place in places])[None],
        np.array([answers.truth[place] for place in places]),
        [answers.tracks[place].group for place in places],
        predictor.genres,
        predictor.artifact.manifest.unsure_below,
    )


def _training(predictor: Predictor) -> list[dict[str, str]] | None:
    """What the artifact was trained on, if it tells."""
    content = predictor.artifact.files.get(TRAINING_NAME)
    return None if content is None else list(csv.DictReader(content.decode().splitlines()))
