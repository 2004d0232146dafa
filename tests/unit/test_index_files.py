"""Index versions on disk: written whole or not at all, and never served when something in them is wrong."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import EmbeddedChunk, write_version
from app.adapters.index_registry import FileIndexRegistry
from app.domain.knowledge import Audience, Manifest, Skipped
from app.errors import DamagedIndex, ModelMismatch, NotFound
from tests.builders import NOON, chunk_of, document, embedded

EMBEDDER = HashingEmbedder()
ARTICLES = [document(), document("limits", "担当者は30,000円まで返金できます。", audience=Audience.AGENT)]


def written(directory: Path, model: str = EMBEDDER.fingerprint) -> Manifest:
    chunks = [embedded(chunk_of(article), EMBEDDER) for article in ARTICLES]
    skipped = [Skipped("壊れた.md", 3, "bad front matter")]
    return write_version(
        directory, ARTICLES, chunks, model=model, created_at=NOON, skipped=skipped, seconds={"embed": 1.5}
    )


def registry(directory: Path) -> FileIndexRegistry:
    return FileIndexRegistry(directory, EMBEDDER)


def test_the_manifest_tells_what_is_in_it(tmp_path: Path) -> None:
    manifest = written(tmp_path)
    assert manifest.version.startswith("20261120T030000Z-")
    assert (manifest.documents, manifest.chunks, manifest.dimension) == (2, 2, 64)
    assert manifest.skipped == (Skipped("壊れた.md", 3, "bad front matter"),)
    assert set(manifest.seconds) == {"embed", "write"}
    on_disk = {
        path.relative_to(tmp_path / manifest.version).as_posix() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert on_disk == {*manifest.files, "manifest.json"}


def test_the_same_content_has_the_same_version(tmp_path: Path) -> None:
    assert written(tmp_path / "a").version == written(tmp_path / "b").version
    assert written(tmp_path / "a").version == written(tmp_path / "b").version  # and may be written again


def test_nothing_on_the_disk_is_a_pickle(tmp_path: Path) -> None:
    written(tmp_path)
    for path in tmp_path.rglob("*"):
        assert path.suffix in {"", ".jsonl", ".json", ".npy", ".faiss"}, path
        assert path.is_dir() or not path.read_bytes().startswith(b"\x80"), path


@pytest.mark.parametrize(
    "name",
    sorted(
        [
            "chunks.jsonl",
            "documents.jsonl",
            "sentences.npy",
            "vectors.faiss",
            "rows.npy",
            "tokens.npy",
            "token_counts.npy",
        ]
    ),
)
@pytest.mark.parametrize("harm", ["altered", "cut off", "missing"])
def test_a_damaged_version_is_refused_with_what_to_do(tmp_path: Path, name: str, harm: str) -> None:
    manifest = written(tmp_path)
    path = tmp_path / manifest.version / name
    content = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if harm == "altered" else content[:-1])
    for attempt in (registry(tmp_path).load, registry(tmp_path).promote, registry(tmp_path).verify):
        with pytest.raises(DamagedIndex, match=rf"{name} (was altered|is missing).*kotae index rollback.*make index"):
            attempt(manifest.version)
    assert registry(tmp_path).current() is None


@pytest.mark.parametrize("content", ["", "{}", "not json", '{"version": 1}'])
def test_a_version_without_a_readable_manifest_is_refused_and_not_listed(tmp_path: Path, content: str) -> None:
    manifest = written(tmp_path)
    (tmp_path / manifest.version / "manifest.json").write_text(content)
    with pytest.raises(DamagedIndex, match=r"manifest\.json is missing or unreadable"):
        registry(tmp_path).load(manifest.version)
    assert registry(tmp_path).versions() == []


def test_a_version_of_another_format_is_refused(tmp_path: Path) -> None:
    manifest = written(tmp_path)
    path = tmp_path / manifest.version / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(DamagedIndex, match="its format is 99"):
        registry(tmp_path).load(manifest.version)


def test_an_index_of_another_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    manifest = written(tmp_path, model="another-model")
    with pytest.raises(ModelMismatch, match=r"another-model.*hashing-64.*kotae ingest"):
        registry(tmp_path).load(manifest.version)


def test_a_build_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    def chunks() -> Iterator[EmbeddedChunk]:
        yield embedded(chunk_of(ARTICLES[0]), EMBEDDER)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_version(tmp_path, ARTICLES, chunks(), model="m", created_at=NOON)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_build_left_is_removed_a_day_later(tmp_path: Path) -> None:
    abandoned, running = tmp_path / ".unfinished-a", tmp_path / ".unfinished-b"
    for folder in (abandoned, running):
        folder.mkdir()
    os.utime(abandoned, (0, 0))
    manifest = written(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {running.name, manifest.version}


def test_an_article_of_a_version_is_read_without_its_vectors(tmp_path: Path) -> None:
    version = written(tmp_path).version
    (tmp_path / version / "vectors.faiss").unlink()
    assert registry(tmp_path).read_document(version, "limits") == ARTICLES[1]
    assert registry(tmp_path).read_document(version, "nowhere") is None
    with pytest.raises(NotFound):
        registry(tmp_path).read_document("../" + version, "limits")


def test_articles_that_cannot_be_read_are_damage(tmp_path: Path) -> None:
    version = written(tmp_path).version
    (tmp_path / version / "documents.jsonl").write_text("{}\n")
    with pytest.raises(DamagedIndex, match=r"documents\.jsonl"):
        registry(tmp_path).read_document(version, "limits")


def test_the_pointer_is_one_readable_line(tmp_path: Path) -> None:
    version = written(tmp_path).version
    registry(tmp_path).promote(version)
    assert (tmp_path / "current").read_text() == f"{version}\n"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["current"]
