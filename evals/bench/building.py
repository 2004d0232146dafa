"""What ingestion costs beside embedding, and what a re-index costs beside a full build."""

import shutil
from pathlib import Path

import numpy as np

from app.domain.ports import ChunkIndex, Passage, Vector
from evals.bench.embedding import passage_of, seconds
from evals.bench.figure import Figure, median
from evals.bench.workspace import Build, Workspace

_ROUNDS = 3
_EDITED = 10
_ADDED = {
    "ja": "\n\n本記事の内容は2026年11月に確認しました。\n",
    "en": "\n\nThis article was last checked in November 2026.\n",
}


def measure(workspace: Workspace) -> list[Figure]:
    workspace.embedder()  # makes the model, which no build should pay for
    return [*_ingestion(workspace), *_reindex(workspace)]


def _ingestion(workspace: Workspace) -> list[Figure]:
    """Build and bare loop in turns: what else the machine does falls on both. Opening the model counts in neither."""
    embedder = workspace.embedder()
    ratios = []
    for _ in range(_ROUNDS):
        home = workspace.home("full", empty=True)
        build = workspace.ingest(workspace.articles, home)
        passages = _embedded_in(workspace.index(home))
        bare = seconds(lambda: list(embedder.embed_passages(passages)))  # noqa: B023 - called at once
        ratios.append(_total(build) / bare)
    size = f"{build.manifest.documents} documents, {len(passages)} texts; last: {_total(build):.1f} s of {bare:.1f} s"
    stages = ", ".join(f"{name} {value:.2f}" for name, value in build.manifest.seconds.items())
    return [
        Figure("ingestion over a bare embedding loop, median", median(ratios), "x", 1.15, note=size),
        Figure("ingestion, whole process", build.wall_s, "s", note=f"with imports and model; stages: {stages}"),
    ]


def _reindex(workspace: Workspace) -> list[Figure]:
    """Full build, edit, incremental build; then a full build of the edited articles to compare with."""
    home, fresh = workspace.home("edited", empty=True), workspace.home("edited-fresh", empty=True)
    articles = home / "articles"
    shutil.copytree(workspace.articles, articles)
    workspace.ingest(articles, home)
    before = _vectors(workspace.index(home))
    edited = _edit(articles)
    again = workspace.ingest(articles, home)
    after = _vectors(workspace.index(home))
    full = workspace.ingest(articles, fresh)
    expected = _vectors(workspace.index(fresh))

    kept = [chunk for chunk in after if chunk in before]
    changed = [chunk for chunk in after if chunk not in before]
    equal = sum(np.array_equal(after[chunk], before[chunk]) for chunk in kept)
    nearest = min((float(after[chunk] @ expected[chunk]) for chunk in changed), default=1.0)
    return [
        Figure(
            f"re-index after editing {edited} articles, share of the full build",
            100 * _total(again) / _total(full),
            "%",
            20,
            note=f"{_total(again):.2f} s of {_total(full):.2f} s",
        ),
        Figure("unchanged chunks bit-equal", 100 * equal / len(kept), "%", 100, at_least=True, note=f"n = {len(kept)}"),
        Figure("re-embedded chunks, least cosine", nearest, limit=0.99, at_least=True, note=f"n = {len(changed)}"),
    ]


def _total(build: Build) -> float:
    return sum(time for stage, time in build.manifest.seconds.items() if stage != "model")


def _embedded_in(index: ChunkIndex) -> list[Passage]:
    """Everything that went through the model: passages, and the questions of FAQ entries."""
    questions = [Passage("", chunk.question) for chunk in index.chunks if chunk.question]
    return [passage_of(chunk) for chunk in index.chunks] + questions


def _vectors(index: ChunkIndex) -> dict[tuple[str, str], Vector]:
    """By chunk, its vector as the port shows it: its cosines with the unit axes, which are its coordinates."""
    positions = range(len(index.chunks))
    axes = np.eye(index.manifest.dimension, dtype=np.float32)
    rows = np.stack([index.cosines(axis, positions) for axis in axes], axis=1)
    return {(chunk.id, chunk.text): row for chunk, row in zip(index.chunks, rows, strict=True)}


def _edit(articles: Path) -> int:
    """Adds a sentence to the end of some Markdown articles, in their language."""
    current = [
        path for path in sorted(articles.rglob("*.md")) if "superseded_by" not in path.read_text(encoding="utf-8")
    ]
    chosen = [path for path in current if path.name != "README.md"][:: max(1, len(current) // _EDITED)][:_EDITED]
    for path in chosen:
        language = "en" if "en" in path.relative_to(articles).parts else "ja"
        path.write_text(path.read_text(encoding="utf-8").rstrip() + _ADDED[language], encoding="utf-8")
    return len(chosen)
