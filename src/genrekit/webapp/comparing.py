"""Two answers side by side, and what lies between them."""

from __future__ import annotations

from html import escape

from genrekit.errors import GenrekitError
from genrekit.genres import display_genre
from genrekit.values import Prediction
from genrekit.webapp.answers import file_address
from genrekit.webapp.bars import bars, headline
from genrekit.webapp.results import Answered
from genrekit.webapp.texts import error_box
from genrekit.webapp.timeline import player


def side_by_side(left: Answered, right: Answered) -> str:
    """Both answers as HTML, the difference first."""
    sides = "".join(_side(row) for row in (left, right))
    return f'{_difference(left.result, right.result)}<div class="gk-two">{sides}</div>'


def difference(left: Prediction, right: Prediction) -> str:
    """In a sentence: whether both say the same, and whose probability moves most."""
    same = left.genre == right.genre
    verdict = "Both say the same genre" if same else "The genre changes"
    moves = {genre: right.proba.get(genre, 0.0) - value for genre, value in left.proba.items()}
    genre = max(moves, key=lambda name: abs(moves[name]))
    return f"{verdict}; the largest move: {display_genre(genre)} {100 * moves[genre]:+.0f} percentage points."


def _difference(left: Prediction | GenrekitError, right: Prediction | GenrekitError) -> str:
    if isinstance(left, Prediction) and isinstance(right, Prediction):
        return f'<p class="gk-difference">{escape(difference(left, right))}</p>'
    return ""


def _side(row: Answered) -> str:
    if not isinstance(row.result, Prediction):
        return f"<section>{error_box(row.name, row.result)}</section>"
    chart = bars(row.result.proba, f"Probability of each genre for {row.name}")
    sound = f'<div class="gk-sound">{player(file_address(row.path))}</div>'
    return f'<section aria-label="{escape(row.name)}">{headline(row.name, row.result)}{chart}{sound}</section>'
