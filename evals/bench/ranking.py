"""What each side of the retrieval finds, and whether the mix of both is ever worse than the better one."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.answering.retrieve import Retriever
from app.domain.evaluation import Pair, difference, estimate
from app.domain.ports import ChunkIndex
from evals.bench.datasets import Question, sample_questions
from evals.bench.figure import Figure
from evals.bench.workspace import Workspace
from evals.public import RETRIEVAL, articles_of
from evals.samples import Dataset
from evals.scorers.retrieval import score_ranking
from evals.tasks.retrieval import SIDES, Query, RetrievalTask, Side, open_retrieval

_SHOWN = {"success_at_1": "S@1", "success_at_5": "S@5", "mrr_at_10": "MRR@10"}
_REPORTED = "mrr_at_10"
_ALONE: tuple[Side, ...] = ("dense", "lexical")

Scores = dict[str, list[Pair]]  # measure -> one pair for each question


def measure(workspace: Workspace, data: Path | None) -> list[Figure]:
    return [figure for task in _tasks(workspace, data) for figure in _figures(task)]


def _tasks(workspace: Workspace, data: Path | None) -> Iterator[RetrievalTask]:
    """The sample by language, and the sets of public data where there is a folder of it."""
    index = workspace.index(workspace.built("sample", workspace.articles))
    for lang in ("ja", "en"):
        asked = tuple(_query(question, index) for question in sample_questions() if question.lang == lang)
        judged = tuple(query for query in asked if query.relevant)
        yield RetrievalTask(Dataset(f"sample, {lang}", judged, {}), Retriever(index, workspace.embedder()), {})
    home = workspace.home("public")
    for folder in (write(data, home / "sets") for write in RETRIEVAL.values()) if data else ():
        with open_retrieval(workspace.settings(home), folder, articles_of(folder)) as task:
            yield task


def _query(question: Question, index: ChunkIndex) -> Query:
    """A translation counts as its original, which says the same."""
    same = {_original(index, name) for name in question.documents}
    relevant = {chunk.document_id: 1 for chunk in index.chunks if _original(index, chunk.document_id) in same}
    return Query(_id=question.id, text=question.text, lang=question.lang, relevant=relevant)


def _original(index: ChunkIndex, name: str) -> str:
    article = index.document(name)
    return article.translation_of or name if article else name


def _figures(task: RetrievalTask) -> list[Figure]:
    name, clusters = task.dataset.name, [query.cluster for query in task.dataset.samples]
    scores = {side: _scores(task.on(side)) for side in SIDES}
    figures = [_reported(f"{name}: {side}", scores[side], clusters) for side in SIDES]
    return [*figures, _compared(name, scores, clusters)]


def _scores(task: RetrievalTask) -> Scores:
    queries = task.dataset.samples
    ranking = {query.id: [name for name, _ in task.ranking(query)] for query in queries}
    found = score_ranking({query.id: query.relevant for query in queries}, ranking)
    return {measure: [(value, 1.0) for value in found[measure]] for measure in _SHOWN}


def _reported(what: str, scores: Scores, clusters: list[str]) -> Figure:
    found = {measure: each for measure in _SHOWN if (each := estimate(scores[measure], clusters=clusters))}
    texts = (f"{_SHOWN[name]} {each.value:.3f} [{each.low:.3f}, {each.high:.3f}]" for name, each in found.items())
    reported = found[_REPORTED]
    return Figure(f"{what}, MRR@10", reported.value, note=f"{', '.join(texts)}, n = {reported.n}")


def _compared(name: str, scores: dict[Side, Scores], clusters: list[str]) -> Figure:
    """The mix may be lower than the better side only by chance: every interval of the difference must reach 0."""
    highs, texts = [], []
    for measure, short in _SHOWN.items():
        better = max(_ALONE, key=lambda side: np.sum(scores[side][measure]))
        found = difference(scores["hybrid"][measure], scores[better][measure], clusters=clusters)
        if found:
            highs.append(found.high)
            interval = f"[{found.low:+.3f}, {found.high:+.3f}] p {found.p:.3f}"
            texts.append(f"{short} {found.value:+.3f} {interval} on {better}")
    what = f"{name}: hybrid less the better side, least upper end"
    return Figure(what, min(highs), limit=0.0, at_least=True, note="; ".join(texts))
