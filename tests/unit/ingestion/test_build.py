"""From a folder to the version that is served, with the hashing embedder."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from app.adapters.clock import SystemClock
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.embedding_cache import EmbeddingCache
from app.adapters.index_registry import FileIndexRegistry
from app.domain.ports import Passage, PassageVectors
from app.errors import KnowledgeError
from ingestion.build import BuildReport, build
from ingestion.report import as_json, print_report
from ingestion.sources import FolderSource


class CountingEmbedder(HashingEmbedder):
    """Records what it was asked to embed, and stops like a killed build after `fails_after` passages."""

    def __init__(self, fails_after: int | None = None) -> None:
        super().__init__()
        self.embedded: list[str] = []
        self._fails_after = fails_after

    def embed_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, PassageVectors]]:
        # Backwards: an embedder may yield in any order.
        for position, vectors in reversed(list(super().embed_passages(passages))):
            if self._fails_after is not None and len(self.embedded) >= self._fails_after:
                raise KeyboardInterrupt
            self.embedded.append(passages[position].text)
            yield position, vectors


class House:
    """A source folder, and a home to build in."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "kb"
        self.index_dir = folder / "home/index"
        self._cache_dir = folder / "home/cache"
        self.progress: list[tuple[int, int]] = []

    def write(self, name: str, text: str) -> None:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self, embedder: CountingEmbedder | None = None, strict: bool = False) -> BuildReport:
        with EmbeddingCache(self._cache_dir) as cache:
            return build(
                FolderSource(self.source),
                open_embedder=lambda: embedder or CountingEmbedder(),
                cache=cache,
                index_dir=self.index_dir,
                clock=SystemClock(),
                advance=lambda done, total: self.progress.append((done, total)),
                strict=strict,
            )

    @property
    def registry(self) -> FileIndexRegistry:
        return FileIndexRegistry(self.index_dir, CountingEmbedder())


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.write("a.md", "# 返品\n\n14日以内です。\n\n## 送料\n\nお客様のご負担です。")
    house.write("faq.csv", "question,answer\n送料は?,無料です。\n")
    return house


def test_a_build_is_served_and_holds_what_was_read(house: House) -> None:
    report = house.build()
    assert report.manifest is not None
    assert house.registry.current() == report.manifest.version
    index = house.registry.load(report.manifest.version)
    assert [(chunk.document_id, chunk.text) for chunk in index.chunks][:2] == [
        ("a", "14日以内です。"),
        ("a", "お客様のご負担です。"),
    ]
    assert (report.manifest.documents, report.manifest.chunks) == (2, 3)
    assert (report.embedded, report.reused) == (4, 0)  # three chunks and a question
    assert house.progress[-1] == (4, 4)
    assert set(report.manifest.seconds) == {"read", "chunk", "scan", "model", "embed", "write"}


def test_only_what_changed_is_embedded_again_and_the_rest_is_bit_equal(house: House) -> None:
    first = house.build().manifest
    house.write("a.md", "# 返品\n\n20日以内です。\n\n## 送料\n\nお客様のご負担です。")
    embedder = CountingEmbedder()
    report = house.build(embedder)
    second = report.manifest
    assert embedder.embedded == ["20日以内です。"]
    assert (report.embedded, report.reused) == (1, 3)
    assert first is not None
    assert second is not None
    before, after = house.registry.load(first.version), house.registry.load(second.version)
    query = np.array(embedder.embed_query("送料"), dtype=np.float32)
    for position in (1, 2):
        assert np.array_equal(before.sentence_vectors(position), after.sentence_vectors(position))
    assert np.array_equal(before.cosines(query, [1, 2]), after.cosines(query, [1, 2]))


def test_an_interrupted_build_goes_on_where_it_was(house: House) -> None:
    house.write("long.md", "\n".join(f"## 見出し{n}\n\n本文{n}です。\n" for n in range(60)))
    with pytest.raises(KeyboardInterrupt):
        house.build(CountingEmbedder(fails_after=50))
    assert house.registry.current() is None
    embedder = CountingEmbedder()
    assert house.build(embedder).reused >= 32
    assert len(embedder.embedded) <= 32


def test_two_articles_with_the_same_passage_embed_it_once(house: House) -> None:
    house.write("b.md", "# 返品\n\n14日以内です。")
    embedder = CountingEmbedder()
    house.build(embedder)
    assert embedder.embedded.count("14日以内です。") == 1


def test_superseded_articles_are_kept_and_not_searched(house: House) -> None:
    house.write("old.md", "---\nsuperseded_by: a\n---\n8日以内です。")
    manifest = house.build().manifest
    assert manifest is not None
    index = house.registry.load(manifest.version)
    assert index.document("old") is not None
    assert "old" not in {chunk.document_id for chunk in index.chunks}


def test_a_source_without_articles_leaves_the_old_index(house: House) -> None:
    house.build()
    served = house.registry.current()
    for path in house.source.iterdir():
        path.unlink()
    with pytest.raises(KnowledgeError):
        house.build()
    house.write("old.md", "")
    with pytest.raises(KnowledgeError):
        house.build()
    assert house.registry.current() == served


def test_strict_builds_nothing_when_something_is_skipped(house: House) -> None:
    house.write("bad.md", "---\naudience: staff\n---\n本文")
    assert house.build(strict=True).manifest is None
    assert house.registry.current() is None
    report = house.build()
    assert report.manifest is not None
    assert report.manifest.skipped == report.skipped != ()


def test_the_report_tells_what_was_skipped_and_why(house: House) -> None:
    house.write("bad[1].md", "---\naudience: staff\n---\n本文")
    report = house.build()
    console = Console(width=120, record=True, file=None, quiet=False)
    with console.capture() as captured:
        print_report(report, console)
    shown = captured.get()
    assert "bad[1].md" in shown
    assert "audience must be public or agent" in shown
    assert "Documents" in shown
    data = json.loads(json.dumps(as_json(report)))
    assert data["documents"] == 2
    assert data["skipped"][0]["line"] == 2


def test_the_report_of_a_refusal_says_that_nothing_changed(house: House) -> None:
    house.write("bad.md", "")
    report = house.build(strict=True)
    console = Console(width=120)
    with console.capture() as captured:
        print_report(report, console)
    assert "The index is as it was" in captured.get()
    assert as_json(report)["version"] is None
