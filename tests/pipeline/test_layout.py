from pathlib import Path

from genrekit.artifact import SHIPPED
from genrekit.pipeline.layout import BACKBONE, NOTICE, Layout


def test_all_that_is_written_lies_below_one_folder():
    layout = Layout(Path("there"))
    written = [
        *(layout.data, layout.features, layout.member("forest"), layout.progress("forest"), layout.out_of_fold),
        layout.artifact,
    ]
    assert all(path.is_relative_to("there") for path in written)
    assert len(set(written)) == len(written)


def test_no_path_that_a_training_writes_lies_inside_another():
    layout = Layout()
    written = [layout.data, layout.features, layout.member("a"), layout.progress("a"), layout.artifact]
    assert not any(one.is_relative_to(other) for one in written for other in written if one != other)


def test_the_backbone_that_ships_is_the_one_trained_on():
    assert Layout().backbone == SHIPPED
    assert all((SHIPPED / name).is_file() for name in (BACKBONE, NOTICE))
