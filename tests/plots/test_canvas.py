import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from genrekit.plots import canvas
from tests.plots.looking import BASELINES, TOLERANCE, difference, on_paper, pixels, words


def draw_line(end=1.0, colour=canvas.LEAD, title="Title"):
    figure, axes = canvas.new_axes(3, 2)
    axes.plot([0, 1], [0, end], color=colour, label="line")
    axes.set_ylim(0, 1)
    canvas.name_axes(axes, "time [s]", "level [dB]")
    canvas.give_title(axes, title)
    canvas.add_legend(axes)
    return canvas.finished(figure)


def contrast(first, second):
    """Contrast ratio of two colours as the Web Content Accessibility Guidelines define it."""

    def luminance(colour):
        channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", ["#ffffff", "#0b0f19"])
def test_the_ink_stands_off_a_light_page_and_a_dark_one(page):
    assert contrast(canvas.INK, page) > 4


@pytest.mark.parametrize("page", ["#ffffff", "#0b0f19"])
@pytest.mark.parametrize("colour", canvas.PALETTE)
def test_every_colour_stands_off_both(colour, page):
    assert contrast(colour, page) > 2


def test_words_are_text_and_the_page_shines_through():
    picture = draw_line()
    assert {"time [s]", "level [dB]", "Title", "line"} <= set(words(picture))
    assert pixels(picture)[0, 0, 3] == 0


def test_the_same_figure_is_the_same_bytes_in_any_order():
    first, second = draw_line(), draw_line()
    png = first.png()
    assert (second.svg(), second.png()) == (first.svg(), png)
    assert first.png() == png


def test_a_notebook_shows_it_as_large_as_it_was_drawn():
    picture = draw_line()
    assert picture._repr_png_() == (picture.png(), {"width": 288, "height": 192})


def test_threads_draw_side_by_side():
    expected, drawn = draw_line().svg(), []
    threads = [threading.Thread(target=lambda: drawn.append(draw_line().svg())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [expected] * 4


def test_without_the_library_the_extra_is_named():
    code = "import sys; sys.modules['matplotlib'] = None\nimport genrekit.plots"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'pip install "genrekit[plots]"' in done.stderr


@pytest.mark.parametrize("change", [{"end": 0.8}, {"colour": canvas.ACCENT}, {"title": ""}], ids=str)
def test_a_picture_that_has_changed_is_beyond_what_baselines_allow(change):
    assert difference(on_paper(draw_line()), on_paper(draw_line(**change))) > TOLERANCE


def test_a_picture_drawn_a_pixel_and_a_half_away_is_not():
    seen = on_paper(draw_line())
    moved = (np.roll(seen, 1, axis=0) + np.roll(seen, 2, axis=0)) / 2
    assert difference(seen, moved) < TOLERANCE


def test_baselines_are_small_and_each_kind_has_one():
    kinds = {path.stem for path in Path(canvas.__file__).parent.glob("*.py")} - {"__init__", "canvas"}
    assert {path.stem for path in BASELINES.glob("*.png")} == kinds
    assert max(path.stat().st_size for path in BASELINES.glob("*.png")) <= 40_000
