"""Why: the sound itself, which seconds decided, what each member voted, where the features lie."""

from __future__ import annotations

from base64 import b64encode
from bisect import bisect
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

import clipfeat
from genrekit.artifact import FeatureSummary
from genrekit.genres import display_genre
from genrekit.plots import mel, waveform
from genrekit.plots.canvas import Picture
from genrekit.values import Prediction, Waveform
from genrekit.webapp.asking import Inside, Vote
from genrekit.webapp.occlusion import supports
from genrekit.webapp.texts import FEATURES_NOTE, NO_INSIDE, OCCLUSION_NOTE, percent
from genrekit.webapp.timeline import support_chart

_CONFIG: Final = clipfeat.FeatureConfig()
_MOST_UNUSUAL: Final = 6
# A picture of a six-hour set would take longer than its answer; its first minutes show how it sounds.
_PICTURED_SECONDS: Final = 600.0


def evidence(prediction: Prediction, sound: Waveform, inside: Inside) -> str:
    """All sections, as HTML."""
    genre = display_genre(prediction.genre)
    sections = [
        ("Which seconds spoke for it", _decisive(prediction, genre)),
        ("Waveform and spectrogram", _pictures(sound)),
    ]
    if inside.votes:
        sections.append(("What each member voted", votes(inside.votes)))
    if inside.features and inside.summary:
        sections.append(("Its features among the training tracks", features(inside.features, inside.summary)))
    body = "".join(f"<section><h2>{title}</h2>{content}</section>" for title, content in sections)
    return body if inside.votes else f"{body}<p>{escape(NO_INSIDE)}</p>"


def votes(given: Sequence[Vote]) -> str:
    """A row for each member: its weight and its three likeliest genres."""
    rows = "".join(
        f'<tr><th scope="row">{escape(vote.member)}</th><td>{_weight(vote.weight)}</td>'
        f"<td>{_best(vote.proba)}</td></tr>"
        for vote in given
    )
    head = '<tr><th scope="col">Member</th><th scope="col">Weight</th><th scope="col">Its vote</th></tr>'
    return f'<table class="gk-table"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def features(values: Mapping[str, float], summary: FeatureSummary) -> str:
    """The most unusual features in sight, all of them one click away."""
    deciles = dict(zip(summary.names, summary.quantiles, strict=True))
    known = [name for name in values if name in deciles]
    ranked = sorted(known, key=lambda name: -_unusual(values[name], deciles[name]))
    rows = {name: _feature(name, values[name], deciles[name]) for name in known}
    first = "".join(rows[name] for name in ranked[:_MOST_UNUSUAL])
    everything = "".join(rows.values())
    return (
        f'<p>{escape(FEATURES_NOTE)}</p><ul class="gk-features" aria-label="The most unusual">{first}</ul>'
        f'<details><summary>All {len(rows)} features</summary><ul class="gk-features">{everything}</ul></details>'
    )


def place(value: float, deciles: Sequence[float]) -> str:
    """Where a value lies among the training tracks, in words."""
    rank = bisect(deciles, value)
    if rank == 0:
        return "lower than 9 in 10"
    if rank == len(deciles):
        return "higher than 9 in 10"
    return f"higher than {rank} in 10"


def _decisive(prediction: Prediction, genre: str) -> str:
    note = escape(OCCLUSION_NOTE.format(genre=genre))
    return f"<p>{note}</p>{support_chart(supports(prediction), prediction.genre)}"


def _pictures(sound: Waveform) -> str:
    samples = sound.samples[: int(_PICTURED_SECONDS * sound.sample_rate)]
    wave = waveform.draw(samples, sound.sample_rate)
    resampled = clipfeat.resample(samples, sound.sample_rate, _CONFIG.sample_rate)
    spectrogram = mel.draw(clipfeat.extract_logmel(resampled, _CONFIG), _CONFIG)
    cut = len(samples) < len(sound.samples)
    note = f"<p>The first {_PICTURED_SECONDS / 60:.0f} minutes.</p>" if cut else ""
    return note + image(wave, "Waveform: amplitude over time") + image(spectrogram, "Mel spectrogram: level over time")


def image(picture: Picture, description: str) -> str:
    """A picture inside the page: nothing is fetched for it."""
    encoded = b64encode(picture.png()).decode()
    return f'<img class="gk-picture" alt="{escape(description)}" src="data:image/png;base64,{encoded}">'


def wide_image(picture: Picture, description: str) -> str:
    """A picture with small parts: where there is no room for it, it keeps its size and is moved sideways."""
    name = escape(f"{description}; wide picture")
    return f'<div class="gk-wide" tabindex="0" role="group" aria-label="{name}">{image(picture, description)}</div>'


def _weight(weight: float) -> str:
    return f"{weight:g}" if weight else "none: shown for comparison"


def _best(proba: Mapping[str, float]) -> str:
    ranked = sorted(proba.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{escape(display_genre(genre))} {percent(value)}" for genre, value in ranked)


def _unusual(value: float, deciles: Sequence[float]) -> float:
    """Distance from the median in units of the range that holds eight tenths of the training tracks."""
    spread = deciles[-1] - deciles[0]
    return abs(value - deciles[len(deciles) // 2]) / spread if spread > 0 else 0.0


def _feature(name: str, value: float, deciles: Sequence[float]) -> str:
    low, middle, high = deciles[0], deciles[len(deciles) // 2], deciles[-1]
    reach = max(abs(value - middle), high - middle, middle - low) or 1.0
    # The median stands in the middle; everything that is drawn lies within.
    at = {key: 50 + 46 * (x - middle) / reach for key, x in {"low": low, "high": high, "value": value}.items()}
    words = place(value, deciles)
    return (
        f'<li><span class="gk-name">{escape(name.replace("_", " "))}</span>'
        f'<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<line class="gk-axis" x1="{at["low"]:.1f}" x2="{at["high"]:.1f}" y1="6" y2="6"/>'
        f'<line class="gk-axis" x1="50" x2="50" y1="2" y2="10"/>'
        f'<ellipse class="gk-dot" cx="{at["value"]:.1f}" cy="6" rx="1.2" ry="4"/></svg>'
        f'<span class="gk-number">{value:.4g}, {words}</span></li>'
    )
