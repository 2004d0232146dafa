"""What every registry of index versions does."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import write_version
from app.adapters.index_memory import MemoryRegistry
from app.adapters.index_registry import FileIndexRegistry
from app.domain.ports import IndexRegistry
from app.errors import NotFound
from tests.builders import NOON, chunk_of, document, embedded

EMBEDDER = HashingEmbedder()
UNKNOWN = "20200101T000000Z-00000000"


@pytest.fixture(params=["files", "memory"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> IndexRegistry:
    """Three versions, one an hour, none promoted."""
    files = FileIndexRegistry(tmp_path, EMBEDDER)
    for hour in range(3):
        article = document(text=f"第{hour}版です。")
        chunks = [embedded(chunk_of(article), EMBEDDER)]
        created = NOON + timedelta(hours=hour)
        write_version(tmp_path, [article], chunks, model=EMBEDDER.fingerprint, created_at=created)
    if request.param == "files":
        return files
    return MemoryRegistry({manifest.version: files.load(manifest.version) for manifest in files.versions()})


def test_versions_come_newest_first(registry: IndexRegistry) -> None:
    created = [manifest.created_at for manifest in registry.versions()]
    assert created == [NOON + timedelta(hours=hour) for hour in (2, 1, 0)]


def test_nothing_is_served_until_something_is_promoted(registry: IndexRegistry) -> None:
    assert registry.current() is None


def test_the_promoted_version_is_served_and_an_older_one_can_be_again(registry: IndexRegistry) -> None:
    newest, *_, oldest = [manifest.version for manifest in registry.versions()]
    registry.promote(newest)
    assert registry.current() == newest
    registry.promote(oldest)
    assert registry.current() == oldest


def test_a_version_is_loaded_as_it_was_written(registry: IndexRegistry) -> None:
    for hour, manifest in zip((2, 1, 0), registry.versions(), strict=True):
        index = registry.load(manifest.version)
        assert index.manifest == manifest
        assert [chunk.text for chunk in index.chunks] == [f"第{hour}版です。"]


@pytest.mark.parametrize("version", [UNKNOWN, "", "..", "../../etc", "current", "20200101T000000Z-0000000g"])
def test_an_unknown_version_is_not_found(registry: IndexRegistry, version: str) -> None:
    with pytest.raises(NotFound):
        registry.promote(version)
    with pytest.raises(NotFound):
        registry.load(version)
    assert registry.current() is None
