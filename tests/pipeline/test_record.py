import pytest

from genrekit.errors import ArtifactError
from genrekit.pipeline import record
from genrekit.pipeline.settings import Settings
from tests.pipeline.trained import assembled, evaluated, write_trained


def test_without_the_extra_nothing_is_told_and_that_is_said(tmp_path, monkeypatch):
    layout = write_trained(tmp_path)
    assembled(layout)
    evaluated(layout)
    monkeypatch.setattr(record, "has_tracking", lambda: False)
    assert record.run(layout, Settings()) == 'nothing recorded: the extra "track" is not installed'
    assert not (layout.work / "mlflow.db").exists()


def test_without_an_artifact_there_is_nothing_to_tell(tmp_path):
    with pytest.raises(ArtifactError):
        record.run(write_trained(tmp_path), Settings())
