"""What all pictures share: the ink, the colours, the grid of axes, and how a figure becomes bytes.

Figures are made without the library's global state, so that threads may draw side by side, and come out the same,
byte for byte, wherever the same version of the library draws them. Backgrounds are transparent and the ink is a grey
that stands off white and black alike (4.6 : 1 to both), so that a picture reads on a light page and on a dark one.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK: Final = "#767676"
FAINT: Final = "#76767640"

# Okabe and Ito (2008), told apart with any common colour blindness; the two that vanish on white or black are left out.
PALETTE: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
LEAD: Final = PALETTE[0]
ACCENT: Final = PALETTE[1]

# Even steps of lightness, and no red against green.
HEAT: Final = "cividis"

_POINTS: Final = 9
_PNG_DPI: Final = 144
_PAGE_DPI: Final = 96
_SETTINGS_LOCK: Final = threading.Lock()
_SVG_SETTINGS: Final = {"svg.hashsalt": "genrekit", "svg.fonttype": "none"}


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A drawn figure.

    Attributes:
        figure: of the plotting library.
    """

    figure: Figure

    def png(self) -> bytes:
        """As PNG, 144 dots an inch, transparent."""
        out = io.BytesIO()
        self.figure.savefig(out, format="png", dpi=_PNG_DPI, transparent=True, metadata={"Software": None})
        return out.getvalue()

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """What a notebook shows of it, as large as it was drawn: 96 dots of the page an inch."""
        width, height = self.figure.get_size_inches()
        return self.png(), {"width": round(_PAGE_DPI * width), "height": round(_PAGE_DPI * height)}

    def svg(self) -> str:
        """As an SVG document, transparent, its words kept as text."""
        out = io.StringIO()
        # The two settings can only be given globally; the lock keeps threads from seeing each other's.
        with _SETTINGS_LOCK, mpl.rc_context(_SVG_SETTINGS):  # type: ignore[arg-type]  # keys are known to exist
            self.figure.savefig(
                out, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Format": None}
            )
        return out.getvalue()


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of this size [inches] whose axes find room for their labels."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def finished(figure: Figure) -> Picture:
    """A figure to which nothing is added any more, laid out once: the layout would drift with every drawing."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return Picture(figure)


def new_axes(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure with one pair of axes, in ink."""
    figure = new_figure(width, height)
    axes = figure.add_subplot()
    in_ink(axes)
    return figure, axes


def in_ink(axes: Axes) -> None:
    """Ticks, frame and words in ink; no frame above and to the right."""
    axes.set_facecolor("none")
    axes.tick_params(colors=INK, labelsize=_POINTS)
    for side, spine in axes.spines.items():
        spine.set_color(INK)
        spine.set_visible(side in {"left", "bottom"})
    axes.set_axisbelow(True)


def name_axes(axes: Axes, across: str, up: str) -> None:
    """Names of the axes, with units."""
    axes.set_xlabel(across, color=INK, fontsize=_POINTS)
    axes.set_ylabel(up, color=INK, fontsize=_POINTS)


def give_title(axes: Axes, title: str) -> None:
    """A title, flush left."""
    axes.set_title(title, color=INK, fontsize=_POINTS + 1, loc="left")


def add_legend(axes: Axes) -> None:
    """What is which, without a frame, in ink; where it covers least."""
    axes.legend(frameon=False, labelcolor=INK, fontsize=_POINTS - 1)
