"""What tests of the page share."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _page_leaves_no_sockets() -> Iterator[None]:
    """The page's library leaves the sockets of event loops to the collector; they are collected where it is known."""
    yield
    if "gradio" in sys.modules:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
