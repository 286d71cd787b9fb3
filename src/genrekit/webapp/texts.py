"""The words of the page, and how errors are put to people."""

from __future__ import annotations

from html import escape
from typing import Final

from genrekit.errors import GenrekitError
from genrekit.genres import display_genre

TITLE: Final = "genrekit: the genre of recorded music"
LEAD: Final = "Drop music, record some, or try an example. The answer comes with probabilities that mean what they say."
UNSURE: Final = "unsure"
UNSURE_MEANS: Final = "No genre is probable enough to be named; the likeliest is {genre}, with {percent}."
EXAMPLES: Final = "Examples, written and rendered for this page:"
NO_INSIDE: Final = (
    "The service tells its answer, not its members' votes or features; run the app without it to see them."
)
FEATURES_NOTE: Final = (
    "Where the track lies among the training tracks of all genres. Line: from the lowest tenth to the highest tenth; "
    "bar: the median; dot: this track."
)
OCCLUSION_NOTE: Final = (
    "How the probability of {genre} would fall, or rise, without each stretch. Bars above the line spoke for it, bars "
    "below spoke against it."
)
NOT_PLAYED: Final = "This browser cannot play this format. The answer does not depend on that."
NOTHING_TO_REVIEW: Final = (
    "There is nothing to review yet. Scan a library first, with `genrekit scan FOLDER`; its least certain answers "
    "appear here."
)
REVIEW_CLOSED: Final = (
    "Reviewing reads files of a library on this computer. It is offered where the app listens to this computer only, "
    "or where a library is named with --library."
)
REVIEW_LEAD: Final = (
    "The least certain answers of the scanned library, one at a time. Keys: A accepts, 1 to 0 name another genre, "
    "S skips, U takes the last one back, the space bar plays."
)
CITATION: Final = "genrekit (version {version}, artifact {artifact}): the genre of recorded music. MIT licence."


def percent(proba: float) -> str:
    """A probability as people read it; never a certainty that it is not."""
    if 0 < proba < 0.005:
        return "under 1 %"
    if 0.995 <= proba < 1:
        return "over 99 %"
    return f"{100 * proba:.0f} %"


def clock(seconds: float) -> str:
    """Minutes and seconds, as players show them: 75 s is ``1:15``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def verdict(genre: str, *, unsure: bool) -> str:
    """The answer in one or two words."""
    return UNSURE if unsure else display_genre(genre)


def sentence(name: str, error: GenrekitError) -> str:
    """What went wrong with a file, under the name that the user gave it."""
    subject = name if error.kind.code.startswith("GK1") else error.subject
    return f"{subject}: {error.reason}."


def error_box(name: str, error: GenrekitError) -> str:
    """The same with what to do about it, as HTML that is read out at once."""
    return (
        f'<div class="gk-error" role="alert"><strong>{escape(sentence(name, error))}</strong> '
        f"{escape(error.kind.hint)} <code>{error.kind.code}</code></div>"
    )
