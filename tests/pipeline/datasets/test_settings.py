import msgspec
import pytest

from genrekit.pipeline.datasets.settings import FoldParams, PrepareParams, SynthParams


def test_an_unknown_kind_of_data_set_is_refused():
    with pytest.raises(msgspec.ValidationError, match="kind"):
        msgspec.convert({"kind": "tape"}, PrepareParams)


@pytest.mark.parametrize(
    ("section", "values"),
    [(FoldParams, {"folds": 1}), (FoldParams, {"shuffles": 0}), (SynthParams, {"genres": ["one"]})],
)
def test_what_could_not_be_learnt_from_is_refused(section, values):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(values, section)
