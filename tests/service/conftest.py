"""What the tests of the service share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from genrekit.artifact import write_artifact
from genrekit.genres import GTZAN_GENRES
from genrekit.service.settings import ServiceSettings
from tests.making import encode, linear_member, make_music, tiny_manifest
from tests.service.live import HeldPool, Live


@pytest.fixture(scope="session")
def small_artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artifact") / "small"
    write_artifact(folder, tiny_manifest(), {"linear.onnx": linear_member(57, len(GTZAN_GENRES))})
    return folder


@pytest.fixture(scope="session")
def live(small_artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The whole service with one real worker, shared by the tests that leave it as they found it."""
    settings = ServiceSettings(artifact=small_artifact, workers=1, queue=4, max_seconds=60.0, stall_seconds=3.0)
    with Live(settings, tmp_path_factory.mktemp("state")) as service:
        yield service


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Live, HeldPool]]:
    """The service around a pool that waits for a signal."""
    pool = HeldPool()

    async def make(_: Path | None) -> HeldPool:
        return pool

    with Live(ServiceSettings(workers=1, queue=2), tmp_path / "state", make_pool=make) as service:
        yield service, pool
        service.run(_set(pool))


async def _set(pool: HeldPool) -> None:
    pool.signal.set()


@pytest.fixture(scope="session")
def wav(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Three seconds of sound in a wav file."""
    return encode(tmp_path_factory.mktemp("sound") / "song.wav", make_music(3.0), 22_050).read_bytes()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The service is operated on POSIX systems: signals, limits of a process, the child watcher of a thread."""
    for item in items:
        if os.name != "posix" and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="the service is operated on POSIX systems"))
