from __future__ import annotations

from pathlib import Path

import pytest

gr = pytest.importorskip("gradio", reason="the extra webapp is not installed: no page")

from genrekit.webapp import classify
from tests.webapp.showing import asking_for, made_prediction

ASKING = asking_for(made_prediction())


def test_there_is_a_button_for_each_example_and_everything_has_a_name() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        classify.build(ASKING, {"jazz": Path("jazz.ogg"), "rock": Path("rock.ogg")})
    blocks = list(page.blocks.values())
    assert {"jazz", "rock", "Cancel"} <= {block.value for block in blocks if isinstance(block, gr.Button)}
    assert all(block.label for block in blocks if isinstance(block, gr.File | gr.Audio | gr.Radio))


def test_sound_is_handed_over_as_it_came() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        classify.build(ASKING, {})
    [record] = [block for block in page.blocks.values() if isinstance(block, gr.Audio)]
    # A format would have the page's library convert it, which needs programs that may not be there.
    assert (record.type, record.format) == ("filepath", None)


def test_several_files_can_be_looked_at_one_by_one(song: Path) -> None:
    *_, last = classify._uploaded(ASKING, [str(song), str(song)])
    picker, rows = last[2], last[5]
    assert (picker["visible"], len(picker["choices"])) == (True, 2)
    *_, (answer, why) = classify._look_at(ASKING, "1", rows)
    assert "song.wav" in answer
    assert "data:image/png" in why


def test_a_recording_is_called_one(song: Path) -> None:
    *_, last = classify._recorded(ASKING, str(song))
    assert "recording" in last[4]
    assert list(classify._recorded(ASKING, None)) == []
