"""What each side of the retrieval finds, and whether the mix of both is ever worse than the better one."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.answering.retrieve import Retriever
from app.domain.evaluation import mean, paired_difference
from app.domain.knowledge import Audience
from app.domain.outcome import Language
from app.domain.ports import ChunkIndex, Embedder
from app.domain.text import detect_language
from evals.bench.datasets import Question, sample_questions, titled_articles
from evals.bench.figure import Figure
from evals.bench.workspace import Workspace
from evals.scorers.retrieval import score_ranking

_CHUNKS = 50
_DOCUMENTS = 10
_SHOWN = {"success_at_1": "S@1", "recall_at_5": "R@5", "mrr_at_10": "MRR@10"}
_COMPARED = "mrr_at_10"

Rankings = dict[str, dict[str, list[str]]]


def measure(workspace: Workspace, data: Path | None) -> list[Figure]:
    embedder = workspace.embedder()
    home = workspace.built("sample", workspace.articles)
    figures = []
    index = workspace.index(home)
    for lang in ("ja", "en"):
        asked = [question for question in sample_questions() if question.documents and question.lang == lang]
        figures += _figures(f"sample, {lang}", asked, index, embedder)
    for name, sources in _public(data).items():
        home = workspace.home(name)
        articles = home / "articles"
        questions = titled_articles(sources, articles)
        index = workspace.index(workspace.built(name, articles))
        figures += _figures(name, questions, index, embedder)
    return figures


def _public(data: Path | None) -> dict[str, dict[Language, Path]]:
    """By name, the folders of public articles by language; none without the folder of public data."""
    if data is None:
        return {}
    growi = data / "kb" / "growi_docs" / "docs"
    return {
        "commerce_ja": {"ja": data / "kb" / "commerce_ja" / "help"},
        "growi_docs": {"ja": growi / "ja", "en": growi / "en"},
    }


def _figures(name: str, questions: Sequence[Question], index: ChunkIndex, embedder: Embedder) -> list[Figure]:
    relevant = {question.id: dict.fromkeys(_originals(index, question.documents), 1) for question in questions}
    scores = {side: score_ranking(relevant, ranking) for side, ranking in _rankings(questions, index, embedder).items()}
    figures = [_reported(f"{name}: {side}", scores[side]) for side in scores]
    return [*figures, _compared(name, scores)]


def _reported(what: str, scores: dict[str, list[float]]) -> Figure:
    means = {measure: mean(scores[measure]) for measure in _SHOWN}
    text = ", ".join(f"{_SHOWN[measure]} {found.value:.3f}" for measure, found in means.items() if found)
    return Figure(
        f"{what}, MRR@10", sum(scores[_COMPARED]) / len(scores[_COMPARED]), note=f"{text}, n = {len(scores[_COMPARED])}"
    )


def _compared(name: str, scores: dict[str, dict[str, list[float]]]) -> Figure:
    """The mix may be lower than the better side only by chance: every interval of the difference must reach 0."""
    highs, texts = [], []
    for measure, short in _SHOWN.items():
        better = max(("dense", "BM25"), key=lambda side: sum(scores[side][measure]))
        difference = paired_difference(scores["hybrid"][measure], scores[better][measure])
        if difference:
            highs.append(difference.high)
            texts.append(f"{short} {difference.value:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}] on {better}")
    what = f"{name}: hybrid less the better side, least upper end"
    return Figure(what, min(highs), limit=0.0, at_least=True, note="; ".join(texts))


def _rankings(questions: Sequence[Question], index: ChunkIndex, embedder: Embedder) -> Rankings:
    retriever = Retriever(index, embedder)
    rankings: Rankings = {"dense": {}, "BM25": {}, "hybrid": {}}
    for question in questions:
        lang = detect_language(question.text, question.lang)
        retrieval = retriever.retrieve(question.text, lang, Audience.PUBLIC, _CHUNKS)
        dense = index.dense(retrieval.vector, Audience.PUBLIC, _CHUNKS)
        lexical = index.lexical(question.text, Audience.PUBLIC, _CHUNKS)
        rankings["dense"][question.id] = _documents(index, (position for position, _ in dense))
        rankings["BM25"][question.id] = _documents(index, (position for position, _ in lexical))
        rankings["hybrid"][question.id] = _documents(index, (hit.position for hit in retrieval.hits))
    return rankings


def _documents(index: ChunkIndex, positions: Iterable[int]) -> list[str]:
    """The documents of the chunks, each once, best first."""
    return _originals(index, (index.chunks[position].document_id for position in positions))[:_DOCUMENTS]


def _originals(index: ChunkIndex, documents: Iterable[str]) -> list[str]:
    """A translation counts as its original, which says the same."""
    found = {name: index.document(name) for name in documents}
    return list(dict.fromkeys(article.translation_of or name if article else name for name, article in found.items()))
