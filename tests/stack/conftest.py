"""The live service, here too."""

from tests.service.conftest import live, small_artifact

__all__ = ["live", "small_artifact"]
