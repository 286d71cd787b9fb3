"""What tests of the page share."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The page's library leaves the sockets of event loops to the collector; that is no fault of these tests."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"))


@pytest.fixture(autouse=True)
def _page_leaves_no_sockets() -> Iterator[None]:
    """They are collected where they are known, not in the midst of some other test."""
    yield
    if "gradio" in sys.modules:
        gc.collect()
